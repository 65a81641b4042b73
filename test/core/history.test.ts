import { describe, expect, it } from 'vitest'
import type { RunEvent, Stamped } from '../../scripts/core/event.ts'
import { historyOf, unfinishedGoals } from '../../scripts/core/history.ts'

/** Events of one run, a second apart. */
function events(run: string, ...list: RunEvent[]): Stamped[] {
  return list.map((event, at) => {
    return { schemaVersion: 1, time: `2026-02-20T10:00:0${at}Z`, run, ...event } as Stamped
  })
}

const started = (goal: string, command = 'run'): RunEvent => {
  return { event: 'run-started', goal, command, target: '', cards: [] }
}
const ended = (
  outcome: 'complete' | 'failed' | 'stopped',
  exitCode: number,
  failed: string | null = null,
): RunEvent => {
  return { event: 'run-ended', outcome, exitCode, durationMs: 1, failed }
}
const completed = (card: string): RunEvent => {
  return { event: 'card-completed', card, how: 'ran', verified: true, by: null, durationMs: 1, target: 't' }
}
const step = (card: string, name: string, result: string, digest = 'd1'): RunEvent => {
  return { event: 'step-done', card, step: name, digest, result, replayed: false }
}
const checkFailed = (card: string, phase: 'before' | 'after' | 'verify'): RunEvent => {
  return { event: 'check-failed', card, check: 'x', phase, message: 'no' }
}

const none = { proof: null, failure: null, steps: { digest: '', results: new Map() }, log: null, tookMs: null }

it('of nothing is empty', () => {
  expect(historyOf([])).toEqual({ cards: new Map(), runs: [], chains: new Map() })
})

describe('of runs', () => {
  it('tells each, oldest first, and which were cut off', () => {
    const journal = [
      ...events('r1', started('goal'), completed('a'), completed('goal'), ended('complete', 0)),
      ...events('r2', started('other', 'verify')),
      ...events('r3', started('goal'), completed('b'), ended('failed', 1, 'c')),
    ]
    expect(historyOf(journal).runs).toEqual([
      {
        ...{ run: 'r1', goal: 'goal', command: 'run', started: '2026-02-20T10:00:00Z', ended: '2026-02-20T10:00:03Z' },
        ...{ outcome: 'complete', exitCode: 0, completed: ['a', 'goal'], failed: null },
      },
      {
        ...{ run: 'r2', goal: 'other', command: 'verify', started: '2026-02-20T10:00:00Z', ended: null },
        ...{ outcome: null, exitCode: null, completed: [], failed: null },
      },
      {
        ...{ run: 'r3', goal: 'goal', command: 'run', started: '2026-02-20T10:00:00Z', ended: '2026-02-20T10:00:02Z' },
        ...{ outcome: 'failed', exitCode: 1, completed: ['b'], failed: 'c' },
      },
    ])
  })

  it('survives a journal whose beginning is lost', () => {
    const { cards, runs } = historyOf(events('r1', completed('a'), ended('complete', 0)))
    expect(runs).toEqual([])
    expect(cards.get('a')?.proof?.run).toBe('r1')
  })

  it('names the goals to go on with: those whose last run did not end complete', () => {
    const whole = events('r1', started('one'), ended('complete', 0))
    const failed = events('r2', started('two'), ended('failed', 1))
    const cut = events('r3', started('three'))
    const verify = events('r4', started('four', 'verify'), ended('failed', 2))
    expect(unfinishedGoals(historyOf([]))).toEqual([])
    expect(unfinishedGoals(historyOf(whole))).toEqual([])
    expect(unfinishedGoals(historyOf([...whole, ...failed]))).toEqual(['two'])
    expect(unfinishedGoals(historyOf([...failed, ...whole]))).toEqual(['two'])
    expect(unfinishedGoals(historyOf([...whole, ...cut, ...verify]))).toEqual(['three'])
  })
})

