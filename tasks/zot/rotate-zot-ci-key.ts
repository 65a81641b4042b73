/** Replaces CI's API key before it ends, or after it leaked: a new one is made, stored and proved, then every other is revoked. */
import { task } from '../../scripts/index.ts'
import { must, proves, works } from './lib/check.ts'
import { daysLeft, ensureCiKey, workingKey } from './lib/ci-key.ts'
import { listKeys } from './lib/keys.ts'
import { zotPreflight } from './lib/preflight.ts'
import { RENEW_WITHIN_DAYS } from './lib/settings.ts'
import { signIn } from './lib/sign-in.ts'
import { CI_USER, KEY_NAME } from './lib/target.ts'

export default task({
  preflight: zotPreflight,

  apply: works(async (target, context) => {
    const { uuid, revoked } = await ensureCiKey(target, context, { renew: true })
    context.log(`${KEY_NAME} in ${target.secrets.place} is now key ${uuid}; keys revoked: ${revoked}`)
  }),

  verify: {
    'The secret store holds a key that works, and it expires': proves(async (target, { signal }) => {
      const { key, seen } = await workingKey(target, signal)
      must(key.expires !== null, 'The stored key never expires')
      const days = Math.floor(daysLeft(key))
      must(days >= RENEW_WITHIN_DAYS, `The stored key has ${days} days left: rotate it`)
      return `${seen}, ${days} days left`
    }),

    'No other key of zot-ci is good for CI, and none lives for ever': proves(async (target, { signal }) => {
      const keys = await listKeys(target.registry.url, await signIn(target, CI_USER, signal), signal)
      const eternal = keys.filter(({ expires }) => expires === null)
      must(
        eternal.length === 0,
        `${eternal.length} keys of ${CI_USER} never expire: ${eternal.map(({ uuid, label }) => `${uuid} "${label}"`).join(', ')}`,
      )
      const { key } = await workingKey(target, signal)
      const others = keys.filter(({ uuid, expired }) => uuid !== key.uuid && !expired)
      return others.length === 0
        ? `key ${key.uuid} is the only one of ${CI_USER}`
        : `beside it: ${others.map(({ label, expires }) => `"${label}" until ${expires?.toISOString()}`).join(', ')}`
    }),
  },
})
