/** What a power cut may leave, after each effect of a real run: built from what it wrote, synced and renamed. */
import { beforeAll, expect, test } from 'vitest'
import type { Stamped } from '../../scripts/core/event.ts'
import { readJournal } from '../../scripts/io/history.ts'
import { Folder } from '../io/folder.ts'
import { meet } from '../rig/faults.ts'
import { type Effect, inWords } from '../rig/watch-files.ts'
import { done, files, fresh, ids, old } from './chain.ts'
import type { Found } from './disk.ts'
import { certainAt, cuts } from './power.ts'

const seed = 20260220
let effects: Effect[] = []
let events: Stamped[] = []
let found: { after: string; found: Found; events: Stamped[] }[] = []

beforeAll(async () => {
  using repository = fresh()
  const ran = await meet(repository, ['run', 'goal', '-q', '-j', '1'])
  expect(ran.code).toBe(0)
  effects = ran.effects
  events = repository.journal() as unknown as Stamped[]
  found = [...cuts(files, effects, seed)].map(({ after, found }) => {
    const last = effects[after - 1]
    return { after: `${after} ${last ? inWords(last) : ''}`, found, events: eventsOf(found) }
  })
  expect(found.length).toBeGreaterThan(200)
})

const read = new Map<string, Stamped[]>()

/** The events that the runner reads of a journal that was found. */
function eventsOf(found: Found): Stamped[] {
  const bytes = found.get('.mikado/journal.jsonl')
  if (!bytes) return []
  const key = bytes.toString('base64')
  const known = read.get(key)
  if (known) return known
  using folder = new Folder({ '.mikado/journal.jsonl': bytes })
  const events = readJournal(folder.repository)
  read.set(key, events)
  return events
}

const textOf = (found: Found, path: string) => found.get(path)?.toString() ?? null

test('after a power cut every document is old or new to the byte', () => {
  for (const { after, found: state } of found) {
    for (const id of ids) expect([after, old[id], done[id]]).toContain(textOf(state, `docs/${id}.md`))
    const names = [...state.keys()].filter((path) => path.startsWith('docs/'))
    expect([after, names.length]).toEqual([after, ids.length])
  }
})

test('after a power cut the journal reads as far as it got', () => {
  for (const { after, events: some } of found) expect([after, some]).toEqual([after, events.slice(0, some.length)])
})

test('after a power cut a document that says complete has the checks that held in the journal', () => {
  let complete = 0
  for (const { after, found: state, events: some } of found) {
    for (const id of ids.filter((each) => textOf(state, `docs/${each}.md`) === done[each])) {
      const held = some.filter((event) => event.event === 'check-passed' && event.card === id)
      expect([after, id, held.length]).toEqual([after, id, 1])
      complete++
    }
  }
  expect(complete).toBeGreaterThan(100)
})

test('after a power cut a card that is complete has handed on all, with its secrets, out of git’s sight', () => {
  for (const { after, found: state } of found) {
    const outputs = textOf(state, '.mikado/outputs/base.json')
    const secrets = textOf(state, '.mikado/secrets/base.json')
    if (textOf(state, 'docs/base.md') === done.base) expect([after, outputs]).not.toEqual([after, null])
    if (outputs !== null) {
      expect([after, JSON.parse(outputs)]).toEqual([after, { port: 5000, key: { $secret: '/key' } }])
      expect([after, JSON.parse(secrets ?? 'null')]).toMatchObject([after, { '/key': 's3cr3t-key' }])
    }
    if (secrets !== null) expect([after, textOf(state, '.mikado/.gitignore')]).toEqual([after, '*\n'])
  }
})

test('the journal holds that a card started, for certain, before its work is asked for', () => {
  const starts = certainAt('apply', files, effects)
  const begun = starts.map((state) => eventsOf(state).findLast(({ event }) => event === 'card-started'))
  expect(begun.map((event) => event && 'card' in event && [event.event, event.card])).toEqual(
    ids.map((id) => ['card-started', id]),
  )
})

test('the journal holds, for certain, that a step started and that it is done before the task goes on', () => {
  const going = certainAt('acknowledge', files, effects).map((state) => eventsOf(state).at(-1))
  // The others are of what was printed.
  expect(going.flatMap((event) => (event && 'step' in event ? `${event.event} ${event.step}` : []))).toEqual([
    'step-started first',
    'step-started first', // its secret
    ...['step-done first', 'step-started second', 'step-done second', 'step-started third', 'step-done third'],
  ])
})
