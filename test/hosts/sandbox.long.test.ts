/** The main job over an engine on three hosts, as `npm run test:hosts -- --chain sandbox` plays it, once and undisturbed. */
import { describe, expect, it } from 'vitest'
import { obstacle } from './net.ts'
import { playSandbox } from './sandbox-scene.ts'
import { noWay } from './ssh.ts'

const why = obstacle() ?? noWay()
const skipped = why === null ? '' : ` (skipped: ${why})`
// The usual reporter names no skipped test.
if (why !== null) console.log(`test/hosts${skipped}`)

describe.skipIf(why !== null)(`the sandbox chain on three hosts${skipped}`, { timeout: 400_000 }, () => {
  it('is worked with the registry on one host and CI on another, each card where it belongs', async () => {
    const plan = { number: 0, kind: 'nothing', after: 0, host: 'ringtail', cut: 0 } as const
    expect((await playSandbox(plan)).trouble).toBeNull()
  })
})
