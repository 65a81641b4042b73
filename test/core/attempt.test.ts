/** What the journal says about working one card. */
import { expect, test } from 'vitest'
import { leftBehind } from '../../scripts/core/attempt.ts'
import { type RunEvent, type Stamped, schemaVersion } from '../../scripts/core/event.ts'

const stamped = (run: string, event: RunEvent): Stamped => ({
  ...{ schemaVersion, time: '2026-01-01T00:00:00.000Z', run },
  ...event,
})
const started = (run: string, card: string) =>
  stamped(run, { event: 'card-started', card, title: card, log: '', digest: '', anew: false })
const stopped = (run: string, card: string) => stamped(run, { event: 'card-stopped', card })

test('a card that began and did not see the end of its run is left behind; one that ended, or began in this run, is not', () => {
  const events = [
    started('one', 'ended'),
    started('one', 'cut'),
    stopped('one', 'ended'),
    started('two', 'again'),
    stopped('two', 'again'),
    started('two', 'again'),
    started('now', 'mine'),
    stopped('now', 'cut'),
  ]
  expect([...leftBehind(events, 'now')]).toEqual(['cut', 'again'])
})
