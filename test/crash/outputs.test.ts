/** Work that is done, but whose results cannot be kept. */
import { expect, test } from 'vitest'
import { cutShort } from '../../scripts/core/attempt.ts'
import type { RunEvent, Stamped } from '../../scripts/core/event.ts'
import { card, Memory, told } from '../loop/world.ts'

test('work whose results cannot be kept is not tried again by itself, and its card stays active', async () => {
  const world = new Memory(
    { a: card([], { front: ['retries: 3'] }), goal: card(['a']) },
    {
      a: {
        apply: () => {
          world.truth.add('a')
          return { ok: false, reason: 'outputs', message: 'no room', exitCode: null }
        },
      },
    },
  )
  expect(told(await world.run({ goal: 'goal' }))).toEqual(['a unrecorded: no room', 'goal skipped: a'])
  expect([world.active, world.did.filter((effect) => effect === 'apply a')]).toEqual([['a', 'goal'], ['apply a']])
  expect(world.events.find(({ event }) => event === 'card-failed')).toMatchObject({
    reason: 'outputs',
    message: 'no room',
  })
})

const run = (name: string, command: string, ...events: RunEvent[]): Stamped[] =>
  [{ event: 'run-started' as const, goal: 'a', command, target: '', cards: ['a'] }, ...events].map((event, at) => {
    return { schemaVersion: 1, time: `${name} ${at}`, run: name, ...event }
  })
const begins: RunEvent = { event: 'check-failed', card: 'a', check: 'c', phase: 'before', message: 'no' }
const ended = { card: 'a', durationMs: 0, message: '', exitCode: null }
const completed: RunEvent = {
  ...{ event: 'card-completed', card: 'a', how: 'ran', verified: true, by: null, durationMs: 0, target: '' },
}

test('work was cut short when it began and its end is not known, or what it handed on could not be kept', () => {
  const cut = (...events: Stamped[]) => cutShort(events, 'now').get('a')
  expect(cut(...run('one', 'run', begins))).toBe('one 1')
  expect(cut(...run('one', 'run', begins, { event: 'card-failed', reason: 'outputs', ...ended }))).toBe('one 1')
  expect(cut(...run('one', 'run', begins, { event: 'card-stopped', card: 'a' }))).toBe('one 1')
  expect(cut(...run('one', 'run', { event: 'card-reopened', card: 'a', because: 'forced' }))).toBe('one 1')
  expect(cut(...run('one', 'run', begins, completed))).toBeUndefined()
  expect(cut(...run('one', 'run', begins, { event: 'card-failed', reason: 'threw', ...ended }))).toBeUndefined()
  expect(cut(...run('one', 'verify', begins))).toBeUndefined()
  expect(cut(...run('now', 'run', begins))).toBeUndefined()
  expect(cut(...run('one', 'run', begins), ...run('two', 'run', completed))).toBeUndefined()
})
