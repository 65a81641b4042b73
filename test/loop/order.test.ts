/** Which cards run, when, and what the trouble of one means for the others. */
import { describe, expect, it } from 'vitest'
import { card, failure, gate, Memory, told, turn } from './world.ts'

const diamond = () => ({ goal: card(['left', 'right']), left: card(['base']), right: card(['base']), base: card() })
const opened = (world: Memory) => world.did.flatMap((effect) => (effect.startsWith('open ') ? [effect.slice(5)] : []))

it('works requirements first, as they are written, each once', async () => {
  const world = new Memory(diamond())
  expect(told(await world.run({ goal: 'goal' }))).toEqual(['base ran', 'left ran', 'right ran', 'goal ran'])
  expect(opened(world)).toEqual(['base', 'left', 'right', 'goal'])
  expect(world.active).toEqual([])
})

it('has nothing to do where everything is complete', async () => {
  const world = new Memory({ goal: card([], { status: 'complete' }) })
  expect(await world.run({ goal: 'goal' })).toEqual(new Map())
  expect([world.did, world.events]).toEqual([[], []])
})

it('works as many cards at once as it is allowed, and the next as soon as one ends', async () => {
  const gates = { a: gate(), b: gate(), c: gate() }
  const scripts = Object.fromEntries(Object.entries(gates).map(([id, { work }]) => [id, { apply: work }]))
  const world = new Memory({ goal: card(['a', 'b', 'c']), a: card(), b: card(), c: card() }, scripts)
  const ended = world.run({ goal: 'goal' }, { jobs: 2 })
  await turn()
  expect(opened(world)).toEqual(['a', 'b'])
  gates.b.open()
  await turn()
  expect(opened(world)).toEqual(['a', 'b', 'c'])
  gates.c.open()
  await turn()
  expect(opened(world)).toEqual(['a', 'b', 'c'])
  gates.a.open()
  expect(told(await ended)).toEqual(['b ran', 'c ran', 'a ran', 'goal ran'])
})

