/** Deploys the whole configuration, and proves from outside that the registry trusts identities and not its network. */
import { join, relative } from 'node:path'
import { which } from 'zx/core'
import { needsPerson, type TaskContext, task } from '../../scripts/index.ts'
import { browserLogin, NoBrowser } from './lib/browser.ts'
import { must, proves, works } from './lib/check.ts'
import { compiledAlike } from './lib/compiled.ts'
import { exchange } from './lib/http.ts'
import { RegistryClient } from './lib/oci.ts'
import { zotPreflight } from './lib/preflight.ts'
import { PROBES, probeImage, sweepProbes, withKey, withTags } from './lib/probe.ts'
import { anonymousPushFails } from './lib/refusal.ts'
import { logIn } from './lib/session.ts'
import { findSkopeo, skopeoLogin, skopeoPush } from './lib/skopeo.ts'
import { CI_USER, type Target } from './lib/target.ts'

/** What `docker` calls itself: zot asks it for credentials at once instead of letting it in as nobody. */
const DOCKER = { 'user-agent': 'docker/27.0.0 (linux)' }

export default task({
  preflight: zotPreflight,

  apply: works(async (target, context) => {
    context.log(`Deployment: ${await target.deploy(['login', 'keys', 'policy', 'whole'], context)}`)
    await sweepProbes(target, context)
  }),

  verify: {
    'Anonymous pull works': proves(async (target, context) => {
      const { url } = target.registry
      const anybody = new RegistryClient(url, {}, context.signal)
      const repositories = await anybody.catalog()
      if (await which('curl', { nothrow: true })) await context.$({ quiet: true })`curl -sf ${`${url}/v2/_catalog`}`
      const pulled = target.cached ? await pullCached(target.cached, anybody) : 'nothing is pulled through here'
      // Another pattern of the access rules than the cached images'; that a pushed image comes back whole is proved with the API key.
      await anybody.tags(PROBES)
      return `catalog with ${repositories.length} repositories; ${pulled}`
    }),

    'Unauthenticated push fails': proves(async (target, context) => {
      const evidence = await anonymousPushFails(target, context)
      const skopeo = await findSkopeo()
      if (!skopeo) return evidence
      const destination = { registry: target.registry.url, repository: PROBES, tag: 'nobody' }
      const { ok, said } = await skopeoPush(context, skopeo, probeImage(), destination)
      must(
        !ok && /unauthorized|authentication required/.test(said),
        `skopeo was not told that it is unauthorized: ${said}`,
      )
      return `${evidence}; skopeo: unauthorized`
    }),

    'OIDC browser login works': proves(async (target, { signal, evidence, root }) => {
      const { url } = target.registry
      const credentials = (await target.credentials(target.admin ?? CI_USER)) ?? (await target.credentials(CI_USER))
      if (!credentials)
        return needsPerson(`No password is set here: open ${url}/zot/auth/login?provider=oidc in a browser and log in`)
      const { trail } = await logIn(url, credentials, signal)
      must(
        trail.some((place) => place.startsWith(new URL(target.provider.issuer).origin)),
        `The login never came by ${target.provider.issuer}: ${trail.join(' → ')}`,
      )
      const walked = `over HTTP: ${trail.map((place) => new URL(place).pathname.replace(/[\w-]{20,}/, '…')).join(' → ')}`
      const { chromium } = target.settings
      if (!chromium) return `${walked} (no Chromium here)`
      try {
        const picture = evidence('login.png')
        const seen = await browserLogin(chromium.path, url, credentials, picture, signal)
        return `${seen}, picture in ${relative(root, picture)}; ${walked}`
      } catch (error) {
        if (!(error instanceof NoBrowser) || chromium.named) throw error
        return `${walked}. ${error.message}`
      }
    }),

    'API key push works': proves(apiKeyPush),

    'Pull-through caching still works': proves(pullThrough),

    'mise run services-check passes': proves(async (_, context) => {
      const script = join(context.root, 'tasks/zot/services-check.ts')
      const run = context.$({ nothrow: true, env: { ...process.env, ...compiledAlike() } })
      const { exitCode, stdout, stderr } = await run`${process.execPath} ${script}`
      must(exitCode === 0, `services-check ended with ${exitCode}:\n${(stdout + stderr).trim()}`)
      return stdout.trim()
    }),
  },
})

