/** `--junit`: a report that CI systems read, true however the run ends. */
import { chmodSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plain } from '../../scripts/core/plain.ts'
import { junitText } from '../../scripts/view/junit.ts'
import { card, isRoot, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { casesIn, readAll, readJunit, results } from './junit.ts'

const chain = {
  'docs/goal.md': card({ requires: ['base', 'hand'], checks: ['It is done', 'It is `so` (really)'] }),
  'docs/base.md': card({ checks: ['It is done', 'It stands'] }),
  'docs/hand.md': card({ checks: ['It is done', 'The cable is in'], complete: true }),
  'tasks/goal.ts': task('goal', "await log('on it')", { 'It is so': "throw new Error('not so')" }),
  'tasks/base.ts': task('base', '', { 'It stands': 'return true' }),
  'tasks/hand.ts': task('hand'),
  'hand.done': '',
}

async function reported(repository: TestRepository, ...args: string[]): Promise<string[]> {
  await repository.mikado(...args, '--junit', 'report.xml', '-j', '1', '-q')
  return results(readJunit(repository.read('report.xml')))
}

describe('a run', () => {
  test('a suite for each card; a case for its work, and one for each line of its checklist', async () => {
    using repository = new TestRepository(chain)
    expect(await reported(repository, 'run')).toEqual([
      'base · (work): passed',
      'base · It is done: passed',
      'base · It stands: passed',
      'hand · (work): passed',
      'hand · It is done: passed',
      'hand · The cable is in: skipped: not asked',
      'goal · (work): passed',
      'goal · It is done: passed',
      'goal · It is so: failure: not so',
    ])
    const text = repository.read('report.xml')
    const [, , goal] = readJunit(text).children
    expect(goal?.children.at(-1)?.text).toMatch(/^log: \.mikado\/log\/\S+\/goal\.log\n[\s\S]*on it/)
    const again = new TestRepository(chain)
    using _ = again
    await reported(again, 'run')
    const timeless = (report: string) => repository.steady(report).replace(/ time="[^"]*"/g, '')
    expect(timeless(again.read('report.xml'))).toBe(timeless(text))
  })

  test('that fails at its work fails there, with its last words; what waits for it is skipped', async () => {
    using repository = new TestRepository({
      ...chain,
      'tasks/base.ts': task('base', "await log('last words'); throw new Error('no luck')"),
      'docs/base.md': card(),
    })
    expect(await reported(repository, 'run')).toEqual([
      'base · (work): failure: no luck',
      'base · It is done: skipped: not asked',
      'hand · (work): skipped: not started, because of base',
      'hand · It is done: skipped: not asked',
      'hand · The cable is in: skipped: not asked',
      'goal · (work): skipped: not started, because of base',
      'goal · It is done: skipped: not asked',
      'goal · It is so: skipped: not asked',
    ])
    const [work] = casesIn(readJunit(repository.read('report.xml')))
    expect(work?.children[0]?.text).toMatch(/^docs\/base\.md\nno luck\n[\s\S]*last words/)
  })

  test('that waits for a person skips, with what is to be seen', async () => {
    using repository = new TestRepository({
      'docs/hand.md': card({ checks: ['It is done', 'The cable is in'] }),
      'tasks/hand.ts': task('hand'),
    })
    expect(await reported(repository, 'run')).toEqual([
      'hand · (work): skipped: waits for a person: confirm that this is true; The cable is in',
      'hand · It is done: passed',
      'hand · The cable is in: skipped: waits for a person',
    ])
  })

  test('that has nothing to do writes an empty report, also where such an answer would be kept', async () => {
    const pages = Array.from({ length: 320 }, (_, i) => [`docs/p${i}.md`, '# P\n'] as const)
    using repository = new TestRepository({
      ...Object.fromEntries(pages),
      'docs/a.md': card({ requires: ['b'], complete: true, checks: [] }),
      'docs/b.md': card({ complete: true, checks: [] }),
    })
    // A minute later to the program: every file is old.
    const later = { NODE_OPTIONS: `--import=${resolve(import.meta.dirname, '../rig/later.ts')}` }
    const kept = () => repository.names('.mikado/cache')
    const run = async (...args: string[]) => (await repository.start(['run', 'a', ...args], later).ended).stdout
    for (const _ of [1, 2]) {
      expect(await run('--junit', 'report.xml')).toContain('Nothing to do: a is complete')
      expect(results(readJunit(repository.read('report.xml')))).toEqual([])
      repository.write({ 'report.xml': 'old' })
      expect(kept()).toEqual([])
    }
    await run()
    expect(kept()).toEqual(['run.answer'])
  })

  test('that is stopped says so, and one that is killed says that it did not end', async () => {
    using repository = new TestRepository({
      'docs/a.md': card(),
      'tasks/a.ts': task('a', `await log('here'); ${waitsFor('go')}`),
    })
    const begun = async () => {
      const run = repository.start(['run', '--junit', 'report.xml'])
      await until('it works', () => run.output.stderr.includes('here'))
      return run
    }
    const stopped = await begun()
    stopped.child.kill('SIGINT')
    expect((await stopped.ended).code).toBe(130)
    expect(results(readJunit(repository.read('report.xml')))[0]).toBe('a · (work): skipped: stopped, left active')

    const killed = await begun()
    const says = 'a · (run): error: a has not ended: it goes on, was refused, or was cut off'
    expect(results(readJunit(repository.read('report.xml')))).toEqual([says])
    killed.child.kill('SIGKILL')
    await killed.ended
    expect(results(readJunit(repository.read('report.xml')))).toEqual([says])
  })

  test('that is refused leaves no report of an earlier one', async () => {
    using repository = new TestRepository({ 'docs/a.md': card({ requires: ['nope'] }), 'report.xml': '<testsuites/>' })
    expect(await reported(repository, 'run', 'a')).toEqual([
      expect.stringContaining('a · (run): error: a has not ended'),
    ])
  })
})

describe('a file that cannot be written', () => {
  test.each([
    ['nowhere/report.xml', /--junit nowhere\/report\.xml: ENOENT: .*\n {2}Name a file in a folder that is there/],
    ['docs', /--junit docs: .*docs is there and is no file/],
    ['', /--junit : .* is there and is no file/],
    ['/dev/stdout', /--junit \/dev\/stdout: /],
  ])('%j is told before anything starts', async (file, message) => {
    using repository = new TestRepository(chain)
    const { code, stderr } = await repository.mikado('run', '--junit', file)
    expect([code, stderr]).toEqual([64, expect.stringMatching(message)])
    expect(repository.names('.')).not.toContain('base.done')
  })

  test.skipIf(!isRoot)('any more is a remark, and no reason to fail', async () => {
    using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': task('a', waitsFor('go')), 'out/x': '' })
    repository.giveAway()
    const run = repository.start(['run', '--junit', 'out/report.xml'], {}, { asNobody: true })
    await until('the report is begun', () => repository.names('out').includes('report.xml'))
    chmodSync(repository.path('out'), 0o500)
    repository.write({ go: '' })
    const { code, stderr } = await run.ended
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('mikado: --junit out/report.xml cannot be written any more: EACCES'),
    ])
    chmodSync(repository.path('out'), 0o700)
  })
})

