/** What checks leave at the registry and take away again: short-lived keys, and tags in a repository of their own. */
import { randomBytes } from 'node:crypto'
import type { TaskContext } from '../../../scripts/index.ts'
import { basic } from './http.ts'
import { type Image, smallImage } from './image.ts'
import { mintKey, revokeKey } from './keys.ts'
import { RegistryClient } from './oci.ts'
import { signIn } from './sign-in.ts'
import type { Target } from './target.ts'

/** The one repository that probes push to. Emptied of tags afterwards; the name stays in the catalog. */
export const PROBES = 'mikado/probe'

/** Label of keys that checks make. They end by themselves soon, should nobody be left to revoke them. */
export const PROBE_LABEL = 'mikado-probe'
const PROBE_MINUTES = 10

/** A tag nobody else uses: a version with a random end, or forty hexadecimal digits as those of a commit. */
export function probeTag(kind: string): string {
  return kind === 'sha' ? randomBytes(20).toString('hex') : `${kind}-${randomBytes(6).toString('hex')}`
}

/** An image nobody else has: deleting one by accident takes no other with it. */
export function probeImage(format: 'oci' | 'docker' = 'oci'): Image {
  return smallImage(`A probe of the registry, ${randomBytes(8).toString('hex')}`, format)
}

/** Who is asking, by password or by API key. */
export interface KeyHolder {
  client: RegistryClient
  secret: string
  identity: Record<string, string>
}

/** Signs in as a user, makes a key that lives minutes, works with it and revokes it. */
export async function withKey<T>(
  target: Target,
  context: TaskContext,
  user: string,
  work: (holder: KeyHolder) => Promise<T>,
): Promise<T> {
  const { url } = target.registry
  const owner = await signIn(target, user, context.signal)
  const expires = new Date(Date.now() + PROBE_MINUTES * 60_000)
  const key = await mintKey(url, owner, { label: PROBE_LABEL, expires }, context.signal)
  await context.secret(key.secret)
  try {
    const identity = basic(user, key.secret)
    return await work({ client: new RegistryClient(url, identity, context.signal), secret: key.secret, identity })
  } finally {
    await revokeKey(url, owner, key.uuid, context.signal).catch((error: Error) => context.log(error.message))
  }
}

/** Hands out tags and removes them all afterwards, as an administrator; failing to is told and fails nothing. */
export async function withTags<T>(
  target: Target,
  context: TaskContext,
  work: (newTag: (kind: string) => string) => Promise<T>,
): Promise<T> {
  const tags: string[] = []
  try {
    return await work((kind) => {
      const tag = probeTag(kind)
      tags.push(tag)
      return tag
    })
  } finally {
    await removeTags(target, context, tags).catch((error: Error) => {
      context.log(`The probe's tags ${tags.join(', ')} stay in ${PROBES}: ${error.message}`)
    })
  }
}

/** Removes what interrupted probes left. Only for `apply`, when no check of this repository runs. */
export async function sweepProbes(target: Target, context: TaskContext): Promise<void> {
  const tags = await new RegistryClient(target.registry.url, {}, context.signal).tags(PROBES)
  if (tags.length === 0) return
  if (target.admin === null)
    return context.log(`${tags.length} tags are left in ${PROBES}: no administrator is known here`)
  await removeTags(target, context, tags)
  context.log(`Removed ${tags.length} tags from ${PROBES} that interrupted checks had left`)
}

async function removeTags(target: Target, context: TaskContext, tags: string[]): Promise<void> {
  const anybody = new RegistryClient(target.registry.url, {}, context.signal)
  const left: string[] = []
  for (const tag of tags) if ((await anybody.digest(PROBES, tag)) !== undefined) left.push(tag)
  if (left.length === 0) return
  if (target.admin === null) throw new Error('no administrator is known here (ZOT_ADMIN_USER), who could remove them')
  await withKey(target, context, target.admin, async ({ client }) => {
    for (const tag of left) await client.removeTag(PROBES, tag)
  })
}
