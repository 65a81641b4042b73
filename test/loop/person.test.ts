/** What waits for a person, what their word does, and what it cannot do. */
import { describe, expect, it } from 'vitest'
import { card, Memory, type Script, told } from './world.ts'

async function one(script: Script, text: string, person: string | null) {
  const world = new Memory({ a: text }, { a: script })
  world.person = person
  const outcomes = await world.run({ goal: 'a' })
  return { world, told: told(outcomes), outcome: outcomes.get('a'), marked: !world.active.includes('a') }
}

const nothing: Script = { works: false, checks: {} }

describe('a card without a script', () => {
  it('waits, with the lines that a person has to see to', async () => {
    const { world, outcome, marked } = await one(nothing, card([], { checks: ['Signed `off` (Ada)', 'Paid'] }), null)
    expect(outcome).toEqual({
      kind: 'waiting',
      instructions: 'confirm that this is true',
      lines: ['Signed `off` (Ada)', 'Paid'],
    })
    expect(world.events).toEqual([
      {
        ...{ event: 'card-waiting', card: 'a', instructions: 'confirm that this is true' },
        lines: ['Signed `off` (Ada)', 'Paid'],
      },
    ])
    expect([marked, world.did]).toEqual([false, ['open a', 'ask a: Signed `off` (Ada) | Paid', 'close a']])
  })

  it('is completed by a word, and it is kept whose', async () => {
    const { world, outcome, marked } = await one(nothing, card([], { checks: ['Signed off'] }), 'Ada')
    expect(outcome).toEqual({ kind: 'completed', how: 'confirmed', verified: false, by: 'Ada' })
    expect(marked).toBe(true)
    expect(world.events.at(-1)).toMatchObject({ event: 'card-completed', how: 'confirmed', verified: false, by: 'Ada' })
    expect(world.documents.get('a')).toContain('- [x] Signed off')
  })

  it('and without a list is asked by its title', async () => {
    const { world } = await one(nothing, card([], { checks: [] }), null)
    expect(world.did).toContain('ask a: A card')
  })
})

describe('lines without a function, beside others', () => {
  const text = card([], { checks: ['It is done', 'Signed off'] })

  it('are asked once the rest is done and proven', async () => {
    const { world, ...result } = await one({}, text, 'Ada')
    expect(result.told).toEqual(['a confirmed by Ada'])
    expect(world.did).toEqual([
      ...['open a', 'check a', 'apply a', 'check a', 'ask a: Signed off', 'close a', 'mark a'],
    ])
  })

  it('are not asked while a check does not hold', async () => {
    const { world, ...result } = await one({ checks: { 'It is done': () => false } }, text, 'Ada')
    expect(result.told).toEqual([
      'a failed (checks): the work is done, but the check does not hold: It is done: it answered false',
    ])
    expect(world.did).toEqual(['open a', 'check a', 'apply a', 'check a', 'close a'])
  })

  it('keep the card open without a word, and the work is not done again', async () => {
    const world = new Memory({ a: text })
    expect(told(await world.run({ goal: 'a' }))).toEqual(['a waiting: confirm that this is true: Signed off'])
    expect(world.documents.get('a')).toBe(text)
    world.person = 'Ada'
    expect(told(await world.run({ goal: 'a' }))).toEqual(['a confirmed by Ada'])
    expect(world.did.filter((effect) => effect === 'apply a')).toHaveLength(1)
  })
})

describe('a line that its own function leaves to a person', () => {
  const text = card([], { checks: ['It is done', 'Seen'] })
  const script: Script = { checks: { 'It is done': () => true, Seen: () => ({ left: 'look at rack 3' }) } }

  it('is asked with what to look at, once the others hold', async () => {
    const { world, ...result } = await one(script, text, 'Ada')
    expect(result.told).toEqual(['a confirmed by Ada'])
    expect(world.did).toContain('ask a: Seen: look at rack 3')
    expect(world.events.at(-1)).toMatchObject({ how: 'confirmed', verified: true, by: 'Ada' })
  })

  it('keeps the card open without a word', async () => {
    const { marked, ...result } = await one(script, text, null)
    expect(result.told).toEqual(['a waiting: confirm that this is true: Seen: look at rack 3'])
    expect(marked).toBe(false)
  })

  it('proves nothing by itself: a card with no other check is worked, and not verified', async () => {
    const { world, ...result } = await one(
      { checks: { 'It is done': () => ({ left: 'look' }) } },
      card([], { checks: ['It is done'] }),
      'Ada',
    )
    expect(result.told).toEqual(['a confirmed, not verified by Ada'])
    expect(world.did).toContain('apply a')
  })
})

describe('a manual card with checks', () => {
  const manual = card([], { front: ['run: manual'], checks: ['It is done', 'Seen'] })
  const checks = (state: { done: boolean }) => ({ 'It is done': () => state.done, Seen: () => true })

  it('that holds needs nobody', async () => {
    const { world, ...result } = await one({ checks: checks({ done: true }) }, manual, null)
    expect(result.told).toEqual(['a found-true'])
    expect(world.did).toEqual(['open a', 'check a', 'check a', 'close a', 'mark a'])
  })

  it('waits for what does not hold, and never runs work', async () => {
    const { world, ...result } = await one({ checks: checks({ done: false }) }, manual, null)
    expect(result.told).toEqual(['a waiting: do this by hand: It is done: it answered false'])
    expect(world.did).not.toContain('apply a')
  })

  it('takes no word for what its checks deny', async () => {
    const { marked, ...result } = await one({ checks: checks({ done: false }) }, manual, 'Ada')
    expect(result.told).toEqual(['a waiting: do this by hand: It is done: it answered false'])
    expect(marked).toBe(false)
  })

  it('is asked again after the word, and completed when it holds', async () => {
    const state = { done: false }
    const world = new Memory({ a: manual }, { a: { checks: checks(state) } })
    world.person = 'Ada'
    world.before = (effect) => {
      if (effect.startsWith('ask')) state.done = true
    }
    expect(told(await world.run({ goal: 'a' }))).toEqual(['a confirmed by Ada'])
    expect(world.active).toEqual([])
  })
})

it('work that needs a person ends waiting, with its instructions, and is not tried again', async () => {
  const apply = () =>
    ({ ok: false, reason: 'waiting', message: 'Press the button in rack 3.', exitCode: null }) as const
  const { outcome, marked, world } = await one({ apply }, card([], { front: ['retries: 3'] }), 'Ada')
  expect(outcome).toEqual({ kind: 'waiting', instructions: 'Press the button in rack 3.', lines: [] })
  expect([marked, world.did.filter((effect) => effect === 'apply a').length]).toEqual([false, 1])
})
