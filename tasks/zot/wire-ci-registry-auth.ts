/** Gives CI a key that expires, where its workflows find it, and closes pushing without one. */
import { task } from '../../scripts/index.ts'
import { must, proves, works } from './lib/check.ts'
import { daysLeft, ensureCiKey, withCiKey, workingKey } from './lib/ci-key.ts'
import { basic } from './lib/http.ts'
import type { Image } from './lib/image.ts'
import { RegistryClient } from './lib/oci.ts'
import { zotPreflight } from './lib/preflight.ts'
import { PROBES, probeImage, sweepProbes, withTags } from './lib/probe.ts'
import { anonymousPushFails } from './lib/refusal.ts'
import { RENEW_WITHIN_DAYS } from './lib/settings.ts'
import { findSkopeo, skopeoPush } from './lib/skopeo.ts'
import { CI_USER, KEY_NAME, type Target } from './lib/target.ts'
import { readWorkflow } from './lib/workflow.ts'

/** Throws unless anybody finds the image under its tag. */
async function isThere(target: Target, tag: string, { manifest }: Image): Promise<void> {
  const there = await new RegistryClient(target.registry.url).digest(PROBES, tag)
  must(there === manifest.digest, `${PROBES}:${tag} is ${there} after the push, not ${manifest.digest}`)
}

export default task({
  preflight: zotPreflight,

  apply: works(async (target, context) => {
    context.log(`Deployment: ${await target.deploy(['login', 'keys'], context)}`)
    await sweepProbes(target, context)
    const { uuid, how } = await ensureCiKey(target, context)
    context.log(`${KEY_NAME} in ${target.secrets.place}: key ${uuid} ${how}`)
  }),

  verify: {
    'A push with the key succeeds on the Dagger path': proves((target, context) =>
      withCiKey(target, context, (secret, whose) =>
        withTags(target, context, async (newTag) => {
          const client = new RegistryClient(target.registry.url, basic(CI_USER, secret), context.signal)
          const image = probeImage()
          const tag = newTag('dagger')
          await client.push(PROBES, tag, image)
          await isThere(target, tag, image)
          return `pushed ${PROBES}:${tag} by the requests that Dagger's with_registry_auth leads to${whose}`
        }),
      ),
    ),

    'A push with the key succeeds on the Nix path': proves((target, context) =>
      withCiKey(target, context, (secret, whose) =>
        withTags(target, context, async (newTag) => {
          const { url } = target.registry
          const image = probeImage()
          const tag = newTag('nix')
          const skopeo = await findSkopeo()
          if (skopeo) {
            const destination = { registry: url, repository: PROBES, tag }
            const { ok, said } = await skopeoPush(context, skopeo, image, destination, {
              user: CI_USER,
              password: secret,
            })
            must(ok, `skopeo could not push with the key: ${said}`)
          } else await new RegistryClient(url, basic(CI_USER, secret), context.signal).push(PROBES, tag, image)
          await isThere(target, tag, image)
          return `pushed ${PROBES}:${tag} ${skopeo ? 'with skopeo' : 'over HTTP: skopeo is not installed here'}${whose}`
        }),
      ),
    ),

    'A push without credentials fails': proves(anonymousPushFails),

    'The key in the secret store is the key that works, and it expires': proves(async (target, { signal }) => {
      const { key, seen } = await workingKey(target, signal)
      must(key.expires !== null, 'The stored key never expires')
      const days = Math.floor(daysLeft(key))
      must(
        days >= RENEW_WITHIN_DAYS && days <= 366,
        `The stored key has ${days} days left: it should have ${RENEW_WITHIN_DAYS} to 366`,
      )
      return `${KEY_NAME} works until ${key.expires.toISOString()}, a wrong key does not (${seen})`
    }),

    'Both workflows take the key from the secret store': async ({ root }) => {
      const ways = {
        'build-container.yaml': /with-registry-auth\b.*--secret[= ]env:(\/\/)?ZOT_CI_API_KEY\b/,
        'build-container-nix.yaml': /\$\{?ZOT_CI_API_KEY\b.*skopeo copy --dest-authfile\b/,
      }
      for (const [name, way] of Object.entries(ways)) await readWorkflow(root, name, KEY_NAME, way)
      return `${Object.keys(ways).join(' and ')} read secrets.${KEY_NAME}; neither shows it as an argument`
    },
  },
})
