import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { card, program, TestRepository, task } from '../rig/repository.ts'

const front = (...lines: string[]) => `---\ntitle: T\nmodified: 2026-01-01\ntags: [a]\n${lines.join('\n')}\n---\n`
const settings = (lint: object) => JSON.stringify({ mikado: { lint } })

/** One finding of each kind, or nearly. */
const untidy = {
  'docs/how-to/goal.md': `${front('status: active', 'requires: [base.md]')}[[gone]] [[base#Nope]] [x](Base.md)\n## Verification\n- [ ] It is done\n- [ ] It is seen\n- [] It lasts\n`,
  'docs/how-to/base.md': '---\ntitle: Base\nmodified:\n---\n# Base\n',
  'docs/how-to/person.md': `${front('status: active')}## Verify:\n- [ ] Done\n`,
  'docs/how-to/empty.md': front('status: active'),
  'docs/page.md': '[[gone]]\n',
  'docs/card.md': front('requires: []'),
  'tasks/goal.ts': task('goal'),
  'tasks/emty.ts': task('empty'),
}

const told = `docs/card.md:5:1: warning: \`requires\` is for how-tos, in docs/how-to/ [misplaced-field]
  Move the document to docs/how-to/, or take the line away.
docs/how-to/base.md:1:1: warning: the frontmatter has no \`tags\` [missing-tags]
  Add \`tags: …\` to it.
docs/how-to/base.md:3:1: warning: \`modified\` has no value [missing-modified]
  Write one, or take the line away from what is required.
docs/how-to/empty.md:5:9: warning: nothing says when \`empty\` is done: no checklist, no task [card-without-proof]
  Write a list of what must be true under \`## Verification\`, or a task.
docs/how-to/goal.md:6:12: error: no document is called \`base.md\` [unknown-card]
  Did you mean \`base\`?
docs/how-to/goal.md:8:3: warning: no document is called \`gone\` [broken-link]
  Did you mean \`goal\`?
docs/how-to/goal.md:8:17: warning: docs/how-to/base.md has no heading "Nope" [broken-anchor]
  It has "Base".
docs/how-to/goal.md:8:28: warning: there is no file docs/how-to/Base.md [broken-link]
  Did you mean \`base.md\`?
docs/how-to/goal.md:11:4: warning: tasks/goal.ts has no function that proves "It is seen" [unproved-line]
  Write a function of that name; it may leave the line to a person with \`needsPerson()\`.
docs/how-to/goal.md:12:1: warning: a checklist line that begins with \`- []\` is not read [unread-line]
  Begin it with \`- [ ] \`.
docs/how-to/person.md:7:1: warning: "Verify:" is not read as the checklist [checklist-heading]
  If it is the checklist, write the heading as \`## Verification\`.
tasks/emty.ts:1:1: warning: no document is called \`emty\` [task-without-card]
  Did you mean \`empty\`?
`

