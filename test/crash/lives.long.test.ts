/** The loop, cut anywhere, in memory, over thousands of lives. */
import { expect, it } from 'vitest'
import { cutEverywhere, cutTwice, cutWhileForced } from './lives.ts'

it.each([1, 2, 3, 4])(
  'lives cut at every effect in turn (seed %d)',
  async (seed) => {
    const lives = await cutEverywhere({ graphs: 100, seed })
    console.log(`${lives} lives cut once (seed ${seed})`)
    expect(lives).toBeGreaterThan(2000)
  },
  300_000,
)

it('lives cut twice', async () => {
  await cutTwice({ graphs: 3000, seed: 5 })
}, 300_000)

it('lives cut while a card is done again', async () => {
  const lives = await cutWhileForced({ graphs: 200, seed: 6 })
  console.log(`${lives} lives cut while a card was done again`)
  expect(lives).toBeGreaterThan(2000)
}, 300_000)
