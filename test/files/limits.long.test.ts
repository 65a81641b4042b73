/** Few open files, and a system that refuses what it rarely refuses: the real command line under real limits. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { chain, end, expectFoundTrue, expectNoLitter, run, unmarked } from './chain.ts'

describe('where a process may open few files', () => {
  test('a run says so with its cause, marks nothing wrongly, and is ended by the next', async () => {
    const codes = new Map<number | null, number>()
    for (let limit = 14; limit <= 62; limit += 2) {
      using repository = chain()
      const through = ['sh', '-c', 'ulimit -n "$0"; exec "$@"', String(limit)]
      const ran = await repository.start(run, {}, { through }).ended
      codes.set(ran.code, (codes.get(ran.code) ?? 0) + 1)
      const said = ran.stdout + ran.stderr
      // Below some number Node itself does not start.
      const itself = ran.signal !== null || !/mikado|goal/.test(said)
      if (itself) continue
      expect([limit, [0, 1, 65, 73].includes(ran.code ?? -1), said]).toEqual([limit, true, said])
      expect([limit, /\n {4}at |\bbug\b|undefined/.test(said), said]).toEqual([limit, false, said])
      if (ran.code !== 0) expect([limit, said]).toEqual([limit, expect.stringMatching(/EMFILE|too many open files|unable to open/i)])
      for (const id of ['a', 'goal'])
        if (!repository.active().includes(id)) expect([limit, repository.names('.')]).toEqual([limit, expect.arrayContaining([`${id}.done`])])
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
  const through = (root: string, call: string, when = '') => [
    ...['strace', '-f', '-qq', '-o', '/dev/null', '-P', root, '-e', `trace=${call}`, '-e', `inject=${call}:error=EIO${when}`],
  ]

  test.each([
    ['when documents are renamed', 'docs/a.md', 'rename', `${unmarked}docs/a.md cannot be written: EIO: i/o error`],
    ['when their folder is synced', 'docs', 'fsync', `${unmarked}docs/a.md cannot be written: EIO: i/o error`],
  ])('%s: 73, the document old or new, and the next run ends it', async (_, path, call, told) => {
    using repository = chain()
    const ran = await repository.start(run, {}, { through: through(repository.path(path), call) }).ended
    expect(end(ran)).toEqual([73, told])
    expectNoLitter(repository)
    expect(repository.active()).toEqual(call === 'rename' ? ['a', 'goal'] : ['goal'])
    if (call === 'rename') return await expectFoundTrue(repository)
    expect((await repository.mikado(...run)).code).toBe(0)
    expect([repository.active(), repository.read('a.runs')]).toEqual([[], 'x'])
  })

  test('when a document is read: nothing is started, and it is not taken for complete', async () => {
    using repository = chain()
    const place = { through: through(repository.path('docs/a.md'), 'read') }
    expect(repository.told(await repository.start(run, {}, place).ended)).toBe(`exit 65
--- stderr
mikado: the chain of \`goal\` has errors, nothing was started
docs/a.md:1:1: error: the document cannot be read: EIO: i/o error, read [not-utf8]
`)
  })

  test('under the journal: history is lost, and said to be, and the work goes on', async () => {
    using repository = chain()
    const place = { through: through(repository.path('.mikado/journal.jsonl'), 'write,writev,pwrite64') }
    const { code, stderr } = await repository.start(run.filter((word) => word !== '-q'), {}, place).ended
    expect([code, stderr]).toEqual([0, expect.stringContaining('the journal cannot be written, so this run leaves no history: EIO: i/o error, write')])
    expect(repository.active()).toEqual([])
  })
})
