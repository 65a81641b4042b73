/** Few open files, and a system that refuses what it rarely refuses: the real command line under real limits. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { chain, end, expectFoundTrue, expectNoLitter, marked, run, unmarked } from './chain.ts'

describe('where a process may open few files', () => {
  test('a run says so with its cause, marks nothing wrongly, and is ended by the next', async () => {
    const codes = new Map<number | null, number>()
    for (let limit = 14; limit <= 62; limit += 2) {
      using repository = chain()
      const through = ['sh', '-c', 'ulimit -n "$0"; exec "$@"', String(limit)]
      const ran = await repository.start(run, {}, { through }).ended
      codes.set(ran.code, (codes.get(ran.code) ?? 0) + 1)
      const said = ran.stdout + ran.stderr
      // Below some number Node itself cannot start, or load the program.
      const itself = ran.signal !== null || said === '' || said.startsWith('node:')
      if (itself) continue
      expect([limit, [0, 1, 65, 73].includes(ran.code ?? -1), said]).toEqual([limit, true, said])
      expect([limit, /\n {4}at |\bbug\b|undefined/.test(said), said]).toEqual([limit, false, said])
      if (ran.code !== 0)
        expect([limit, said]).toEqual([limit, expect.stringMatching(/EMFILE|too many open files|unable to open/i)])
      for (const id of ['a', 'goal'])
        if (!repository.active().includes(id))
          expect([limit, repository.names('.')]).toEqual([limit, expect.arrayContaining([`${id}.done`])])
      expect((await repository.mikado(...run)).code).toBe(0)
      expect([limit, repository.active()]).toEqual([limit, []])
      expectNoLitter(repository)
    }
    console.log(`few open files: ${[...codes].map(([code, count]) => `${count} × exit ${code}`).join(', ')}`)
    expect([...codes.keys()]).toEqual(expect.arrayContaining([0, 73]))
  }, 300_000)
})

/** `strace` has the system refuse a call, as a disk that breaks does. */
const canStrace =
  spawnSync('strace', ['-f', '-e', 'trace=none', '-e', 'inject=none', 'true']).error === undefined &&
  spawnSync('strace', ['-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO', 'true']).status === 0

// Skipped where there is no strace, or it may not trace. Install it, on Linux.
describe.skipIf(!canStrace)('a disk that breaks (EIO)', () => {
  const refuses = (call: string, where: readonly string[], when = '') => [
    ...['strace', '-f', '-qq', '-o', '/dev/null', ...where],
    ...['-e', `trace=${call}`, '-e', `inject=${call}:error=EIO${when}`],
  ]

  test('when a document is replaced: 73, it is as it was, and the next run finds the work done', async () => {
    using repository = chain()
    // The first two are of run data: its .gitignore, and what the modules said.
    const ran = await repository.start(run, {}, { through: refuses('rename', [], ':when=3') }).ended
    expect(end(ran)).toEqual([73, `${unmarked}docs/a.md cannot be written: EIO: i/o error`])
    expectNoLitter(repository)
    expect(repository.active()).toEqual(['a', 'goal'])
    await expectFoundTrue(repository)
  })

  test('when the folder of a document is synced: 73, since the mark may not last, and nothing is done twice', async () => {
    using repository = chain()
    const ran = await repository.start(run, {}, { through: refuses('fsync', ['-P', repository.path('docs')]) }).ended
    expect(end(ran)).toEqual([
      ...[73, `${unmarked}docs/a.md is marked, but may not outlive a power cut: EIO: i/o error`],
    ])
    expectNoLitter(repository)
    expect([repository.active(), repository.read('docs/a.md')]).toEqual([['goal'], marked.a])
    expect((await repository.mikado(...run)).code).toBe(0)
    expect([repository.active(), repository.read('a.runs')]).toEqual([[], 'x'])
  })

  test('when a document is read: nothing is started, and it is not taken for complete', async () => {
    using repository = chain()
    const place = { through: refuses('read', ['-P', repository.path('docs/a.md')]) }
    expect(repository.told(await repository.start(run, {}, place).ended)).toBe(`exit 65
--- stderr
mikado: the chain of \`goal\` has errors, nothing was started
docs/a.md:1:1: error: the document cannot be read: EIO: i/o error, read [not-utf8]
`)
  })

  test('under the journal: history is lost, and said to be, and the work goes on', async () => {
    using repository = chain()
    const place = { through: refuses('write,writev,pwrite64', ['-P', repository.path('.mikado/journal.jsonl')]) }
    const { code, stderr } = await repository.start(
      run.filter((word) => word !== '-q'),
      {},
      place,
    ).ended
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('the journal cannot be written, so this run leaves no history: EIO: i/o error, write'),
    ])
    expect(repository.active()).toEqual([])
  })
})
