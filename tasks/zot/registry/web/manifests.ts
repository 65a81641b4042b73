import type { Verdict } from '../access/policy.ts'
import type { Registry } from '../registry.ts'
import { digestOf, parseDigest } from '../storage/digest.ts'
import { isManifestType, type Manifest, parseManifest } from '../storage/manifest.ts'
import { isTag } from '../storage/names.ts'
import { type Answer, empty, failure } from './answer.ts'
import { forbid } from './authenticate.ts'
import { type Exchange, header, readBody } from './exchange.ts'

const largest = 4 * 1024 * 1024

/** `GET` and `HEAD`. A tag is looked up upstream first where pull-through covers the repository; a digest only when it is not here. */
export async function getManifest(registry: Registry, _: Exchange, name: string, reference: string): Promise<Answer> {
  const isHere = () => registry.repositories.find(name, reference)
  if (!parseDigest(reference) || !isHere()) await registry.sync.refresh(name, reference)
  if (!registry.repositories.exists(name)) return failure(404, 'NAME_UNKNOWN', { name })
  const found = isHere()
  if (!found) return failure(404, 'MANIFEST_UNKNOWN', { reference })
  const body = await registry.blobs.read(name, found.digest)
  return { status: 200, headers: { 'Content-Type': found.mediaType, 'Docker-Content-Digest': found.digest }, body }
}

/** `PUT` by tag, or by digest with any number of `?tag=`. */
export async function putManifest(registry: Registry, exchange: Exchange, name: string, reference: string) {
  const early = mayWrite(registry, exchange, name, reference)
  if (!early.allowed) return forbid(registry, exchange, early.reason)
  const byDigest = parseDigest(reference) !== undefined
  if (!byDigest && /^sha(256|512):/.test(reference)) return failure(400, 'DIGEST_INVALID', { reference })
  const type = header(exchange, 'content-type')
  if (!isManifestType(type, registry.config.http?.compat ?? []))
    return failure(415, 'MANIFEST_INVALID', { mediaType: type })
  // As in zot, a tag in the path may be anything, one in the query may not.
  const extra = [...new Set(exchange.query.getAll('tag').map((tag) => tag.trim()))]
  if (extra.some((tag) => !isTag(tag)) || (extra.length > 0 && !byDigest))
    return failure(400, 'MANIFEST_INVALID', { reason: 'not a tag, or tag parameters without a digest' })
  const body = await readBody(exchange, largest)
  if (!body) return failure(413, 'MANIFEST_INVALID', { reason: `manifest is larger than ${largest} bytes` })

  // From here on nothing waits: between the look at the tags and the new entry nobody else can write.
  const verdict = mayWrite(registry, exchange, name, reference)
  if (!verdict.allowed) return forbid(registry, exchange, verdict.reason)
  registry.repositories.create(name)
  const digest = digestOf(body, parseDigest(reference)?.algorithm)
  if (byDigest && digest !== reference) return failure(400, 'MANIFEST_INVALID', { reference })
  const manifest = readManifest(registry, name, body, type)
  if (typeof manifest === 'string') return failure(400, 'MANIFEST_INVALID', { reference, reason: manifest })
  registry.blobs.put(name, digest, body)
  const entry = { mediaType: type, digest, size: body.length }
  const artifactType = manifest.artifactType === undefined ? {} : { artifactType: manifest.artifactType }
  registry.repositories.record(name, { ...entry, ...artifactType }, byDigest ? extra : [reference])
  const headers: Record<string, string | string[]> = {
    Location: `/v2/${name}/manifests/${digest}`,
    'Docker-Content-Digest': digest,
  }
  if (manifest.subject !== undefined) headers['OCI-Subject'] = manifest.subject
  if (extra.length > 0) headers['OCI-Tag'] = extra
  return empty(201, headers)
}

/** `DELETE`: a tag alone, or with a digest the manifest and all of its tags. */
export function deleteManifest(registry: Registry, _: Exchange, name: string, reference: string): Answer {
  if (!registry.repositories.exists(name)) return failure(400, 'NAME_UNKNOWN', { name })
  const found = registry.repositories.find(name, reference)
  if (!found) return failure(404, 'MANIFEST_UNKNOWN', { reference })
  if (parseDigest(reference) && isReferenced(registry, name, reference)) return failure(405, 'DENIED', { reference })
  registry.repositories.forget(name, reference)
  if (reference === found.digest) registry.blobs.delete(name, reference)
  return empty(202)
}

/** Whether a manifest of the repository points at this digest. */
export function isReferenced(registry: Registry, name: string, digest: string): boolean {
  return registry.repositories.entries(name).some((entry) => {
    if (entry.digest === digest) return false
    const body = registry.blobs.readNow(name, entry.digest)
    if (!body) return false
    const manifest = parseManifest(body, entry.mediaType)
    return manifest.blobs.includes(digest) || manifest.manifests.some((child) => child.digest === digest)
  })
}

/** Every right that a write needs: create for what is new, update for a tag that exists, each also for the digest itself. */
function mayWrite(registry: Registry, exchange: Exchange, name: string, reference: string): Verdict {
  const policy = registry.policy
  if (!policy) return { allowed: true }
  const present = new Set(registry.repositories.tags(name))
  const decide = (action: 'create' | 'update', target: string) =>
    policy.decide(exchange.caller, about(exchange, name, action, target))
  if (!parseDigest(reference)) return decide(present.has(reference) ? 'update' : 'create', reference)
  const tags = exchange.query.getAll('tag').map((tag) => tag.trim())
  const needs = tags.filter(isTag).map((tag) => decide(present.has(tag) ? 'update' : 'create', tag))
  if (tags.some((tag) => present.has(tag))) needs.push(decide('update', reference))
  if (tags.length === 0 || tags.some((tag) => !present.has(tag))) needs.push(decide('create', reference))
  return needs.find((verdict) => !verdict.allowed) ?? { allowed: true }
}

function about(exchange: Exchange, repository: string, action: 'create' | 'update', reference: string) {
  return { action, repository, reference, method: exchange.method, userAgent: header(exchange, 'user-agent') }
}

/** The manifest, or what is wrong with it. Everything it needs must already be in the repository. */
function readManifest(registry: Registry, name: string, body: Buffer, type: string): Manifest | string {
  try {
    const manifest = parseManifest(body, type)
    const needed = [...manifest.blobs, ...manifest.manifests.map((child) => child.digest)]
    const missing = needed.find((digest) => !registry.blobs.has(name, digest))
    return missing === undefined ? manifest : `${missing} has not been uploaded`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
