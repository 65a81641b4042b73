/** A run in CI: what is seen on the pages of GitHub and Forgejo, whatever cards and tasks say. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { card, steady, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { type Fold, forgejoPage, githubPage } from './grammar.ts'
import { annotated, forgejo, github, inCi } from './rig.ts'

/** Orders, in all the forms that some runner reads. */
const orders = [
  '::error file=x,line=1::forged',
  '  ::set-output name=a::b',
  '::add-mask::mikado',
  '::stop-commands::token',
  '::endgroup::',
  '::group::mine',
  '##[error]forged',
  'in the middle ##[set-output name=a]b',
  ':\u00ad:warning::forged',
  '#\u200b#[warning]forged',
  '\u001b[31m::notice::forged',
  'a\r::error::forged after a carriage return',
]
const says = `for (const line of ${JSON.stringify(orders)}) console.log(line)`

const hostile = {
  'docs/goal.md': card({
    title: '"::error::forged ##[endgroup]"',
    requires: ['base'],
    checks: ['It is done', 'It is <b>`so`</b>, 100%: ::error::forged'],
  }),
  'docs/base.md': card({ title: 'Base' }),
  'tasks/base.ts': task('base', `${says}; note('::error::a note'); log(${JSON.stringify(orders.join('\n'))})`),
  'tasks/goal.ts': task('goal', says, {
    'It is <b>so</b>, 100%: ::error::forged': `throw new Error(${JSON.stringify(`no\n${orders.join('\n')}`)})`,
  }),
}

