import { describe, expect, test } from 'vitest'
import type { Member } from '../../scripts/core/member.ts'
import { Crew, lostAfter } from '../../scripts/engine/crew.ts'
import type { Engine } from '../../scripts/engine/engine.ts'
import { Seal } from '../../scripts/engine/seal.ts'
import { key } from './rig.ts'

/** An engine that only knows who is there, and can be away. */
class Board {
  readonly words = new Map<string, Buffer>()
  away = false
  readonly engine = {
    present: async () => this.#asked(() => new Map(this.words)),
    leave: async (_: string, address: string) => this.#asked(() => void this.words.delete(address)),
  } as unknown as Engine

  #asked<T>(answer: () => T): T {
    if (this.away) throw new Error('away')
    return answer()
  }
}

const member: Member = {
  ...{ kind: 'worker', name: 'indri', host: 'indri', pid: 1, labels: [], slots: 1, draining: false, works: [] },
  ...{ runner: '1', node: 'v26', commit: null, since: '', refused: { jobs: 0, messages: 0, last: null } },
  time: new Date(0).toISOString(),
}

function scene() {
  const board = new Board()
  const worker = new Seal(key)
  let now = 0
  const crew = new Crew(board.engine, new Seal(key), { now: () => now, after: () => () => {} }, ['worker'], null)
  const say = (seal = worker, address = seal.address) => {
    const words = Buffer.from(JSON.stringify({ ...member, time: new Date(now).toISOString() }))
    board.words.set(address, seal.seal('presence', address, words))
  }
  const look = async (at: number) => {
    now = at
    await crew.look()
    return crew.alive(worker.address)
  }
  return { board, crew, worker, say, look }
}

describe('somebody', () => {
  test('is there while new words come, and lost a while after the last', async () => {
    const { say, look } = scene()
    say()
    expect(await look(0)).toBe(true)
    for (let at = 1000; at < lostAfter; at += 1000) expect(await look(at), `${at}`).toBe(true)
    expect(await look(lostAfter)).toBe(false)
    say()
    expect(await look(lostAfter + 1000)).toBe(true)
  })

  test('is not lost because we saw nobody for a while', async () => {
    const { board, crew, say, look } = scene()
    say()
    expect(await look(0)).toBe(true)
    board.away = true
    for (let at = 1000; at <= 60_000; at += 1000) expect(await look(at)).toBe(true)
    expect(crew.blind).toBe(60_000)
    board.away = false
    for (let at = 61_000; at < 61_000 + lostAfter - 1000; at += 1000) expect(await look(at)).toBe(true)
    expect([await look(61_000 + lostAfter), await look(62_000 + lostAfter)]).toContain(false)
  })

  test('that takes leave is gone after three looks; one that is there is not when all was emptied', async () => {
    const { board, say, look } = scene()
    say()
    await look(0)
    board.words.clear()
    expect([await look(1000), await look(2000)]).toEqual([true, true])
    say()
    expect(await look(3000)).toBe(true)
    board.words.clear()
    expect([await look(4000), await look(5000), await look(6000)]).toEqual([true, true, false])
  })

  test('whose old word is put there again is not there for that', async () => {
    const { board, worker, say, look } = scene()
    say()
    const old = board.words.get(worker.address) ?? Buffer.alloc(0)
    await look(0)
    for (let at = 1000; at < 20_000; at += 1000) {
      board.words.set(worker.address, old)
      expect(await look(at)).toBe(at < lostAfter)
    }
  })

  test('who has another key, or speaks for another, is nobody', async () => {
    const { crew, worker, say, look } = scene()
    const stranger = new Seal(`${key}, but another`)
    say(stranger)
    say(new Seal(key), worker.address)
    await look(0)
    expect(crew.member(stranger.address)).toBeNull()
    expect([crew.member(worker.address), crew.alive(worker.address)]).toEqual([null, false])
  })

  test('was killed long ago is known as lost at the first look', async () => {
    const { say, look } = scene()
    say()
    expect(await look(60_000)).toBe(false)
  })
})
