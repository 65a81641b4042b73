/** Time and stops: retries, limits, and a run that is ended in the middle. */
import { describe, expect, it } from 'vitest'
import { card, failure, gate, Memory, type Script, told, turn } from './world.ts'

const never = () => gate().work()

describe('retries', () => {
  const text = (retries: number) => card([], { front: [`retries: ${retries}`] })
  const until = (attempt: number): Script => ({
    apply: (tried) => (tried < attempt ? failure(`try ${tried}`) : undefined),
  })

  it('wait one second, then twice as long each time', async () => {
    const world = new Memory({ a: text(3) }, { a: until(4) })
    const ended = world.run({ goal: 'a' })
    for (const wait of [1000, 2000, 4000]) {
      await world.advance(0)
      expect(world.pending).toEqual([wait])
      await world.advance(wait - 1)
      expect(world.pending).toEqual([1])
      await world.advance(1)
    }
    expect(told(await ended)).toEqual(['a ran'])
    expect(world.events.filter((event) => event.event === 'card-retried')).toEqual([
      { event: 'card-retried', card: 'a', attempt: 2, delayMs: 1000, message: 'try 1' },
      { event: 'card-retried', card: 'a', attempt: 3, delayMs: 2000, message: 'try 2' },
      { event: 'card-retried', card: 'a', attempt: 4, delayMs: 4000, message: 'try 3' },
    ])
  })

  it('wait a minute at most, and give up after as many as were asked for', async () => {
    const world = new Memory({ a: text(8) }, { a: until(100) })
    const ended = world.run({ goal: 'a' })
    const waits: number[] = []
    for (let tried = 0; tried < 8; tried++) {
      await world.advance(0)
      waits.push(...world.pending)
      await world.advance(60_000)
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    expect(told(await ended)).toEqual(['a failed (threw): try 9'])
  })

  it('are none where none are asked for', async () => {
    const world = new Memory({ a: card() }, { a: until(2) })
    expect(told(await world.run({ goal: 'a' }))).toEqual(['a failed (threw): try 1'])
  })

  it('end when the run is stopped', async () => {
    const world = new Memory({ a: text(3) }, { a: until(100) })
    const ended = world.run({ goal: 'a' })
    await turn()
    world.halt()
    expect(told(await ended)).toEqual(['a stopped'])
    expect(world.pending).toEqual([])
    expect(world.did.filter((effect) => effect === 'apply a')).toHaveLength(1)
  })
})

describe('a limit', () => {
  it('ends a card that takes longer, and its document stays', async () => {
    const world = new Memory({ a: card([], { front: ['timeout: 90s'] }) }, { a: { apply: never } })
    const ended = world.run({ goal: 'a' }, { timeoutMs: 5000 })
    await world.advance(89_999)
    expect(world.did.at(-1)).toBe('apply a')
    await world.advance(1)
    expect(told(await ended)).toEqual(['a failed (timeout): timed out: not done within 1 m 30 s'])
    expect([world.active, world.did.at(-1)]).toEqual([['a'], 'close a'])
  })

  it('of the run is for cards that name none', async () => {
    const world = new Memory({ a: card() }, { a: { apply: never } })
    const ended = world.run({ goal: 'a' }, { timeoutMs: 5000 })
    await world.advance(5000)
    expect(told(await ended)).toEqual(['a failed (timeout): timed out: not done within 5.0 s'])
  })

  it('that was not reached leaves no timer behind', async () => {
    const world = new Memory({ a: card() })
    expect(told(await world.run({ goal: 'a' }, { timeoutMs: 5000 }))).toEqual(['a ran'])
    expect(world.pending).toEqual([])
  })

  it('ends the waiting for another try', async () => {
    const world = new Memory(
      { a: card([], { front: ['retries: 5', 'timeout: 2s'] }) },
      { a: { apply: () => failure('no') } },
    )
    const ended = world.run({ goal: 'a' })
    await world.advance(1000)
    await world.advance(1000)
    expect(told(await ended)).toEqual(['a failed (timeout): timed out: not done within 2.0 s'])
  })

  it('holds up what needs the card like any failure', async () => {
    const world = new Memory({ goal: card(['a']), a: card() }, { a: { apply: never } })
    const ended = world.run({ goal: 'goal' }, { timeoutMs: 1000 })
    await world.advance(1000)
    expect(told(await ended)).toEqual(['a failed (timeout): timed out: not done within 1.0 s', 'goal skipped: a'])
  })
})

describe('a stop', () => {
  it('before anything began starts nothing', async () => {
    const world = new Memory({ goal: card(['a']), a: card() })
    world.halt()
    expect(told(await world.run({ goal: 'goal' }))).toEqual([
      'a skipped: the run was stopped',
      'goal skipped: the run was stopped',
    ])
    expect(world.did).toEqual([])
  })

  it('ends what runs, marks nothing, and starts nothing new', async () => {
    const documents = { goal: card(['a', 'b', 'c']), a: card(), b: card(), c: card() }
    const world = new Memory(documents, { a: { apply: never }, b: { apply: never } })
    const ended = world.run({ goal: 'goal' }, { jobs: 2 })
    await turn()
    world.halt()
    expect(told(await ended)).toEqual(['a stopped', 'goal skipped: a', 'b stopped', 'c skipped: the run was stopped'])
    expect(Object.fromEntries(world.documents)).toEqual(documents)
    expect(world.events.slice(-4)).toEqual([
      { event: 'card-stopped', card: 'a' },
      { event: 'card-stopped', card: 'b' },
      { event: 'card-skipped', card: 'goal', because: 'a' },
      { event: 'card-skipped', card: 'c', because: 'the run was stopped' },
    ])
  })

  it('while a task is being opened is a stop, not a failure', async () => {
    const world = new Memory({ a: card() }, { a: { broken: 'stopped before it began' } })
    world.before = (effect) => effect === 'open a' && world.halt()
    expect(told(await world.run({ goal: 'a' }))).toEqual(['a stopped'])
  })

  it('leaves what was completed before, and the next run goes on from there', async () => {
    const world = new Memory({ goal: card(['a']), a: card() })
    world.before = (effect) => effect === 'apply goal' && world.halt()
    expect(told(await world.run({ goal: 'goal' }))).toEqual(['a ran', 'goal stopped'])
    const next = new Memory(Object.fromEntries(world.documents))
    expect(told(await next.run({ goal: 'goal' }))).toEqual(['goal ran'])
  })

  it.each(['check a', 'apply a'])('during `%s` never marks the card', async (moment) => {
    const world = new Memory({ a: card() })
    world.before = (effect) => effect === moment && world.halt()
    expect(told(await world.run({ goal: 'a' }))).toEqual(['a stopped'])
    expect(world.did).not.toContain('mark a')
  })

  it('while a complete card is asked does not reopen it', async () => {
    const world = new Memory({ a: card([], { status: 'complete' }) }, { a: { checks: { 'It is done': () => true } } })
    world.before = (effect) => effect === 'check a' && world.halt()
    expect(told(await world.run({ goal: 'a' }, {}, ['a']))).toEqual(['a stopped'])
    expect(world.active).toEqual([])
  })

  it('by a limit does not reopen a complete card either', async () => {
    const world = new Memory({ a: card([], { status: 'complete' }) }, { a: { checks: { 'It is done': () => true } } })
    world.before = (effect) => effect === 'check a' && world.wind(1000)
    expect(told(await world.run({ goal: 'a' }, { timeoutMs: 1000 }, ['a']))).toEqual([
      'a failed (timeout): timed out: not done within 1.0 s',
    ])
    expect(world.active).toEqual([])
  })

  it('is not taken for success of a script without checks that ends well when it is told to', async () => {
    const work = gate()
    const world = new Memory({ a: card([], { checks: [] }) }, { a: { checks: {}, apply: work.work, deaf: true } })
    const ended = world.run({ goal: 'a' })
    await turn()
    world.halt()
    work.open()
    expect(told(await ended)).toEqual(['a stopped'])
    expect(world.active).toEqual(['a'])
  })

  it('between the last check and the mark leaves the document', async () => {
    const world = new Memory({ a: card() }, { a: { deaf: true } })
    world.before = (effect) => effect === 'check a' && world.truth.has('a') && world.halt()
    expect(told(await world.run({ goal: 'a' }))).toEqual(['a stopped'])
    expect(world.active).toEqual(['a'])
  })
})
