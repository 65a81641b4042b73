import { describe, expect, it } from 'vitest'
import { exit, exitOfSignal, Refusal } from '../../scripts/core/exit.ts'
import { conclude, type Outcome } from '../../scripts/core/outcome.ts'

const completed: Outcome = { kind: 'completed', how: 'ran', verified: true, by: null }
const failed: Outcome = { kind: 'failed', reason: 'threw', message: 'no', exitCode: null }
const unrecorded: Outcome = { kind: 'unrecorded', message: 'no' }
const waiting: Outcome = { kind: 'waiting', instructions: 'do it', lines: [] }
const skipped: Outcome = { kind: 'skipped', because: 'a' }
const stopped: Outcome = { kind: 'stopped' }

describe('a run', () => {
  it.each([
    ['of nothing is complete', [], null, { outcome: 'complete', exitCode: 0, failed: null }],
    [
      'is complete when every card is',
      [completed, completed],
      null,
      { outcome: 'complete', exitCode: 0, failed: null },
    ],
    ['waits when a card does', [completed, waiting, skipped], null, { outcome: 'waiting', exitCode: 3, failed: null }],
    ['failed when a card did', [waiting, unrecorded, failed], null, { outcome: 'failed', exitCode: 1, failed: 'c2' }],
    ['names the first failure', [completed, failed, failed], null, { outcome: 'failed', exitCode: 1, failed: 'c1' }],
    ['is unrecorded', [waiting, unrecorded], null, { outcome: 'unrecorded', exitCode: 73, failed: 'c1' }],
    ['that could only skip failed', [completed, skipped], null, { outcome: 'failed', exitCode: 1, failed: null }],
    ['was stopped', [completed, stopped], 'SIGINT', { outcome: 'stopped', exitCode: 130, failed: null }],
    ['was stopped after a failure', [failed, stopped], 'SIGTERM', { outcome: 'stopped', exitCode: 143, failed: 'c0' }],
    ['was stopped with nothing left', [completed], 'SIGHUP', { outcome: 'stopped', exitCode: 129, failed: null }],
  ] as const)('%s', (_, outcomes, signal, ended) => {
    expect(conclude(new Map(outcomes.map((outcome, at) => [`c${at}`, outcome])), signal)).toEqual(ended)
  })

  it('is never complete while a card was stopped', () => {
    expect(conclude(new Map([['a', stopped]]), null).exitCode).not.toBe(0)
  })
})

it('exit codes stay what they are published to be', () => {
  expect(exit).toEqual({
    ...{ ok: 0, failed: 1, difference: 2, waiting: 3, usage: 64, documents: 65, missing: 69, bug: 70 },
    ...{ unrecorded: 73, locked: 75 },
  })
  expect([exitOfSignal('SIGHUP'), exitOfSignal('SIGINT'), exitOfSignal('SIGTERM')]).toEqual([129, 130, 143])
})

it('a refusal carries its exit code and the next safe step', () => {
  const refusal = new Refusal(exit.usage, 'no', 'do this')
  expect([refusal instanceof Error, refusal.name, refusal.code, refusal.message, refusal.help]).toEqual([
    ...[true, 'Refusal', 64, 'no', 'do this'],
  ])
  expect(new Refusal(65, 'no').help).toBeNull()
})