describe('on GitHub', () => {
  test('each card is a fold, how it ended stands below, and a failed check is annotated at its line', async () => {
    using repository = new TestRepository({
      'docs/goal.md': card({ title: 'The goal', requires: ['base'], checks: ['It is done', 'It is `so` (really)'] }),
      'docs/base.md': card({ title: 'Base' }),
      'tasks/base.ts': task('base', "await log('working')"),
      'tasks/goal.ts': task('goal', "await log('on it')", { 'It is so': "throw new Error('not so')" }),
    })
    const shown = await inCi(repository, ['run'])
    const { code, page } = shown
    expect(code).toBe(1)
    const [first, ...rest] = page.parts.map((part) => (typeof part === 'string' ? repository.steady(part) : part))
    expect(first).toEqual({ title: '▶ base  Base', lines: expect.arrayContaining(['│ working']) })
    expect(rest).toEqual([
      '✓ base  done in N s, 1 check held',
      {
        title: '▶ goal  The goal',
        lines: expect.arrayContaining(['│ on it', '  goal: does not hold: It is so: not so']),
      },
      '✗ goal  failed after N s: the work is done, but 1 of 2 checks do not hold: It is so: not so',
    ])
    expect(annotated(repository, shown)).toEqual([
      'error docs/goal.md:13 goal: failed: the work is done, but 1 of 2 checks do not hold: It is so: not so | - [ ] It is `so` (really)',
    ])
  })

  test.each([
    ['GitHub', github],
    ['Forgejo', forgejo],
  ])('%s: what documents and tasks say is no command, and is all there', async (_, env) => {
    using repository = new TestRepository(hostile)
    const shown = await inCi(repository, ['run', '-v'], env)
    const { code, page, stdout, stderr } = shown
    expect(code).toBe(1)
    expect(annotated(repository, shown)).toEqual([
      expect.stringContaining('error docs/goal.md:13 goal: failed: the work is done'),
    ])
    const [base] = page.parts as [Fold]
    expect(base.lines).toEqual(
      expect.arrayContaining(['│ ::add-mask::mikado', '│ ## [error]forged', '│ [31m::notice::forged']),
    )
    expect(forgejoPage(stderr)[0]).toEqual(base)
    expect(stdout).toContain('  : :error::a note\n')
    // Nothing else is printed of a card than what is safe.
    for (const words of [
      ['list'],
      ['show', 'goal'],
      ['why', 'goal'],
      ['log', 'goal'],
      ['run', 'goal', '--output', 'stream'],
    ]) {
      const { page: other } = await inCi(repository, words, env)
      expect(other.others).toEqual([])
    }
  })

  test('what a task prints is there while it works', async () => {
    using repository = new TestRepository({
      'docs/a.md': card(),
      'tasks/a.ts': task('a', `await log('so far'); ${waitsFor('go')}`),
    })
    const run = repository.start(['run', 'a'], github)
    await until('the line has come', () => run.output.stderr.includes('│ so far\n'))
    expect(run.output.stderr).toMatch(/^::group::▶ a {2}A card\n/)
    repository.write({ go: '' })
    expect((await run.ended).code).toBe(0)
  })

  test('of two cards side by side one streams; the other follows whole, also what no memory would hold', async () => {
    using repository = new TestRepository({
      'docs/g.md': card({ requires: ['a', 'b'], checks: [] }),
      'tasks/g.sh*': '#!/bin/sh\n',
      'docs/a.md': card(),
      'docs/b.md': card(),
      'tasks/a.ts': task('a', `await log('a begins'); ${waitsFor('b.done')}; ${waitsFor('go')}; await log('a ends')`),
      'tasks/b.ts': task('b', `${waitsFor('started')}; for (let i = 0; i < 50_000; i++) console.log('b line ' + i)`),
    })
    const run = repository.start(['run', 'g', '-j', '2'], github)
    await until('a has the log', () => run.output.stderr.includes('│ a begins'))
    repository.write({ started: '' })
    await until('b is done', () => repository.happened().includes('card-completed b'), 30)
    expect(run.output.stderr).not.toContain('b line')
    repository.write({ go: '' })
    const { code, stderr } = await run.ended
    expect(code).toBe(0)
    const { parts } = githubPage(stderr)
    const told = parts.map((part) => (typeof part === 'string' ? part.split(' ').slice(0, 2).join(' ') : part.title))
    expect(told).toEqual(['▶ a  A card', '✓ a', '▶ b  A card', '✓ b', '▶ g  A card', '✓ g'])
    const [a, , b] = parts as [Fold, string, Fold]
    expect(a.lines.filter((line) => !line.includes('│ a '))).toEqual([expect.stringContaining('does not hold')])
    expect(b.lines.filter((line) => line.includes('b line'))).toEqual(
      Array.from({ length: 50_000 }, (_, i) => `│ b line ${i}`),
    )
  })

  test('a run that is stopped closes its fold', async () => {
    using repository = new TestRepository({
      'docs/a.md': card(),
      'tasks/a.ts': task('a', `await log('here'); ${waitsFor('go')}`),
    })
    const run = repository.start(['run', 'a'], github)
    await until('it works', () => run.output.stderr.includes('│ here'))
    run.child.kill('SIGTERM')
    const { code, stderr } = await run.ended
    expect(code).toBe(143)
    expect(githubPage(stderr).parts.at(-1)).toBe('– a  stopped, left as it is')
  })

  test('what is not certain is a warning, what waits is a notice, each at its card', async () => {
    using repository = new TestRepository({
      'docs/g.md': card({ requires: ['bare', 'hand', 'was'] }),
      'tasks/g.ts': task('g'),
      'docs/bare.md': card({ title: 'Bare', checks: [] }),
      'tasks/bare.sh*': '#!/bin/sh\n',
      'docs/hand.md': card({ title: 'By hand', checks: ['It is done', 'The cable is in'] }),
      'tasks/hand.ts': task('hand'),
      'docs/was.md': card({ title: 'Was', complete: true }),
      'tasks/was.ts': task('was'),
    })
    const shown = await inCi(repository, ['run', 'g', '-j', '1', '-k'])
    expect(shown.code).toBe(3)
    expect(annotated(repository, shown)).toEqual([
      'warning docs/bare.md:3 bare: complete, but not verified | status: active',
      'notice docs/hand.md:11 hand: waits for a person: confirm that this is true; The cable is in | - [ ] The cable is in',
      'warning docs/was.md:9 was: was complete, and is no longer true: It is done: was.done is not there | - [ ] It is done',
    ])
  })

  test('-q leaves the annotations, --json nothing but JSON', async () => {
    using repository = new TestRepository(hostile)
    const quiet = await inCi(repository, ['run', '-q'])
    expect(quiet.stderr).toMatch(/^::error file=docs\/goal\.md,line=13,[^\n]*\n$/)
    const json = await inCi(repository, ['run', '--json'])
    expect(json.stderr).toBe('')
    expect(json.stdout.split('\n').every((line) => line === '' || line.startsWith('{'))).toBe(true)
  })

  test.each([
    ['stream', ['▶ a  A', 'a │ one', '✓ a  done in N s, not verified']],
    ['quiet', ['▶ a  A', '✓ a  done in N s, not verified']],
    ['group', ['▶ a  A', { title: '▶ a  A', lines: ['│ one'] }, '✓ a  done in N s, not verified']],
    ['fold', [{ title: '▶ a  A', lines: ['│ one'] }, '✓ a  done in N s, not verified']],
  ])('--output %s does what it says', async (output, expected) => {
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'A', checks: [] }),
      'tasks/a.sh*': '#!/bin/sh\necho one\n',
    })
    const { page } = await inCi(repository, ['run', '--output', output])
    expect(page.parts.map((part) => (typeof part === 'string' ? repository.steady(part) : part))).toEqual(expected)
  })

  test('a call that a task makes is text of the task', async () => {
    const inner = new TestRepository({
      'docs/in.md': card({ title: 'In' }),
      'tasks/in.ts': task('in', "throw new Error('no')"),
    })
    using _ = inner
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'A', checks: [] }),
      'tasks/a.sh*': `#!/bin/sh\n"${process.execPath}" "${process.cwd()}/scripts/mikado.mjs" run -C "${inner.root}"\n`,
    })
    const { page } = await inCi(repository, ['run'], { ...github, GITHUB_STEP_SUMMARY: repository.path('summary.md') })
    expect(page.annotations.map(({ properties }) => properties.title)).toEqual(['a'])
    expect((page.parts[0] as Fold).lines.join('\n')).toContain('│ ✗ in  failed')
    expect(repository.read('summary.md').match(/<h2>/g)).toHaveLength(1)
  })

  test('colours, where they are asked for, are in no command', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'A' }),
      'tasks/a.ts': task('a', "throw new Error('no')"),
    })
    const { page, stderr } = await inCi(repository, ['run'], { ...github, FORCE_COLOR: '1' })
    expect((page.parts[0] as Fold).title).toBe('▶ a  A')
    expect(page.annotations[0]?.message).toBe('failed: no')
    expect(stderr).toContain('\u001b[31m✗\u001b[39m a')
  })

  test('paths count from the folder that was checked out', async () => {
    using repository = new TestRepository({
      'infra/docs/a.md': card(),
      'infra/tasks/a.ts': task('a', "throw new Error('no')"),
    })
    const { page } = await inCi(repository, ['run', '-C', 'infra'])
    expect(page.annotations.map(({ properties }) => properties.file)).toEqual(['infra/docs/a.md'])
  })
})

