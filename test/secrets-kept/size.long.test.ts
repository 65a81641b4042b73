/** Many secrets, and a large one. */
import { expect, it } from 'vitest'
import { Secrets } from '../../scripts/core/secret.ts'

it('a secret of a megabyte is masked', () => {
  const bytes = Buffer.from(Array.from({ length: 750_000 }, (_, index) => (index * 7919 + (index >> 8)) % 251))
  const large = bytes.toString('base64')
  const known = new Secrets()
  known.add(large)
  const almost = `a ${large.slice(1)} b`
  expect([known.mask(`a ${large} b`), known.mask(almost) === almost]).toEqual(['a ••• b', true])
})

it('ten thousand secrets that begin alike are masked, and text without one is left as it is', () => {
  const all = Array.from({ length: 10_000 }, (_, index) => `ghp_${(index * 2_654_435_761).toString(36)}_${index}`)
  const known = new Secrets()
  for (const secret of all) known.add(secret)
  const login = Buffer.from(`x:${all[9999]}`).toString('base64')
  const text = `${'no ghp_token here\n'.repeat(2000)}but ${all[7]} and ${login}`
  expect(known.mask(text)).toMatch(/^(?:no ghp_token here\n){2000}but ••• and .{2,4}•••=*$/)
})
