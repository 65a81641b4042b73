/** The tries of each card, as the journal tells them event by event. */
import { describe, expect, it } from 'vitest'
import { Chronicle } from '../../scripts/core/chronicle.ts'
import type { RunEvent, Stamped } from '../../scripts/core/event.ts'

/** A second later than the one before, whatever run it is of. */
class Journal {
  readonly chronicle = new Chronicle()
  #seconds = 0

  add(run: string, ...events: RunEvent[]): this {
    for (const event of events) {
      const time = new Date(Date.UTC(2026, 1, 20, 10, 0, this.#seconds++)).toISOString()
      this.chronicle.add({ schemaVersion: 1, time, run, ...event } as Stamped)
    }
    return this
  }
}

/** The time of the event of that number. */
const at = (number: number) => `2026-02-20T10:00:0${number}.000Z`

const began = (goal: string, cards: string[] = [goal], command = 'run'): RunEvent => {
  return { event: 'run-started', goal, command, target: '', cards }
}
const over = (outcome: 'complete' | 'failed' | 'stopped', exitCode: number, failed: string | null = null): RunEvent => {
  return { event: 'run-ended', outcome, exitCode, durationMs: 1, failed }
}
const started = (card: string, log = `log/${card}`): RunEvent => {
  return { event: 'card-started', card, title: card, log, digest: 'd', anew: false }
}
const completed = (
  card: string,
  how: 'ran' | 'found-true' | 'confirmed' = 'ran',
  by: string | null = null,
): RunEvent => {
  return { event: 'card-completed', card, how, verified: true, by, durationMs: 1, target: '' }
}
const failed = (card: string, message = 'no spade'): RunEvent => {
  return { event: 'card-failed', card, reason: 'threw', message, exitCode: null, durationMs: 1 }
}
const stepBegan = (card: string, step: string): RunEvent => ({ event: 'step-started', card, step, digest: 'd' })
const stepDone = (card: string, step: string, replayed = false): RunEvent => {
  return { event: 'step-done', card, step, digest: 'd', result: 1, replayed }
}
const held = (card: string, check: string, detail: string | null = null): RunEvent => {
  return { event: 'check-passed', card, check, phase: 'after', detail }
}
const note = (card: string, text: string): RunEvent => ({ event: 'note', card, text })

const nothing = { message: '', by: null, waiting: [], retries: 0, steps: [], notes: [] }

it('of nothing is empty', () => {
  const { runs, last, history } = new Chronicle()
  expect([runs, last, history.runs]).toEqual([[], null, []])
  const chronicle = new Chronicle()
  expect([chronicle.run('r'), chronicle.tries('a'), chronicle.unfinished('a'), chronicle.said('a').size]).toEqual([
    ...[null, [], null, 0],
  ])
})

describe('a run', () => {
  it('is told from its beginning to its end, with what it began, left and warned of', () => {
    const { chronicle } = new Journal().add(
      'r1',
      began('goal', ['a', 'b', 'goal']),
      started('a'),
      failed('a'),
      { event: 'card-skipped', card: 'goal', because: 'a' },
      { event: 'warning', card: 'b', message: 'is odd' },
      { event: 'warning', card: null, message: 'all is odd' },
      over('failed', 1, 'a'),
    )
    const a = { card: 'a', run: 'r1', command: 'run', started: at(1), ended: at(2), end: 'failed', ...nothing }
    expect(chronicle.runs).toEqual([
      {
        ...{ run: 'r1', goal: 'goal', started: at(0), ended: at(6), outcome: 'failed', exitCode: 1, failed: 'a' },
        planned: ['a', 'b', 'goal'],
        tries: new Map([['a', { ...a, message: 'no spade', log: 'log/a' }]]),
        skipped: new Map([['goal', 'a']]),
        warnings: ['b: is odd', 'all is odd'],
      },
    ])
    expect(chronicle.run('r1')).toBe(chronicle.runs[0])
    expect(chronicle.last).toBe(at(6))
  })

  it('that goes on, or was cut off, has no end, nor has its card', () => {
    const { chronicle } = new Journal().add('r1', began('a'), started('a'), stepBegan('a', 'dig'))
    expect(chronicle.run('r1')).toMatchObject({ ended: null, outcome: null, exitCode: null })
    expect(chronicle.tries('a')).toMatchObject([{ ended: null, end: null, steps: [{ name: 'dig', ended: null }] }])
  })

  it('knows the machine that had its card last', () => {
    const placed = (worker: string): RunEvent => ({ event: 'card-placed', card: 'a', worker })
    const { chronicle } = new Journal().add('r1', began('a'), started('a'), placed('indri'), placed('ringtail'))
    expect(chronicle.tries('a')).toMatchObject([{ worker: 'ringtail' }])
  })

  it('is one of `run`: what `verify` and `close` asked is a try of the card alone', () => {
    const { chronicle } = new Journal()
      .add('v', began('a', ['a'], 'verify'), started('a', ''), held('a', 'x'), over('complete', 0))
      .add('c', began('a', ['a'], 'close'), started('a', ''), completed('a', 'confirmed', 'ada'), over('complete', 0))
    expect(chronicle.runs).toEqual([])
    expect(chronicle.tries('a').map(({ command, end, by }) => [command, end, by])).toEqual([
      ['verify', null, null],
      ['close', 'confirmed', 'ada'],
    ])
  })

  it('keeps its own tries while another one works beside it', () => {
    const journal = new Journal().add('r1', began('a'), started('a')).add('r2', began('b'), started('b'))
    const { chronicle } = journal.add('r1', completed('a')).add('r2', failed('b'))
    expect(chronicle.runs.map(({ run, tries }) => [run, [...tries].map(([id, { end }]) => [id, end])])).toEqual([
      ['r1', [['a', 'ran']]],
      ['r2', [['b', 'failed']]],
    ])
  })

  it('of long ago is forgotten, and the tries of a card too: fifty and ten are kept', () => {
    const journal = new Journal()
    for (let run = 0; run < 60; run++)
      journal.add(`r${run}`, began('a'), started('a'), completed('a'), over('complete', 0))
    const { chronicle } = journal
    expect(chronicle.runs.map(({ run }) => run)).toEqual(Array.from({ length: 50 }, (_, run) => `r${run + 10}`))
    expect(chronicle.tries('a').map(({ run }) => run)).toEqual(Array.from({ length: 10 }, (_, run) => `r${run + 50}`))
    expect(chronicle.run('r9')).toBeNull()
    // An end that comes late is nobody's.
    journal.add('r0', over('failed', 1), { event: 'card-skipped', card: 'x', because: 'a' })
    expect(chronicle.runs).toHaveLength(50)
  })
})

describe('a try', () => {
  const of = (...events: RunEvent[]) => {
    const { chronicle } = new Journal().add('r1', began('a'), started('a'), ...events)
    return chronicle.tries('a').at(-1)
  }

  it('has the end that was told', () => {
    expect(of(completed('a'))).toMatchObject({ end: 'ran', ended: at(2), by: null })
    expect(of(completed('a', 'found-true'))).toMatchObject({ end: 'found-true' })
    expect(of(completed('a', 'confirmed', 'ada'))).toMatchObject({ end: 'confirmed', by: 'ada' })
    expect(of(failed('a'))).toMatchObject({ end: 'failed', message: 'no spade' })
    expect(of({ event: 'card-stopped', card: 'a' })).toMatchObject({ end: 'stopped', ended: at(2) })
    expect(of({ event: 'card-waiting', card: 'a', instructions: 'look', lines: ['The lamp burns'] })).toMatchObject({
      ...{ end: 'waiting', message: 'look', waiting: ['The lamp burns'] },
    })
  })

  it('has its steps in order: done, taken over from an earlier try, and cut off', () => {
    const again = [stepBegan('a', 'again'), stepDone('a', 'again'), stepBegan('a', 'again')]
    expect(of(stepDone('a', 'old', true), ...again)?.steps).toEqual([
      { name: 'old', started: at(2), ended: at(2), replayed: true },
      { name: 'again', started: at(3), ended: at(4), replayed: false },
      { name: 'again', started: at(5), ended: null, replayed: false },
    ])
  })

  it('counts how often it was begun again, and keeps what its task noted', () => {
    const retried: RunEvent = { event: 'card-retried', card: 'a', attempt: 2, delayMs: 1, message: 'no' }
    expect(of(retried, note('a', 'dug'), note('a', 'filled'))).toMatchObject({ retries: 2, notes: ['dug', 'filled'] })
  })

  it('holds no more than a page can show', () => {
    const many = Array.from({ length: 300 }, (_, step) => stepBegan('a', `s${step}`))
    const notes = Array.from({ length: 30 }, () => note('a', 'x'.repeat(10_000)))
    const one = of(...many, stepDone('a', 's1'), stepDone('a', 's250'), ...notes, failed('a', 'y'.repeat(10_000)))
    expect([one?.steps.length, one?.notes.length]).toEqual([200, 20])
    expect(one?.steps[1]?.ended).not.toBeNull()
    expect(Math.max(one?.message.length ?? 0, ...(one?.notes ?? []).map(({ length }) => length))).toBeLessThan(4100)
    const long = of(stepBegan('a', 'z'.repeat(1000)), stepDone('a', 'z'.repeat(1000)))?.steps
    expect([long?.length, (long?.[0]?.name.length ?? 0) < 400, long?.[0]?.ended]).toEqual([1, true, at(3)])
  })

  it('begins with its completion where nothing was asked before, as `close --force` does', () => {
    const { chronicle } = new Journal().add('c', began('a', ['a'], 'close'), completed('a', 'confirmed', 'ada'))
    expect(chronicle.tries('a')).toEqual([
      {
        ...{ card: 'a', run: 'c', command: 'close', started: at(1), ended: at(1), end: 'confirmed' },
        ...{ ...nothing, by: 'ada', log: '' },
      },
    ])
  })

  it('is not changed by what another run says of the card', () => {
    const { chronicle } = new Journal()
      .add('r1', began('a'), started('a'), failed('a'))
      .add('r2', began('b'), note('a', 'x'), stepBegan('a', 'dig'), { event: 'card-stopped', card: 'a' })
    expect(chronicle.tries('a')).toMatchObject([{ run: 'r1', end: 'failed', notes: [], steps: [] }])
  })

  it('may be of a card or a run that is called like a part of an object, and whose beginning is lost', () => {
    const { chronicle } = new Journal().add('constructor', started('__proto__'), completed('__proto__'))
    expect(chronicle.tries('__proto__')).toMatchObject([{ run: 'constructor', command: 'run', end: 'ran' }])
    expect([chronicle.runs, chronicle.tries('toString'), chronicle.run('toString')]).toEqual([[], [], null])
  })
})

describe('what is left unfinished of a card', () => {
  const left = (...events: RunEvent[]) => {
    return new Journal().add('r1', began('a'), started('a'), ...events).chronicle.unfinished('a')?.end
  }

  it('is its last try in a run, when that did not complete it', () => {
    expect(left(failed('a'))).toBe('failed')
    expect(left({ event: 'card-stopped', card: 'a' })).toBe('stopped')
    expect(left()).toBeNull()
    expect(left(completed('a'))).toBeUndefined()
    expect(left(completed('a', 'found-true'))).toBeUndefined()
  })

  it('is nothing once somebody has closed it, and is not changed by asking', () => {
    const journal = new Journal().add('r1', began('a'), started('a'), failed('a'), over('failed', 1, 'a'))
    journal.add('v', began('a', ['a'], 'verify'), started('a', ''))
    expect(journal.chronicle.unfinished('a')).toMatchObject({ run: 'r1', end: 'failed' })
    // Closing that was refused.
    journal.add('c1', began('a', ['a'], 'close'), started('a', ''))
    expect(journal.chronicle.unfinished('a')).toMatchObject({ run: 'r1', end: 'failed' })
    journal.add('c2', began('a', ['a'], 'close'), started('a', ''), completed('a', 'confirmed', 'ada'))
    expect(journal.chronicle.unfinished('a')).toBeNull()
  })
})

it('keeps of each check what it said last, in whatever call', () => {
  const { chronicle } = new Journal()
    .add('r1', began('a'), started('a'))
    .add(
      'r1',
      { event: 'check-failed', card: 'a', check: 'x', phase: 'before', message: 'not yet' },
      held('a', 'x', 'seen'),
      held('a', 'y'),
      { event: 'check-waiting', card: 'a', check: 'z', phase: 'before', instructions: 'look' },
    )
    .add('v', began('a', ['a'], 'verify'), {
      ...{ event: 'check-failed', card: 'a', check: 'y', phase: 'verify', message: 'm'.repeat(10_000) },
    })
  const said = chronicle.said('a')
  expect([...said.keys()]).toEqual(['x', 'y', 'z'])
  expect(said.get('x')).toEqual({ time: at(3), phase: 'after', held: true, detail: 'seen' })
  expect(said.get('z')).toEqual({ time: at(5), phase: 'before', held: null, detail: 'look' })
  expect(said.get('y')).toMatchObject({ phase: 'verify', held: false })
  expect(said.get('y')?.detail?.length).toBeLessThan(4100)
})
