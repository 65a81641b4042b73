/** One card: probe, act, probe. */
import { describe, expect, it } from 'vitest'
import { card, failure, Memory, type Script, told } from './world.ts'

const done = '- [x] It is done'

/** Runs one card called `a`. */
async function one(script: Script, text = card(), world = new Memory({ a: text }, { a: script })) {
  const outcomes = await world.run({ goal: 'a' })
  return { world, told: told(outcomes), document: world.documents.get('a') }
}

it('completes a card whose checks hold without running its work', async () => {
  const { world, document } = await one({ checks: { 'It is done': () => 'seen at 10:00' } })
  expect(world.did).toEqual(['open a', 'check a', 'close a', 'mark a'])
  expect(world.events).toEqual([
    { event: 'check-passed', card: 'a', check: 'It is done', phase: 'before', detail: 'seen at 10:00' },
    {
      ...{ event: 'card-completed', card: 'a', how: 'found-true', verified: true, by: null },
      ...{ durationMs: 0, target: 'here' },
    },
  ])
  expect(document).toBe(card().replace('status: active\n', '').replace('- [ ] It is done', done))
})

it('does the work of a card whose checks do not hold, and asks again', async () => {
  const { world, document } = await one({})
  expect(world.did).toEqual(['open a', 'check a', 'apply a', 'check a', 'close a', 'mark a'])
  expect(world.events).toEqual([
    { event: 'check-failed', card: 'a', check: 'It is done', phase: 'before', message: 'it answered false' },
    { event: 'check-passed', card: 'a', check: 'It is done', phase: 'after', detail: null },
    {
      ...{ event: 'card-completed', card: 'a', how: 'ran', verified: true, by: null },
      ...{ durationMs: 0, target: 'here' },
    },
  ])
  expect(document).toContain(done)
})

it('asks every check, in the order of the list, and runs when one of them does not hold', async () => {
  const asked: string[] = []
  const say = (word: string, holds: boolean) => () => {
    asked.push(word)
    return holds
  }
  const text = card([], { checks: ['one (a)', '`two`', 'three'] })
  const result = await one(
    { checks: { three: say('three', true), two: say('two', false), one: say('one', true) } },
    text,
  )
  expect(asked).toEqual(['one', 'two', 'three', 'one', 'two', 'three'])
  expect(result.told).toEqual([
    'a failed (checks): the work is done, but 1 of 3 checks do not hold: two: it answered false',
  ])
})

it('never marks a card whose checks do not hold after the work', async () => {
  const no = () => {
    throw new Error('401, not 200')
  }
  const text = card([], { checks: ['one', 'two'] })
  const { world, document, ...result } = await one({ checks: { one: no, two: () => false } }, text)
  expect(result.told).toEqual([
    'a failed (checks): the work is done, but 2 of 2 checks do not hold: one: 401, not 200; two: it answered false',
  ])
  expect(document).toBe(text)
  expect(world.did).not.toContain('mark a')
  expect(world.events.at(-1)).toEqual({
    ...{ event: 'card-failed', card: 'a', reason: 'checks', exitCode: null, durationMs: 0 },
    message: 'the work is done, but 2 of 2 checks do not hold: one: 401, not 200; two: it answered false',
  })
})

it('tells how the work failed, asks nothing more, and leaves the document', async () => {
  const died = { ok: false, reason: 'exited', message: 'exit code 7', exitCode: 7 } as const
  const { world, document } = await one({ apply: () => died })
  expect(world.did).toEqual(['open a', 'check a', 'apply a', 'close a'])
  expect(world.events.at(-1)).toEqual({
    ...{ event: 'card-failed', card: 'a', reason: 'exited', message: 'exit code 7', exitCode: 7, durationMs: 0 },
  })
  expect(document).toBe(card())
})

it('says of a script without checks that it is not verified', async () => {
  const { world, document, ...result } = await one({ checks: {} }, card([], { checks: [] }))
  expect(result.told).toEqual(['a ran, not verified'])
  expect(world.did).toEqual(['open a', 'apply a', 'close a', 'mark a'])
  expect(document).not.toContain('status')
})