/** `docker login` and `docker push`, request by request, with a key made for it and revoked at the end. */
async function apiKeyPush(target: Target, context: TaskContext): Promise<string> {
  const { url } = target.registry
  return withTags(target, context, async (newTag) => {
    const asked = await exchange(`${url}/v2/`, { headers: DOCKER, signal: context.signal })
    must(asked.status === 401, `docker is not asked to log in: ${asked.status} instead of 401`)
    const { identity, evidence } = await withKey(target, context, CI_USER, async ({ client, secret, identity }) => {
      const login = await client.send('/v2/', { headers: DOCKER })
      must(login.status === 200, `docker login with an API key answered ${login.status}`)
      const [image, tag] = [probeImage(), newTag('oci')]
      await client.push(PROBES, tag, image)
      const { manifest } = await new RegistryClient(url, {}, context.signal).pull(PROBES, tag)
      must(
        manifest.digest === image.manifest.digest,
        `${PROBES}:${tag} came back as ${manifest.digest}, not ${image.manifest.digest}`,
      )
      await client.push(PROBES, newTag('docker'), probeImage('docker'))
      const skopeo = await findSkopeo()
      if (!skopeo) return { identity, evidence: 'over HTTP: skopeo is not installed here' }
      const credentials = { user: CI_USER, password: secret }
      const { ok, said } = await skopeoLogin(context, skopeo, url, credentials)
      must(ok, `skopeo login with the key failed: ${said}`)
      const pushed = await skopeoPush(
        context,
        skopeo,
        probeImage(),
        { registry: url, repository: PROBES, tag: newTag('skopeo') },
        credentials,
      )
      must(pushed.ok, `skopeo could not push with the key: ${pushed.said}`)
      return { identity, evidence: 'over HTTP and with skopeo' }
    })
    const revoked = await exchange(`${url}/v2/`, { headers: identity, signal: context.signal })
    must(revoked.status === 401, `A revoked key still answers ${revoked.status}`)
    return `login and push of an OCI and a Docker manifest ${evidence}, pulled back by anybody; refused once the key was revoked`
  })
}

/** An image that is not here is fetched from the upstream for anybody, and nobody but the upstream fills that namespace. */
async function pullThrough(target: Target, context: TaskContext): Promise<string> {
  // Told here because this holds only once the whole is deployed: once for each completion, and for a card found true.
  context.note(`The registry that was hardened is ${await target.registry.describe()}.`)
  const { cached, admin } = target
  if (!cached) return 'this registry pulls nothing through (ZOT_CACHED_IMAGE is none)'
  const { repository, tag, upstream } = cached
  const anybody = new RegistryClient(target.registry.url, {}, context.signal)
  const fresh = cached.disposable && admin !== null
  if (fresh) await withKey(target, context, admin, ({ client }) => client.removeTag(repository, tag))
  const pulled = await pullCached(cached, anybody)
  must((await anybody.tags(repository)).includes(tag), `${repository}:${tag} was fetched, but not kept`)
  await withKey(target, context, CI_USER, async ({ client }) => {
    const start = await client.send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' })
    const location = start.headers.get('location')
    if (start.status === 202 && location) await client.send(location, { method: 'DELETE' })
    must(
      start.status === 403,
      `CI may plant images among the cached ones: an upload to ${repository} answered ${start.status} instead of 403`,
    )
  })
  return `${fresh ? `removed, then fetched again from ${upstream}: ` : ''}${pulled}; closed to CI (403)`
}

/** Pulls the image of the upstream through the registry, as anybody. */
async function pullCached(cached: NonNullable<Target['cached']>, anybody: RegistryClient): Promise<string> {
  const { repository, tag, digest } = cached
  const { manifest, blobs, parts } = await anybody.pull(repository, tag)
  must(
    digest === null || manifest.digest === digest,
    `${repository}:${tag} came as ${manifest.digest}, the upstream has ${digest}`,
  )
  const size = parts.length > 0 ? `${parts.length} images` : `${blobs.length} blobs`
  return `${repository}:${tag} pulled with its ${size}, all digests right${digest === null ? '' : ", and the upstream's own"}`
}
