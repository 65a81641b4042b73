import { describe, expect, test } from 'vitest'
import type { Event } from './checkout.ts'
import { recoveryOf } from './seen.ts'

const at = (seconds: number, event: string, card = 'deploy') =>
  ({ time: new Date(seconds * 1000).toISOString(), event, card }) as Event

describe('how long it took until a card that was hit was heard of again', () => {
  const before = [at(1, 'card-placed'), at(2, 'step-started')]

  test('is from the moment on, whatever is heard first but output', () => {
    const events = [...before, at(5, 'output'), at(6, 'step-done'), at(7, 'card-completed')]
    expect(recoveryOf(events, new Set(['deploy']), 4000)).toBe(2000)
  })

  test('is for ever, when nothing was', () => {
    expect(recoveryOf(before, new Set(['deploy']), 4000)).toBe(Number.POSITIVE_INFINITY)
  })

  test('is not asked of one whose end was heard before the moment', () => {
    expect(recoveryOf([...before, at(3, 'card-completed')], new Set(['deploy']), 4000)).toBeNull()
  })

  test('is that of the last one', () => {
    const events = [...before, at(5, 'step-done'), at(9, 'step-done', 'publish')]
    expect(recoveryOf(events, new Set(['deploy', 'publish']), 4000)).toBe(5000)
  })
})