test('verify: a case for each check that was asked', async () => {
  using repository = new TestRepository({
    'docs/a.md': card({ complete: true, checks: ['It stands', 'It is done'] }),
    'tasks/a.ts': task('a', '', { 'It stands': 'return true' }),
    'docs/b.md': card({ complete: true }),
    'tasks/b.ts': "export default { verify: { 'It is done': () => true } }\nthrow new Error('broken')\n",
    'docs/c.md': card({ complete: true }),
  })
  expect(await reported(repository, 'verify')).toEqual([
    'a · It stands: passed',
    'a · It is done: failure: a.done is not there',
    expect.stringMatching(/^b · \(checks\): error: cannot be asked: .*broken/),
    'c · (checks): skipped: no check can be asked',
  ])
})

describe('text', () => {
  const hostile = fc
    .array(
      fc.constantFrom(
        ...[
          '<script>alert(1)</script>',
          ']]>',
          '<![CDATA[',
          '&',
          '&amp;',
          '"',
          "'",
          '<!--',
          '-->',
          '<?x?>',
          '\t',
          '\n',
          '\r',
        ],
        ...[
          '\0',
          '\u0008',
          '\u001b[31m',
          '\u0085',
          '\ud800',
          '\udc00',
          '\ufffe',
          '\uffff',
          '😀',
          'é',
          '\u2028',
          '%',
          'x',
          ' ',
        ],
      ),
      { maxLength: 10 },
    )
    .map((words) => words.join(''))

  test('is XML and text, whatever it is', () => {
    const kinds = fc.constantFrom<'failure' | 'error' | 'skipped'>('failure', 'error', 'skipped')
    const all = fc.sample(fc.record({ name: hostile, message: hostile, text: hostile, kind: kinds }), 500)
    const roots = readAll(
      all.map(({ name, kind, message, text }) => {
        const cases = [{ name: message, tookMs: 1234.5678, result: { kind, message, text } }]
        return junitText(name, [{ name, cases, out: text }], 5)
      }),
    )
    // What cannot stand in XML 1.0 is left out.
    const meant = (said: string) =>
      plain(said)
        .toWellFormed()
        .replace(/[\ufffe\uffff]/g, '\ufffd')
    for (const [at, { name, message, text }] of all.entries()) {
      const [suite] = roots[at]?.children ?? []
      const [only, out] = suite?.children ?? []
      expect(suite?.attributes.name).toBe(meant(name))
      expect(only?.attributes).toEqual({ classname: meant(name), name: meant(message), time: '1.235' })
      expect(only?.children[0]).toMatchObject({ attributes: { message: meant(message) }, text: meant(text) })
      expect(out?.text ?? '').toBe(meant(text))
    }
  })

  test('of a card and its task is text in the report', async () => {
    const bad = '<script>alert("x")</script> ]]> &amp; \u001b[31m'
    using repository = new TestRepository({
      'docs/a.md': card({ checks: ['It is done', 'It is <b>so</b> & "this"'] }),
      'tasks/a.ts': task('a', `console.log(${JSON.stringify(bad)})`, {
        'It is <b>so</b> & "this"': `throw new Error(${JSON.stringify(bad)})`,
      }),
    })
    const said = await reported(repository, 'run')
    expect(said.at(-1)).toBe('a · It is <b>so</b> & "this": failure: <script>alert("x")</script> ]]> &amp; [31m')
    expect(repository.read('report.xml')).not.toContain('<script')
  })

  test('is bounded', async () => {
    using repository = new TestRepository({
      'docs/a.md': card(),
      'tasks/a.ts': task(
        'a',
        "for (let i = 0; i < 20; i++) console.log('x'.repeat(60_000)); throw new Error('y'.repeat(9000))",
      ),
    })
    await reported(repository, 'run')
    expect(repository.read('report.xml').length).toBeLessThan(300_000)
  })
})
