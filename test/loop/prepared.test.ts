/** What is prepared while the mark of another card is waited for. */
import { describe, expect, it } from 'vitest'
import type { Card } from '../../scripts/core/card.ts'
import { card, gate, Memory, told, turn } from './world.ts'

describe('while a mark is waited for', () => {
  /** Cards are marked when they are let, and `prepare` is among what was done. */
  class Slow extends Memory {
    readonly gates = new Map<string, ReturnType<typeof gate>>()
    full = false
    room = () => (this.full ? new Promise<void>(() => {}) : null)
    prepare = ({ id }: Card, forced: boolean) => void this.did.push(`prepare ${id}${forced ? ', forced' : ''}`)
    override async mark(card: Card, held: readonly string[]) {
      const { work, open } = gate()
      this.gates.set(card.id, { work, open })
      await work()
      return await super.mark(card, held)
    }
    async let(id: string) {
      this.gates.get(id)?.open()
      await turn()
    }
    get began() {
      return this.did.filter((effect) => /^(?:open|prepare|mark) /.test(effect))
    }
  }
  const chain = () => ({ goal: card(['middle']), middle: card(['base']), base: card() })

  it('what waits for it alone is prepared, and opened only when it is there', async () => {
    const world = new Slow(chain())
    const ended = world.run({ goal: 'goal' }, { jobs: 2 })
    await turn()
    expect(world.began).toEqual(['open base', 'prepare middle'])
    await world.let('base')
    expect(world.began.slice(2)).toEqual(['mark base', 'open middle', 'prepare goal'])
    await world.let('middle')
    await world.let('goal')
    expect(told(await ended)).toEqual(['base ran', 'middle ran', 'goal ran'])
  })

  it('it is prepared as it will be opened: what is forced, forced', async () => {
    const world = new Slow({ goal: card(['base'], { status: 'complete' }), base: card() })
    const ended = world.run({ goal: 'goal', force: 'goal' }, { jobs: 2 })
    await turn()
    expect(world.began).toEqual(['open base', 'prepare goal, forced'])
    await world.let('base')
    await world.let('goal')
    await ended
  })

  it('one at a time means that nothing is', async () => {
    const world = new Slow(chain())
    const ended = world.run({ goal: 'goal' }, { jobs: 1 })
    for (const id of ['base', 'middle', 'goal']) {
      await turn()
      await world.let(id)
    }
    await ended
    expect(world.did.filter((effect) => effect.startsWith('prepare'))).toEqual([])
  })

  it('nothing is where another card can be begun, all places are taken, or no process is there', async () => {
    const slow = gate()
    const world = new Slow(
      { goal: card(['after', 'slow']), after: card(['base']), base: card(), slow: card() },
      { slow: { apply: slow.work } },
    )
    world.full = true
    const ended = world.run({ goal: 'goal' }, { jobs: 2 })
    await turn()
    expect(world.began).toEqual(['open base'])
    world.full = false
    await world.let('base')
    expect(world.began.slice(1)).toEqual(['mark base', 'open after', 'open slow'])
    slow.open()
    await turn()
    await world.let('after')
    await world.let('slow')
    await turn()
    await world.let('goal')
    await ended
  })

  it('what was prepared is skipped when the mark is refused, and takes no place from what goes on', async () => {
    const slow = gate()
    const world = new Slow(
      { goal: card(['heir', 'last']), heir: card(['base']), base: card(), last: card(['slow']), slow: card() },
      { slow: { apply: slow.work } },
    )
    world.refused = { base: 'it was edited' }
    const ended = world.run({ goal: 'goal' }, { jobs: 2, keepGoing: true })
    await turn()
    expect(world.began).toEqual(['open base', 'open slow', 'prepare heir'])
    await world.let('base')
    slow.open()
    await turn()
    expect(world.began.slice(3)).toEqual(['mark base', 'prepare last'])
    await world.let('slow')
    await world.let('last')
    expect(told(await ended).filter((line) => / skipped/.test(line))).toEqual([
      'heir skipped: base',
      'goal skipped: base',
    ])
  })
})
