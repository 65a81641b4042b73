/** The real command line, killed at every one of its effects in turn, and run again. */
import { describe, expect, test } from 'vitest'
import type { Fault } from '../rig/faults.ts'
import { completed, everywhere, fresh } from './chain.ts'

const run = ['run', 'goal', '-q', '-j', '1']
const force = [...run, '--force', 'base']
/** Before a close all is as after what came before it. */
const changes = '^(?!close )'

const ways: [string, Omit<Fault, 'at'>][] = [
  ['before each change of a file or folder', { kind: 'change', only: changes, how: 'kill' }],
  ['in the middle of each write', { kind: 'change', only: '^write', how: 'half, then kill' }],
  ['before each start of a process', { kind: 'start', how: 'kill' }],
  ['after each start of a process', { kind: 'start', how: 'kill after' }],
]

describe.each(ways)('SIGKILL %s', (_, fault) => {
  test('of a run: another run completes everything, nothing is lost or left over', async () => {
    const blows = await everywhere(fresh, run, fault)
    console.log(`${blows.length} kills`)
    // Of processes, one looks at the tasks and works until it is told a secret, one works the rest, and one stands ready beside it.
    if (fault.kind === 'start') expect(blows.length).toBe(3)
    else expect(blows.length).toBeGreaterThan(2)
  }, 1_200_000)

  test('of a run that does a card again: another run completes everything, nothing is lost or left over', async () => {
    using whole = await completed()
    const blows = await everywhere(whole.start, force, fault)
    console.log(`${blows.length} kills`)
    if (fault.kind === 'start') expect(blows.length).toBe(1)
    else expect(blows.length).toBeGreaterThan(1)
  }, 1_200_000)
})
