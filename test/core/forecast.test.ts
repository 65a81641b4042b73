import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { formatElapsed, formatRoughly } from '../../scripts/core/duration.ts'
import { Forecast } from '../../scripts/core/forecast.ts'
import type { Planned } from '../../scripts/core/plan.ts'
import { weightsOf } from '../../scripts/core/weights.ts'

/** A plan in which each card comes after those named. */
function planOf(after: Record<string, string[]>): Planned[] {
  return Object.entries(after).map(([id, before]) => {
    return { card: parseCard(`docs/${id}.md`, '').card, start: 'active', after: before, blockedBy: [] }
  })
}

const diamond = planOf({ base: [], left: ['base'], right: ['base'], goal: ['left', 'right'] })
const took: Record<string, number> = { base: 10, left: 20, right: 30, goal: 5 }
const known = (id: string) => took[id] ?? null
const forecast = (jobs: number, expected: (id: string) => number | null = known) =>
  new Forecast(diamond, expected, jobs)

describe('how long a run still takes', () => {
  it('is no less than the longest way through what is left', () => {
    expect(forecast(8).left([], ['base'])).toBe(10 + 30 + 5)
  })

  it('is no less than all work, shared out among the jobs', () => {
    expect(forecast(1).left([], ['base'])).toBe(10 + 20 + 30 + 5)
  })

  it('becomes less while cards run, and never less than nothing for one that takes longer than last time', () => {
    expect(forecast(8).left([['base', 4]], [])).toBe(6 + 30 + 5)
    expect(forecast(8).left([['base', 400]], [])).toBe(30 + 5)
    expect(forecast(1).left([['base', 400]], [])).toBe(20 + 30 + 5)
  })

  it('counts no card that has ended', () => {
    const left = forecast(1)
    left.end('base')
    left.end('right')
    expect(left.left([['left', 0]], [])).toBe(20 + 5)
    left.end('left')
    left.end('goal')
    expect(left.left([], [])).toBe(0)
  })

  it('takes a card that nobody knows for one that takes as long as others on average', () => {
    const average = (10 + 20 + 5) / 3
    expect(forecast(8, (id) => (id === 'right' ? null : known(id))).left([], ['base'])).toBeCloseTo(10 + 20 + 5, 9)
    expect(forecast(1, (id) => (id === 'right' ? null : known(id))).left([], ['base'])).toBeCloseTo(35 + average, 9)
  })

  it('is not told where most of what is left is unknown', () => {
    expect(forecast(1, () => null).left([], ['base'])).toBeNull()
    const one = forecast(1, (id) => (id === 'base' || id === 'left' ? known(id) : null))
    expect(one.left([], ['base'])).not.toBeNull()
    one.end('base')
    expect(one.left([], ['left'])).toBeNull()
  })

  it('whatever the graph, what hangs on a card is its own time and the most that hangs on what comes after it', () => {
    const shape = fc.array(fc.tuple(fc.array(fc.nat({ max: 19 }), { maxLength: 3 }), fc.nat({ max: 9 })), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(shape, (cards) => {
        const plan = planOf(
          Object.fromEntries(
            cards.map(([after], at) => [`c${at}`, [...new Set(after)].filter((id) => id < at).map((id) => `c${id}`)]),
          ),
        )
        const { urgency } = weightsOf(plan, (id) => cards[Number(id.slice(1))]?.[1] ?? null)
        for (const [at, { card }] of plan.entries()) {
          const later = plan
            .filter(({ after }) => after.includes(card.id))
            .map((other) => urgency.get(other.card.id) ?? 0)
          expect(urgency.get(card.id)).toBe((cards[at]?.[1] ?? 0) + Math.max(0, ...later))
        }
      }),
    )
  })
})

describe('time that is told while it goes', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [9999, '9 s'],
    [59_999, '59 s'],
    [65_000, '1 m 05 s'],
    [3_720_000, '1 h 02 m'],
    [-5, '0 s'],
  ])('%i milliseconds have gone: %s', (milliseconds, text) => {
    expect(formatElapsed(milliseconds)).toBe(text)
  })

  it.each([
    [1400, '1 s'],
    [19_400, '19 s'],
    [43_000, '45 s'],
    [61_000, '1 m 00 s'],
    [200_000, '3 m 30 s'],
  ])('%i milliseconds are about %s', (milliseconds, text) => {
    expect(formatRoughly(milliseconds)).toBe(text)
  })
})
