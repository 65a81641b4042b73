import type { Registry } from '../registry.ts'
import { parseDigest } from '../storage/digest.ts'
import { media, parseManifest } from '../storage/manifest.ts'
import type { Descriptor } from '../storage/repositories.ts'
import { type Answer, empty } from './answer.ts'
import type { Exchange } from './exchange.ts'

/** `GET …/referrers/<digest>`: the manifests here whose subject is that one, as an image index. */
export function referrers(registry: Registry, exchange: Exchange, name: string, digest: string): Answer {
  if (!parseDigest(digest)) return empty(400)
  const wanted = exchange.query.getAll('artifactType')
  const found = new Map<string, Descriptor>()
  for (const entry of registry.repositories.entries(name)) {
    const body = registry.blobs.readNow(name, entry.digest)
    if (!body) continue
    const manifest = parseManifest(body, entry.mediaType)
    const artifactType = manifest.artifactType ?? ''
    if (manifest.subject !== digest || (wanted.length > 0 && !wanted.includes(artifactType))) continue
    const { annotations } = JSON.parse(body.toString('utf8')) as { annotations?: Record<string, string> }
    const plain = { mediaType: entry.mediaType, digest: entry.digest, size: entry.size, artifactType }
    found.set(entry.digest, annotations ? { ...plain, annotations } : plain)
  }
  const headers: Record<string, string> = { 'Content-Type': media.index }
  if (wanted.length > 0) headers['OCI-Filters-Applied'] = 'artifactType'
  const index = { schemaVersion: 2, mediaType: media.index, manifests: [...found.values()] }
  return { status: 200, headers, body: JSON.stringify(index) }
}
