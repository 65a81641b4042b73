/** The real command line, refused by the system at every one of its effects in turn, and run again. */
import { describe, expect, test } from 'vitest'
import type { Errno } from '../rig/faults.ts'
import { type Blow, fresh, strike } from './chain.ts'

const run = ['run', 'goal', '-j', '1', '--output', 'quiet']

/** What is said must name the cause, and be no stack of a program that does not know what happened. */
function expectTold({ ran, what }: Blow, how: string): void {
  const said = ran.stdout + ran.stderr
  expect([what, [0, 1, 65, 73].includes(ran.code ?? -1), said]).toEqual([what, true, said])
  expect([what, /\n {4}at |\bbug\b|undefined/.test(said), said]).toEqual([what, false, said])
  if (ran.code !== 0) expect([what, said]).toEqual([what, expect.stringContaining(`${how}: `)])
}

const errnos: Errno[] = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE', 'EROFS']

describe.each(['change', 'look'] as const)('an error at each %s of a file or folder', (kind) => {
  test.each([0, 2])(
    'is told with its cause, marks no card wrongly, and the next run completes (errors turned by %d)',
    async (turn) => {
      const codes = new Map<number | null, number>()
      for (let at = 0; ; at++) {
        const how = errnos[(at + turn) % errnos.length] ?? 'EIO'
        const blow = await strike(fresh, run, { kind, at, how })
        if (blow === null) break
        expectTold(blow, how)
        codes.set(blow.ran.code, (codes.get(blow.ran.code) ?? 0) + 1)
      }
      console.log(
        `errors at each ${kind}, turned by ${turn}: ${[...codes].map(([code, count]) => `${count} × exit ${code}`).join(', ')}`,
      )
      expect([...codes.keys()]).toEqual(expect.arrayContaining([0, 73]))
    },
    1_800_000,
  )
})

test('a disk that takes half of each write is told with its cause, marks no card wrongly, and the next run completes', async () => {
  for (let at = 0; ; at++) {
    const blow = await strike(fresh, run, { kind: 'change', only: '^write', at, how: 'half, then ENOSPC' })
    if (blow === null) return expect(at).toBeGreaterThan(10)
    expectTold(blow, 'ENOSPC')
  }
}, 600_000)

test('writes that are taken in parts are finished', async () => {
  for (let at = 0; ; at++) {
    const blow = await strike(fresh, run, { kind: 'change', only: '^write (?!.*holder)', at, how: 'short' })
    if (blow === null) return expect(at).toBeGreaterThan(10)
    expect([blow.what, blow.ran.code, blow.ran.stderr]).toEqual([blow.what, 0, blow.ran.stderr])
  }
}, 600_000)

test.each(['EMFILE', 'EAGAIN'] as const)(
  'no room for a process (%s) is told with its cause, and the next run completes',
  async (how) => {
    for (let at = 0; ; at++) {
      const blow = await strike(fresh, run, { kind: 'start', at, onward: true, how })
      // One looks at the tasks and works until it is told a secret, one works the rest, and one that stands ready beside it is not missed.
      if (blow === null) return expect(at).toBe(3)
      const { code, stdout, stderr } = blow.ran
      const told = at === 2 ? /is complete/ : /too many open files|EAGAIN/
      expect([blow.what, code, stdout + stderr]).toEqual([blow.what, [73, 1, 0][at], expect.stringMatching(told)])
      expectTold(blow, '')
    }
  },
  120_000,
)

test('a process that cannot be had before it is wanted is had when it is', async () => {
  for (const how of ['EMFILE', 'EAGAIN'] as const) {
    const blow = await strike(fresh, run, { kind: 'start', at: 0, how })
    expect([blow?.ran.code, blow?.ran.stderr]).toEqual([0, expect.not.stringMatching(/too many|EAGAIN/)])
  }
}, 120_000)

test('the result of a step that cannot be kept is told, and the work goes on', async () => {
  for (const how of errnos) {
    const blow = await strike(fresh, run, { kind: 'change', only: '→ .mikado/secrets/base.json', at: 0, how })
    expect([blow?.ran.code, blow?.ran.stderr]).toEqual([
      0,
      expect.stringContaining(
        `  base: the result of step "first" cannot be kept, so another run would do the step again: ${how}: `,
      ),
    ])
  }
}, 60_000)