describe('lint', () => {
  test('tells all that it finds, with place, cause and next step; a page that is no card is left alone', async () => {
    using repository = new TestRepository(untidy)
    expect(await repository.tell('lint')).toBe(
      `exit 65\n--- stdout\n${told}1 error, 11 warnings in 3 cards.\n\`mikado lint --fix\` mends 3.\n`,
    )
    const { code, stdout } = await repository.mikado('lint', '--json')
    const { kind, data } = JSON.parse(stdout)
    expect([code, kind, Object.keys(data), data.diagnostics.length]).toEqual([65, 'lint', ['diagnostics'], 12])
    expect(data.diagnostics[5]).toEqual({
      ...{ code: 'broken-link', severity: 'warning', message: 'no document is called `gone`' },
      ...{ file: 'docs/how-to/goal.md', line: 8, column: 3, related: [], help: 'Did you mean `goal`?' },
    })
    expect(repository.names('.')).toEqual(['docs', 'tasks'])
  })

  test('alone has these rules: list and ready know the graph only', async () => {
    using repository = new TestRepository({ 'docs/how-to/a.md': `${front('status: active')}[[gone]]\n` })
    expect(JSON.parse((await repository.mikado('list', '--json')).stdout).data.diagnostics).toEqual([])
  })

  test('ends with 0 on warnings alone, and with 65 when they are to count', async () => {
    using repository = new TestRepository({
      'docs/how-to/a.md': `${front('status: active')}## Verification\n- [ ] a\n[[gone]]\n`,
    })
    const text =
      'docs/how-to/a.md:9:3: warning: no document is called `gone` [broken-link]\n  Write that document, or take the link away.\n'
    expect(await repository.tell('lint')).toBe(`exit 0\n--- stdout\n${text}0 errors, 1 warning in 1 card.\n`)
    expect(await repository.tell('lint', '--strict')).toBe(
      `exit 65\n--- stdout\n${text}0 errors, 1 warning in 1 card.\n`,
    )
    repository.write({ 'package.json': settings({ rules: { 'broken-link': 'off' } }) })
    expect(await repository.tell('lint', '--strict')).toBe('exit 0\n--- stdout\n1 card: no trouble found.\n')
    repository.write({ 'package.json': settings({ rules: { 'broken-link': 'error' } }) })
    expect((await repository.mikado('lint')).code).toBe(65)
  })

  test.each([
    [
      { rules: { 'broken-lnik': 'off' } },
      'ROOT/package.json: `mikado.lint.rules.broken-lnik` is no rule\n  Did you mean `broken-link`?\n',
    ],
    [
      { howTo: 'docs/guides' },
      '`mikado.lint.howTo` names docs/guides, which is no folder\n  Make it, or mend `mikado.lint` in package.json.\n',
    ],
  ])('refuses the settings %j', async (lint, text) => {
    using repository = new TestRepository({ 'package.json': settings(lint), 'docs/a.md': '' })
    expect(await repository.tell('lint')).toBe(`exit 65\n--- stderr\nmikado: ${text}`)
  })

  test('lists its rules, with what they are worth here', async () => {
    using repository = new TestRepository({
      'package.json': settings({ rules: { 'broken-link': 'error' } }),
      'docs/a.md': '',
    })
    const { code, stdout } = await repository.mikado('lint', '--rules')
    expect([code, stdout.split('\n')[0], stdout.includes('\nbroken-link             error    fix  A wiki')]).toEqual([
      ...[0, 'not-utf8                error         A file that cannot be read as UTF-8 text.', true],
    ])
    const { kind, data } = JSON.parse((await repository.mikado('lint', '--rules', '--json')).stdout)
    expect([kind, data.rules.length]).toEqual(['lint-rules', stdout.trimEnd().split('\n').length])
    expect(data.rules.find(({ code: found }: { code: string }) => found === 'broken-link')).toEqual({
      ...{ code: 'broken-link', severity: 'error', adjustable: true, fix: true },
      meaning: 'A wiki link or a relative link to what is not there.',
    })
  })

  test('finds nothing wrong in this repository', async () => {
    using repository = new TestRepository()
    const { ended } = repository.start(['lint', '--strict'], {}, { cwd: resolve(program, '../..') })
    const ran = await ended
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/^\d+ cards: no trouble found\.\n$/)])
  })
})

describe('tasks without a card', () => {
  const marked = "import { writeFileSync } from 'node:fs'\nwriteFileSync('ran', '')\n"
  const helpers = {
    'tasks/lib/step.ts': `${marked}export default { apply: () => {} }\n`,
    'tasks/deploy/test/rig.ts': 'export default { verify: {} }\n',
    'tasks/_shared.ts': 'export default { apply: () => {} }\n',
    'tasks/.hidden.ts': 'export default { apply: () => {} }\n',
    'tasks/a.test.ts': 'export default { apply: () => {} }\n',
    'tasks/push.ts': `${marked}process.exitCode = 3\n`,
    'tasks/services-check.sh*': '#!/bin/sh\n',
    'tasks/format.ts': 'export default function format() {}\n',
    'tasks/settings.ts': 'export default { docs: 1 }\nsettings.apply(1)\n',
    'tasks/broken.ts': 'export default { apply( } "\n',
    'tasks/notes.md': '',
    'tasks/page.ts': 'export default { apply: () => {} }\n',
  }
  const documents = { 'docs/a.md': card(), 'docs/page.md': '# A page\n', 'tasks/a.ts': task('a') }

  test('are not what tasks share, nor other programs, nor what belongs to a page', async () => {
    using repository = new TestRepository({ ...documents, ...helpers })
    expect(await repository.tell('lint')).toBe('exit 0\n--- stdout\n1 card: no trouble found.\n')
    expect(existsSync(repository.path('ran'))).toBe(false)
  })

  test('are those of the form of a task, which is seen without running them', async () => {
    using repository = new TestRepository({
      ...documents,
      'docs/deploy-zot.md': card(),
      'tasks/x/b.ts': `${marked}export default task({\n  verify: {},\n})\n`,
      'tasks/c.mjs': `${marked}const apply = () => {}\nexport default { apply }\n`,
      'tasks/deploy_zot.sh': '#!/bin/sh\n',
      'tasks/named.ts': task('a'),
      'docs/e.md': card({ front: 'run: tasks/named.ts\n' }),
    })
    const line = (path: string, help: string) => {
      const stem = path.replace(/^.*\/|\.\w+$/g, '')
      return `${path}:1:1: warning: no document is called \`${stem}\` [task-without-card]\n  ${help}\n`
    }
    const write = 'Write the document, or begin the name of a helper with `_`.'
    expect(await repository.tell('lint')).toBe(
      `exit 0\n--- stdout\n${line('tasks/c.mjs', write)}${line('tasks/deploy_zot.sh', 'Did you mean `deploy-zot`?')}${line('tasks/x/b.ts', write)}0 errors, 3 warnings in 3 cards.\n`,
    )
    expect(existsSync(repository.path('ran'))).toBe(false)
  })
})
