import { chmodSync } from 'node:fs'
import { expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'

/** Whole texts: place, cause, code, next step. Each trouble is told by `lint`, and refused by a run of its goal. */
const troubles: [string, Record<string, string>, string][] = [
  [
    'frontmatter that is not YAML',
    { 'docs/a.md': '---\ntitle: A\nstatus: active\nrequires: [b\n---\n# A\n' },
    'docs/a.md:4:13: error: frontmatter is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] [frontmatter-unreadable]\n',
  ],
  [
    'an unknown status',
    { 'docs/a.md': '---\nstatus: done\n---\n' },
    'docs/a.md:2:9: error: unknown status "done" [unknown-status]\n  An active card says `status: active`; a complete one has no status line.\n',
  ],
  [
    'a task that imports what is not there',
    { 'docs/a.md': card(), 'tasks/a.ts': 'import "./nosuch.ts"\nexport default {}\n' },
    "tasks/a.ts:1:1: error: the task of `a` cannot be loaded: Cannot find module 'ROOT/tasks/nosuch.ts' imported from ROOT/tasks/a.ts [unreadable-task]\n",
  ],
  [
    'a task that throws while it is imported',
    { 'docs/a.md': card(), 'tasks/a.ts': 'const a = 1\nthrow new Error("too early")\nexport default {}\n' },
    'tasks/a.ts:2:7: error: the task of `a` cannot be loaded: too early [unreadable-task]\n',
  ],
  [
    'a task that ends the process while it is imported',
    { 'docs/a.md': card(), 'tasks/a.ts': 'process.exit(3)\nexport default {}\n' },
    'tasks/a.ts:1:1: error: the task of `a` cannot be loaded: importing it ends the process (exit code 3) [unreadable-task]\n',
  ],
  [
    'a task of another form',
    { 'docs/a.md': card(), 'tasks/a.ts': 'export default { run: () => {} }\n' },
    'tasks/a.ts:1:1: error: the task of `a` cannot be loaded: `run` is no part of a task: there are `preflight`, `apply` and `verify` [unreadable-task]\n',
  ],
  [
    'a check that is no line of the checklist',
    { 'docs/a.md': card(), 'tasks/a.ts': 'export default { verify: { "It is donne": () => {} } }\n' },
    'docs/a.md:3:9: error: tasks/a.ts proves "It is donne", which is no line of the checklist [unknown-check]\n  Did you mean `It is done`?\n',
  ],
  [
    'two tasks of one name',
    { 'docs/a.md': card(), 'tasks/a.ts': '', 'tasks/x/a.sh*': '' },
    'docs/a.md:3:9: error: `a` has more than one task: tasks/a.ts, tasks/x/a.sh [doubled-task]\n  Rename one of them, or name the right one in the card: `run: path`.\n',
  ],
  [
    'a script that may not be executed',
    { 'docs/a.md': card(), 'tasks/a.sh': '#!/bin/sh\n' },
    'docs/a.md:3:9: error: tasks/a.sh is not executable [missing-task]\n  Make it so: `chmod +x tasks/a.sh`.\n',
  ],
  [
    'a task that is not where the card says',
    { 'docs/a.md': card({ front: 'run: tasks/no.ts\n' }) },
    'docs/a.md:3:9: error: `run` names tasks/no.ts, which is no file [missing-task]\n  Write it, or take `run:` away.\n',
  ],
]

test.each(troubles)('%s is told with its place, and a run of it starts nothing', async (_, files, told) => {
  using repository = new TestRepository(files)
  const [lint, run] = await Promise.all([repository.mikado('lint'), repository.mikado('run', 'a')])
  expect(repository.told(lint)).toBe(`exit 65\n--- stdout\n${told}1 error, 0 warnings in 1 card.\n`)
  const [head, ...rest] = repository.steady(run.stderr).split('\n')
  expect([run.code, run.stdout, rest.join('\n')]).toEqual([65, '', told])
  expect(head).toMatch(/^mikado: the (chain|tasks) of `a` (has|have) errors, nothing was started$/)
  expect(repository.names('.mikado')).not.toContain('journal.jsonl')
})

test('a cycle is drawn whole', async () => {
  using repository = new TestRepository({
    'docs/a.md': card({ requires: ['b'] }),
    'docs/b.md': card({ requires: ['c'] }),
    'docs/c.md': card({ requires: ['a'] }),
    'docs/g.md': card({ requires: ['a'] }),
  })
  const cycle = `docs/a.md:5:5: error: cards require each other: a → b → c → a [cycle]
  docs/b.md:5:5: \`b\` requires \`c\`
  docs/c.md:5:5: \`c\` requires \`a\`
  Take away the requirement that is not needed first.
`
  expect(await repository.tell('run', 'g')).toBe(
    `exit 65\n--- stderr\nmikado: the chain of \`g\` has errors, nothing was started\n${cycle}`,
  )
  expect(await repository.tell('list')).toBe(
    `exit 65\n--- stdout\nA card  g\n  3 of 3 required cards active · nothing is ready\n\n--- stderr\n\n${cycle}`,
  )
  expect(await repository.tell('show', 'g')).toMatch(/^exit 65\n/)
  expect(await repository.tell('close', 'a', '--yes', '--force')).toMatch(/^exit 65\n/)
})

test('a card that is not there is suggested', async () => {
  using repository = new TestRepository({ 'docs/goal.md': card({ requires: ['bsae'] }), 'docs/base.md': card() })
  expect(await repository.tell('run', 'goal')).toBe(`exit 65
--- stderr
mikado: the chain of \`goal\` has errors, nothing was started
docs/goal.md:5:5: error: no document is called \`bsae\` [unknown-card]
  Did you mean \`base\`?
`)
})

test('a doubled name is told at both places', async () => {
  using repository = new TestRepository({
    'docs/goal.md': card({ requires: ['b'] }),
    'docs/x/b.md': card(),
    'docs/y/b.md': card(),
  })
  const twice = (
    one: string,
    other: string,
  ) => `docs/${one}/b.md:3:9: error: more than one document is called \`b\` [doubled-card]
  docs/${other}/b.md:3:9: the other one
  Rename one of them, and the \`requires\` that mean it.
`
  expect(await repository.tell('lint')).toBe(
    `exit 65\n--- stdout\n${twice('x', 'y')}${twice('y', 'x')}2 errors, 0 warnings in 2 cards.\n`,
  )
  expect((await repository.mikado('run', 'goal')).code).toBe(65)
})

test('one broken page elsewhere does not stop a run', async () => {
  using repository = new TestRepository({
    'docs/goal.md': card({ checks: [] }),
    'docs/other.md': '---\nstatus: [\n---\n',
    'tasks/goal.sh*': '#!/bin/sh\n',
  })
  expect((await repository.mikado('run', 'goal')).code).toBe(0)
})

test('a task that may not be looked at is told with the cause', async () => {
  using repository = new TestRepository({
    'docs/a.md': card({ front: 'run: closed/a.sh\n' }),
    'closed/a.sh*': '#!/bin/sh\n',
  })
  chmodSync(repository.root, 0o755)
  chmodSync(repository.path('closed'), 0)
  repository.giveAway()
  const ran = await repository.start(['run', 'a'], {}, { asNobody: true }).ended
  chmodSync(repository.path('closed'), 0o755)
  expect(repository.told(ran)).toBe(`exit 65
--- stderr
mikado: the tasks of \`a\` have errors, nothing was started
docs/a.md:3:9: error: closed/a.sh cannot be looked at: EACCES: permission denied, stat 'ROOT/closed/a.sh' [missing-task]
  Mend that, then run this again.
`)
})

test('of many tasks each one that ends its process is told, and all others are looked at, whoever imports them', async () => {
  const ids = Array.from({ length: 250 }, (_, at) => `c${at}`)
  const works = (id: string) => {
    if (['c7', 'c8', 'c200'].includes(id)) return 'process.exit(3)\nexport default {}\n'
    return `export default { verify: { '${id === 'c249' ? 'It is not' : 'It is done'}': () => {} } }\n`
  }
  using repository = new TestRepository({
    'docs/goal.md': card({ requires: ids }),
    ...Object.fromEntries(
      ids.flatMap(
        (id) =>
          [
            [`docs/${id}.md`, card()],
            [`tasks/${id}.ts`, works(id)],
          ] as const,
      ),
    ),
  })
  const { code, stderr } = await repository.mikado('run', 'goal')
  const dead = (id: string) =>
    `tasks/${id}.ts:1:1: error: the task of \`${id}\` cannot be loaded: importing it ends the process (exit code 3) [unreadable-task]`
  const lines = stderr.split('\n').filter((line) => line.includes('error:'))
  expect([code, lines]).toEqual([
    65,
    [
      ...['c7', 'c8', 'c200'].map(dead),
      'docs/c249.md:3:9: error: tasks/c249.ts proves "It is not", which is no line of the checklist [unknown-check]',
    ],
  ])
})

test.each([
  ['{"mikado": {"dosc": "x"}}', '`mikado.dosc` is no setting\n  Did you mean `docs`?\n'],
  [
    '{"mikado": {"docs": "../x"}}',
    '`mikado.docs` must be a folder of the repository\n  Write its path relative to package.json.\n',
  ],
  ['{"mikado": {"timeout": "soon"}}', '`mikado.timeout` must be a duration\n  For instance "5m".\n'],
  [
    '{"mikado": {"target": "URL"}}',
    '`mikado.target` must be a list of environment variables\n  For instance ["ZOT_URL"].\n',
  ],
  ['{"mikado": [1]}', '`mikado` must be an object\n  It may hold docs, tasks, timeout, target, lint, main.\n'],
])('wrong settings are told: %s', async (text, told) => {
  using repository = new TestRepository({ 'package.json': text, 'docs/a.md': '' })
  expect(await repository.tell('list')).toBe(`exit 65\n--- stderr\nmikado: ROOT/package.json: ${told}`)
})

test('settings name other folders, a time limit and a target', async () => {
  using repository = new TestRepository({
    'package.json': '{"mikado": {"docs": "handbook/", "tasks": "ops", "timeout": "1s"}}',
    'handbook/a.md': '---\nstatus: active\n---\n',
    'ops/a.sh*': '#!/bin/sh\nexec sleep 60\n',
  })
  const { code, stdout } = await repository.mikado('run')
  expect([code, stdout]).toEqual([1, expect.stringContaining('✗ a  timed out: not done within 1.0 s\n')])
})