test('in any other CI headings part the cards, and nothing is commanded', async () => {
  using repository = new TestRepository(hostile)
  const { stderr, stdout } = await repository.start(['run'], { CI: 'true' }).ended
  expect(githubPage(stdout + stderr)).toMatchObject({ annotations: [], others: [] })
  const lines = stderr.split('\n')
  expect(lines[0]).toBe('▶ base  Base')
  expect(lines).toEqual(expect.arrayContaining(['│ ::add-mask::mikado', expect.stringMatching(/^✗ goal {2}failed/)]))
})

test('the page about CI shows what comes', async () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/reference/ci.md'), 'utf8')
  const [shown, , elsewhere] = [...page.matchAll(/^```text\n(.*?)^```/gms)].map(([, text]) => text ?? '')
  const files = {
    'docs/goal.md': card({ title: 'The goal', requires: ['base'], checks: ['It is done', 'It is `so` (really)'] }),
    'docs/base.md': card({ title: 'Base' }),
    'tasks/base.ts': task('base', "console.log('::set-output name=a::only text'); console.log('##[error]only text')"),
    'tasks/goal.ts': task('goal', "console.log('on it')", { 'It is so': "throw new Error('not so')" }),
    'goal.done': '',
  }
  // Which of a task's two streams is read first is a matter of chance.
  const lines = (text: string) => steady(text).split('\n').sort()
  using repository = new TestRepository(files)
  expect(lines((await inCi(repository, ['run', '-j', '1'])).stderr)).toEqual(lines(shown ?? ''))
  using other = new TestRepository(files)
  const { stderr } = await other.start(['run', '-j', '1'], { CI: 'true' }).ended
  expect(lines(stderr)).toEqual(expect.arrayContaining(lines(elsewhere ?? '')))
})

test('elsewhere lines of all cards come as they come, each with the name of its card', async () => {
  using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': task('a', "await log('one')") })
  const { stderr } = await repository.mikado('run')
  expect(stderr).toContain('a │ one\n')
})