it('measures how long a card took by the clock of the World', async () => {
  const world = new Memory({ a: card() }, { a: { apply: () => world.advance(1234).then(() => failure('late')) } })
  await one({}, '', world)
  expect(world.events.at(-1)).toMatchObject({ event: 'card-failed', durationMs: 1234 })
})

describe('a complete card without proof here', () => {
  const complete = card([], { status: 'complete' })
  const probed = async (script: Script, text = complete, person: string | null = null) => {
    const world = new Memory({ a: text }, { a: script })
    world.person = person
    const outcomes = await world.run({ goal: 'a' }, {}, ['a'])
    return { world, told: told(outcomes), document: world.documents.get('a') }
  }

  it('that holds is found true, and its document stays', async () => {
    const { world, document, ...result } = await probed({ checks: { 'It is done': () => true } })
    expect(result.told).toEqual(['a found-true'])
    expect(document).toBe(complete)
    expect(world.did).not.toContain('reopen a')
  })

  it('that no longer holds is reopened, then done again', async () => {
    const { world, document, ...result } = await probed({})
    expect(result.told).toEqual(['a ran'])
    expect(world.did).toEqual(['open a', 'check a', 'reopen a', 'apply a', 'check a', 'close a', 'mark a'])
    expect(world.events[1]).toEqual({ event: 'card-reopened', card: 'a', because: 'It is done: it answered false' })
    expect(document).toBe(complete)
  })

  it('that cannot be mended stays open', async () => {
    const { document, ...result } = await probed({ apply: () => failure('no disk') })
    expect(result.told).toEqual(['a failed (threw): no disk'])
    expect(document).toBe(card())
  })

  it('that cannot be reopened is told, and not worked', async () => {
    const world = new Memory({ a: complete })
    world.refused = { a: 'it has no frontmatter' }
    expect(told(await world.run({ goal: 'a' }, {}, ['a']))).toEqual([
      'a unrecorded: could not be reopened: it has no frontmatter',
    ])
    expect(world.did).toEqual(['open a', 'check a', 'reopen a', 'close a'])
  })

  it('whose checks hold is not asked of a person again', async () => {
    const text = card([], { status: 'complete', checks: ['It is done', 'Signed off'] })
    const { world, ...result } = await probed({ checks: { 'It is done': () => true } }, text, 'Ada')
    expect(result.told).toEqual(['a found-true'])
    expect(world.did).toEqual(['open a', 'check a', 'close a'])
  })

  it('that was reopened needs its person again before it is complete', async () => {
    const text = card([], { status: 'complete', checks: ['It is done', 'Signed off'] })
    const alone = await probed({}, text)
    expect(alone.told).toEqual(['a waiting: confirm that this is true: Signed off'])
    const confirmed = await probed({}, text, 'Ada')
    expect(confirmed.told).toEqual(['a confirmed by Ada'])
    expect(confirmed.document).toBe(text)
  })
})

describe('a forced card', () => {
  it('is worked whatever its checks say', async () => {
    const world = new Memory({ a: card() }, { a: { checks: { 'It is done': () => true } } })
    expect(told(await world.run({ goal: 'a', force: 'a' }))).toEqual(['a ran'])
    expect(world.did).toEqual(['open a', 'apply a', 'check a', 'close a', 'mark a'])
  })

  it('that is complete is reopened first, so that a crash leaves it open', async () => {
    const world = new Memory({ a: card([], { status: 'complete' }) }, { a: { apply: () => failure('no') } })
    expect(told(await world.run({ goal: 'a', force: 'a' }))).toEqual(['a failed (threw): no'])
    expect(world.did).toEqual(['open a', 'reopen a', 'apply a', 'close a'])
    expect(world.events[0]).toEqual({ event: 'card-reopened', card: 'a', because: 'asked to do it again' })
    expect(world.active).toEqual(['a'])
  })
})

it('closes the task and passes it on when a World breaks its word', async () => {
  const world = new Memory({ a: card() })
  world.before = (effect) => {
    if (effect === 'mark a') throw new Error('a bug')
  }
  await expect(world.run({ goal: 'a' })).rejects.toThrow(new Error('a bug'))
  expect(world.did.at(-1)).toBe('close a')
})
