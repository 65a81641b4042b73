/** A little of `npm run test:soak`. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Soak } from './soak.ts'

test.skipIf(process.platform !== 'linux')(
  // what a process holds is read from /proc
  'a little soak: nothing grows, nothing is left, all is complete and true, and no word of the person is lost',
  async () => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-soak-')))
    try {
      const soak = new Soak(base, { seconds: 10, cards: 60, seed: 6 })
      await soak.live(() => {})
      expect(soak.findings).toEqual([])
      expect(soak.trends.length).toBeGreaterThan(0)
      expect(soak.person.deeds.size).toBeGreaterThan(5)
    } finally {
      rmSync(base, { recursive: true, force: true, maxRetries: 10 })
    }
  },
  240_000,
)