describe('of a card', () => {
  it('has its last proof and its log', () => {
    const log: RunEvent = {
      event: 'card-started',
      card: 'a',
      title: 'A',
      log: 'log/r1/a.log',
      digest: 'd',
      anew: false,
    }
    expect(historyOf(events('r1', log, completed('a'))).cards.get('a')).toEqual({
      ...none,
      proof: { time: '2026-02-20T10:00:01Z', run: 'r1', how: 'ran', verified: true, by: null, target: 't' },
      log: 'log/r1/a.log',
      tookMs: 1,
    })
  })

  it('remembers how long its work took, and not how long it took to find it true', () => {
    const found: RunEvent = {
      ...{
        event: 'card-completed',
        card: 'a',
        how: 'found-true',
        verified: true,
        by: null,
        durationMs: 7,
        target: 't',
      },
    }
    expect(historyOf(events('r1', completed('a'), found)).cards.get('a')?.tookMs).toBe(1)
    expect(historyOf(events('r1', found)).cards.get('a')?.tookMs).toBeNull()
  })

  it('keeps its failure until it is completed', () => {
    const failure: RunEvent = {
      ...{ event: 'card-failed', card: 'a', reason: 'threw', message: 'no disk', exitCode: null, durationMs: 1 },
    }
    expect(historyOf(events('r1', failure)).cards.get('a')).toEqual({
      ...none,
      failure: { time: '2026-02-20T10:00:00Z', message: 'no disk' },
    })
    expect(historyOf(events('r1', failure, completed('a'))).cards.get('a')?.failure).toBeNull()
  })

  it('loses its proof when `verify` saw a check fail, and not when a run did', () => {
    const proof = (...more: RunEvent[]) => historyOf(events('r1', completed('a'), ...more)).cards.get('a')?.proof?.run
    expect(proof(checkFailed('a', 'before'), checkFailed('a', 'after'), checkFailed('b', 'verify'))).toBe('r1')
    expect(proof(checkFailed('a', 'verify'))).toBeUndefined()
  })

  it('loses proof and steps when it is reopened', () => {
    const reopened: RunEvent = { event: 'card-reopened', card: 'a', because: 'x' }
    expect(historyOf(events('r1', completed('a'), step('a', 's', '1'), reopened)).cards.get('a')).toEqual({
      ...none,
      tookMs: 1,
    })
  })

  it('keeps the steps of unfinished work, for the script that did them', () => {
    const steps = (...list: RunEvent[]) => historyOf(events('r1', ...list)).cards.get('a')?.steps
    expect(steps(step('a', 'one', '1'), step('a', 'two', '2'), step('a', 'one', '3'), step('b', 'x', 'y'))).toEqual({
      digest: 'd1',
      results: new Map([
        ['one', '3'],
        ['two', '2'],
      ]),
    })
    expect(steps(step('a', 'one', '1'), step('a', 'two', '2', 'd2'))).toEqual({
      digest: 'd2',
      results: new Map([['two', '2']]),
    })
    expect(steps(step('a', 'one', '1'), completed('a'))).toEqual({ digest: '', results: new Map() })
  })

  it('may be called like a part of an object', () => {
    const { cards } = historyOf(events('__proto__', started('constructor'), completed('__proto__')))
    expect(cards.get('__proto__')?.proof?.run).toBe('__proto__')
    expect(cards.get('constructor')).toBeUndefined()
  })
})

it('passes over events of a later version', () => {
  const strange = { schemaVersion: 9, time: 't', run: 'r', event: 'card-painted', card: 'a' } as unknown as Stamped
  expect(historyOf([strange])).toEqual({ cards: new Map(), runs: [], chains: new Map() })
})

it('keeps which cards a finalized chain had, as the last time', () => {
  const finalize = (...cards: string[]): RunEvent => {
    return { event: 'run-started', goal: 'goal', command: 'finalize', target: '', cards }
  }
  const journal = [...events('one', finalize('a', 'goal')), ...events('two', finalize('a', 'b', 'goal'))]
  expect(historyOf([...journal, ...events('three', started('other'))]).chains).toEqual(
    new Map([['goal', ['a', 'b', 'goal']]]),
  )
})