it('begins a card only when a process is there for it, and then the one on which most time hangs', async () => {
  class Crowded extends Memory {
    #room: (() => void) | null = null
    /** One card at a time finds a process. */
    room = () => (opened(this).length === this.let ? new Promise<void>((resolve) => (this.#room = resolve)) : null)
    let = 1
    more() {
      this.let++
      this.#room?.()
    }
  }
  const first = gate()
  const world = new Crowded(
    { goal: card(['first', 'short', 'long']), first: card(), short: card(), long: card() },
    { first: { apply: first.work } },
  )
  const took: Record<string, number> = { first: 5, short: 2, long: 3, goal: 1 }
  const ended = world.run({ goal: 'goal' }, { jobs: 3, expected: (id) => took[id] ?? null })
  await turn()
  expect(opened(world)).toEqual(['first'])
  world.more()
  await turn()
  expect(opened(world)).toEqual(['first', 'long'])
  world.more()
  await turn()
  expect(opened(world)).toEqual(['first', 'long', 'short'])
  first.open()
  expect(told(await ended)).toEqual(['long ran', 'short ran', 'first ran', 'goal ran'])
})

it('gives a place that is free to the card on which most time hangs, also when that only waits for a document to be marked', async () => {
  const gates = { mark: gate(), side: gate() }
  class Slow extends Memory {
    override async mark(...what: Parameters<Memory['mark']>) {
      if (what[0].id === 'head') await gates.mark.work()
      return await super.mark(...what)
    }
  }
  const world = new Slow(
    { goal: card(['tail', 'side', 'bulk']), tail: card(['head']), head: card(), side: card(), bulk: card() },
    { side: { apply: gates.side.work } },
  )
  const took: Record<string, number> = { head: 100, tail: 1000, side: 900, bulk: 800, goal: 1 }
  const ended = world.run({ goal: 'goal' }, { jobs: 2, expected: (id) => took[id] ?? null })
  await turn()
  expect(opened(world)).toEqual(['head', 'side'])
  gates.mark.open()
  await turn()
  expect(opened(world)).toEqual(['head', 'side', 'tail', 'bulk'])
  gates.side.open()
  expect(told(await ended)).toEqual(['head ran', 'tail ran', 'bulk ran', 'side ran', 'goal ran'])
})

it('asks for no process as long as no card can be begun', async () => {
  class Counting extends Memory {
    asked = 0
    room = () => {
      this.asked++
      return null
    }
  }
  const first = gate()
  const world = new Counting({ goal: card(['first']), first: card() }, { first: { apply: first.work } })
  const ended = world.run({ goal: 'goal' }, { jobs: 3 })
  await turn()
  expect([opened(world), world.asked]).toEqual([['first'], 0])
  first.open()
  expect(told(await ended)).toEqual(['first ran', 'goal ran'])
})

it('does not let a slow card hold up what does not need it', async () => {
  const slow = gate()
  const world = new Memory(
    { goal: card(['slow', 'top']), slow: card(), top: card(['base']), base: card() },
    { slow: { apply: slow.work } },
  )
  const ended = world.run({ goal: 'goal' }, { jobs: 2 })
  await turn()
  expect(world.active).toEqual(['goal', 'slow'])
  slow.open()
  expect(told(await ended)).toEqual(['base ran', 'top ran', 'slow ran', 'goal ran'])
})

it('works a chain of a thousand cards', async () => {
  const cards = Array.from({ length: 1000 }, (_, at) => [`c${at}`, card(at === 0 ? [] : [`c${at - 1}`])])
  const world = new Memory(Object.fromEntries(cards))
  const outcomes = await world.run({ goal: 'c999' }, { jobs: 8 })
  expect([...outcomes.keys()]).toEqual(cards.map(([id]) => id))
  expect(world.active).toEqual([])
})

describe('a failure', () => {
  const broken = { apply: () => failure('no disk') }

  it('starts nothing new, and names the root to everything that is left', async () => {
    const world = new Memory(
      { goal: card(['middle', 'other']), middle: card(['bad']), bad: card(), other: card() },
      { bad: broken },
    )
    expect(told(await world.run({ goal: 'goal' }))).toEqual([
      'bad failed (threw): no disk',
      'middle skipped: bad',
      'goal skipped: bad',
      'other skipped: bad',
    ])
    expect(opened(world)).toEqual(['bad'])
    expect(world.active).toEqual(['bad', 'goal', 'middle', 'other'])
  })

  it('lets what runs already come to its end', async () => {
    const slow = gate()
    const world = new Memory(
      { goal: card(['slow', 'bad', 'late']), slow: card(), bad: card(), late: card() },
      { slow: { apply: slow.work }, bad: broken },
    )
    const ended = world.run({ goal: 'goal' }, { jobs: 2 })
    await turn()
    slow.open()
    expect(told(await ended)).toEqual([
      'bad failed (threw): no disk',
      'goal skipped: bad',
      'slow ran',
      'late skipped: bad',
    ])
  })

  it('with keep-going holds up only what needs the card', async () => {
    const world = new Memory(
      {
        ...{ goal: card(['middle', 'other']), middle: card(['bad']), bad: card() },
        ...{ other: card(['fine', 'worse']), fine: card(), worse: card() },
      },
      { bad: broken, worse: { apply: () => failure('no host') } },
    )
    expect(told(await world.run({ goal: 'goal' }, { keepGoing: true }))).toEqual([
      'bad failed (threw): no disk',
      'middle skipped: bad',
      'goal skipped: bad',
      'fine ran',
      'worse failed (threw): no host',
      'other skipped: worse',
    ])
    expect(world.active).toEqual(['bad', 'goal', 'middle', 'other', 'worse'])
  })

  it('to open a task is one, and nothing is asked of the card', async () => {
    const world = new Memory({ goal: card() }, { goal: { broken: 'goal.ts:3 cannot be loaded: no such module' } })
    expect(await world.run({ goal: 'goal' })).toEqual(
      new Map([
        [
          'goal',
          {
            ...{ kind: 'failed', reason: 'task', exitCode: null },
            message: 'goal.ts:3 cannot be loaded: no such module',
          },
        ],
      ]),
    )
    expect(world.did).toEqual(['open goal'])
  })
})

it('a card that waits for a person holds up only what needs it', async () => {
  const world = new Memory(
    { goal: card(['hand', 'other']), hand: card([], { checks: ['Signed off'] }), other: card() },
    { hand: { works: false, checks: {} } },
  )
  expect(told(await world.run({ goal: 'goal' }))).toEqual([
    'hand waiting: confirm that this is true: Signed off',
    'goal skipped: hand',
    'other ran',
  ])
})

it('skips a card whose requirement is neither complete nor part of the run', async () => {
  const world = new Memory({ goal: card(['a']), a: card() })
  expect(told(await world.run({ goal: 'goal', only: true }))).toEqual(['goal skipped: a'])
  expect(world.events).toEqual([{ event: 'card-skipped', card: 'goal', because: 'a' }])
})

describe('a document that cannot be marked', () => {
  it('is told as unrecorded, and counts as not complete for the rest', async () => {
    const world = new Memory({ goal: card(['a', 'b']), a: card(), b: card() })
    world.refused = { a: 'docs/a.md was left alone: its status is no longer `active`' }
    expect(told(await world.run({ goal: 'goal' }))).toEqual([
      'a unrecorded: its checks hold, so the next run finds it true, once this is mended: docs/a.md was left alone: its status is no longer `active`',
      'goal skipped: a',
      'b skipped: a',
    ])
    expect(world.active).toEqual(['a', 'b', 'goal'])
    expect(world.events.at(-3)).toEqual({
      ...{ event: 'card-failed', card: 'a', reason: 'unrecorded', exitCode: null, durationMs: 0 },
      message:
        'its checks hold, so the next run finds it true, once this is mended: docs/a.md was left alone: its status is no longer `active`',
    })
  })

  it('does not hold up others with keep-going', async () => {
    const world = new Memory({ goal: card(['a', 'b']), a: card(), b: card() })
    world.refused = { a: 'gone' }
    expect(told(await world.run({ goal: 'goal' }, { keepGoing: true }))).toEqual([
      'a unrecorded: its checks hold, so the next run finds it true, once this is mended: gone',
      ...['goal skipped: a', 'b ran'],
    ])
  })

  it('is found true by the next run, without the work', async () => {
    const world = new Memory({ goal: card() })
    world.refused = { goal: 'gone' }
    await world.run({ goal: 'goal' })
    world.refused = {}
    expect(told(await world.run({ goal: 'goal' }))).toEqual(['goal found-true'])
    expect(world.did.filter((effect) => effect === 'apply goal')).toHaveLength(1)
  })
})

it('writes the same documents when nobody listens', async () => {
  const scripts = { right: { apply: () => failure('no') } }
  const [heard, unheard] = [new Memory(diamond(), scripts), new Memory(diamond(), scripts)]
  unheard.emit = () => {}
  const outcomes = await Promise.all([heard, unheard].map((world) => world.run({ goal: 'goal' }, { jobs: 2 })))
  expect(outcomes[1]).toEqual(outcomes[0])
  expect(unheard.documents).toEqual(heard.documents)
  expect(unheard.did).toEqual(heard.did)
  expect([heard.events.length > 0, unheard.events]).toEqual([true, []])
})
