import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Line, type Numbered } from '../../scripts/engine/line.ts'

describe('a line', () => {
  test('says again what was not heard, when it has waited, and forgets what was', () => {
    const line = new Line<string>()
    for (const word of ['a', 'b', 'c']) line.say(word, 0, 10)
    expect([line.waiting, line.again(1999, 2000)]).toEqual([30, []])
    line.wasHeard(1)
    expect([line.waiting, line.unheard]).toEqual([20, ['b', 'c']])
    const again = [
      { seq: 2, say: 'b' },
      { seq: 3, say: 'c' },
    ]
    expect(line.again(2000, 2000)).toEqual(again)
    expect(line.again(3000, 2000)).toEqual([])
    expect(line.again(4000, 2000)).toEqual(again)
  })

  test('takes each word once and in order, whatever is lost, doubled or late on the way', () => {
    const step = fc.record({ kind: fc.constantFrom('say', 'lose', 'deliver', 'double', 'late'), at: fc.nat() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [one, other] = [new Line<number>(), new Line<number>()]
        const under: Numbered<number>[] = []
        const taken: number[] = []
        const deliver = (word: Numbered<number> | undefined) => {
          if (word && other.hears(word.seq)) taken.push(word.say)
          one.wasHeard(other.heard)
        }
        let said = 0
        for (const { kind, at } of steps) {
          const place = under.length === 0 ? 0 : at % under.length
          if (kind === 'say') under.push(one.say(said++, 0))
          else if (kind === 'lose') under.splice(place, 1)
          else if (kind === 'deliver') deliver(under.shift())
          else if (kind === 'double') under.push(...under.slice(place, place + 1))
          else deliver(under.splice(place, 1)[0])
        }
        for (let now = 1; one.unheard.length > 0; now++) for (const word of one.again(now, 1)) deliver(word)
        expect(taken).toEqual(Array.from({ length: said }, (_, number) => number))
      }),
    )
  })
})
