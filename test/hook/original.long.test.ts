/** Our hook and the original on the same branches. `BLUMEOPS=/path/to/blumeops npm run test:long -- test/hook` */
import { describe, expect, it } from 'vitest'
import { build } from './build.ts'
import { histories } from './histories.ts'
import { findOriginal } from './original.ts'

const original = findOriginal()

const why = typeof original === 'string' ? ` (skipped: ${original})` : ''

describe.skipIf(why !== '')(`the original judges as ours does, or the table says why not${why}`, () => {
  it.each(histories.map((history) => [history.name, history] as const))('%s', async (_name, history) => {
    if (typeof original === 'string') return
    const { repository, message } = build(history)
    using _ = repository
    const ours = await repository.mikado('hook', 'commit-msg', ...(message === null ? [] : [message]))
    expect(ours).toMatchObject({ code: history.breaks.length === 0 ? 0 : 65, stderr: '' })
    const theirs = original.judges(repository, message)
    const agrees = theirs === (ours.code === 0 ? 'accepts' : 'refuses')
    expect({ theirs, agrees }).toEqual({ theirs, agrees: history.differs === null })
    if (history.differs !== null) expect(theirs).toBe('accepts')
  })
})
