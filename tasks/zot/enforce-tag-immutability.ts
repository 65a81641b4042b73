/** CI may publish a tag and never move it. */
import { join } from 'node:path'
import { task } from '../../scripts/index.ts'
import { must, proves, works } from './lib/check.ts'
import { compiledAlike } from './lib/compiled.ts'
import { writeLayout } from './lib/layout.ts'
import { RegistryError } from './lib/oci.ts'
import { zotPreflight } from './lib/preflight.ts'
import { PROBES, probeImage, sweepProbes, withKey, withTags } from './lib/probe.ts'
import { withScratch } from './lib/scratch.ts'
import { findSkopeo, skopeoPush } from './lib/skopeo.ts'
import { CI_USER, KEY_NAME } from './lib/target.ts'

export default task({
  preflight: zotPreflight,

  apply: works(async (target, context) => {
    context.log(`Deployment: ${await target.deploy(['login', 'keys', 'policy'], context)}`)
    await sweepProbes(target, context)
  }),

  verify: {
    'A new version tag is accepted': proves((target, context) =>
      withTags(target, context, (newTag) =>
        withKey(target, context, CI_USER, async ({ client }) => {
          const image = probeImage()
          const tag = newTag('v1.0.0')
          await client.push(PROBES, tag, image)
          const there = await client.digest(PROBES, tag)
          must(
            there === image.manifest.digest,
            `${PROBES}:${tag} is ${there} after the push, not ${image.manifest.digest}`,
          )
          return `${PROBES}:${tag} is ${there}`
        }),
      ),
    ),

    'An existing version tag is refused with a clear error and stays unchanged': proves((target, context) =>
      withTags(target, context, (newTag) =>
        withKey(target, context, CI_USER, async ({ client, secret }) => {
          const [first, second] = [probeImage(), probeImage()]
          const tag = newTag('v1.0.0')
          await client.push(PROBES, tag, first)
          for (const [what, image] of [
            ['another image', second],
            ['the same image', first],
          ] as const) {
            const error = await client.push(PROBES, tag, image).then(
              () => undefined,
              (thrown: unknown) => thrown,
            )
            must(error !== undefined, `CI may push ${what} to the published tag ${PROBES}:${tag}`)
            if (!(error instanceof RegistryError)) throw error
            must(
              error.status === 403 && error.code === 'DENIED',
              `${what} was refused, but not clearly: ${error.message}`,
            )
          }
          const skopeo = await findSkopeo()
          if (skopeo) {
            const destination = { registry: target.registry.url, repository: PROBES, tag }
            const { ok, said } = await skopeoPush(context, skopeo, second, destination, {
              user: CI_USER,
              password: secret,
            })
            must(!ok && said.includes('denied'), `skopeo was not told that it is denied: ${said}`)
          }
          const there = await client.digest(PROBES, tag)
          must(there === first.manifest.digest, `${PROBES}:${tag} moved from ${first.manifest.digest} to ${there}`)
          return `another image and the same one: 403 DENIED${skopeo ? ', skopeo denied' : ''}; ${PROBES}:${tag} is still ${there}`
        }),
      ),
    ),

    'A commit-SHA tag is accepted': proves((target, context) =>
      withTags(target, context, (newTag) =>
        withKey(target, context, CI_USER, async ({ client }) => {
          const image = probeImage()
          const tag = newTag('sha')
          await client.push(PROBES, tag, image)
          return `${PROBES}:${tag} is ${await client.digest(PROBES, tag)}`
        }),
      ),
    ),

    'The push command takes the same digest for success and refuses another': proves((target, context) =>
      withTags(target, context, (newTag) =>
        withKey(target, context, CI_USER, ({ client, secret }) =>
          withScratch(context.root, async (dir) => {
            const tag = newTag('v1.0.0')
            const images = { first: probeImage(), second: probeImage() }
            for (const [folder, image] of Object.entries(images)) await writeLayout(join(dir, folder), image, 'probe')
            const run = context.$({ nothrow: true, env: { ...process.env, ...compiledAlike(), [KEY_NAME]: secret } })
            const command = [process.execPath, join(context.root, 'tasks/zot/push.ts')]
            const name = `${new URL(target.registry.url).host}/${PROBES}:${tag}`
            const push = (folder: string) => run`${command} --layout ${join(dir, folder)} ${name}`
            const pushed = await push('first')
            must(pushed.exitCode === 0, `The push command could not publish ${name}: ${pushed.stderr}`)
            const again = await push('first')
            const told = again.stdout.includes('already there')
            must(again.exitCode === 0 && told, `The same image again ended with ${again.exitCode}: ${again.stderr}`)
            const other = await push('second')
            must(other.exitCode === 2, `Another image ended with ${other.exitCode}, not 2: ${other.stderr}`)
            const there = await client.digest(PROBES, tag)
            must(there === images.first.manifest.digest, `${name} moved to ${there}`)
            return `exit codes 0 (pushed), 0 (already there), 2 (refused): ${other.stderr.trim()}`
          }),
        ),
      ),
    ),
  },
})
