/** A little of `npm run test:crash`. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Attack } from './driver.ts'
import { Tally } from './driver-tally.ts'

test('twenty kills at random moments of random chains: each goes on to its end, and nothing is found that must not be', async () => {
  const tally = new Tally()
  for (let seed = 100; tally.kills < 20; seed++) {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-crash-')))
    const attack = new Attack(seed, base, tally, () => tally.kills < 20)
    try {
      await attack.live()
    } catch (error) {
      throw new Error(`seed ${seed}\n${attack.story.join('\n')}`, { cause: error })
    } finally {
      rmSync(base, { recursive: true, force: true, maxRetries: 10 })
    }
  }
  expect(tally.kills).toBeGreaterThanOrEqual(20)
}, 240_000)
