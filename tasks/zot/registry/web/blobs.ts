import { createReadStream } from 'node:fs'
import type { Registry } from '../registry.ts'
import { parseDigest } from '../storage/digest.ts'
import { descriptorsIn } from '../storage/manifest.ts'
import { type Answer, empty, failure } from './answer.ts'
import type { Exchange } from './exchange.ts'
import { isReferenced } from './manifests.ts'
import { readableOwner } from './uploads.ts'

/** `GET`, with one byte range if asked for. */
export function getBlob(registry: Registry, exchange: Exchange, name: string, digest: string): Answer {
  if (!parseDigest(digest)) return failure(400, 'DIGEST_INVALID', { digest })
  const size = registry.blobs.size(name, digest)
  if (size === undefined) return failure(404, 'BLOB_UNKNOWN', { digest })
  const wanted = exchange.message.headers.range
  const range = wanted === undefined ? { start: 0, end: size - 1 } : parseRange(wanted, size)
  if (!range) return empty(416, { 'Content-Range': `bytes */${size}` })
  const headers = {
    'Content-Type': mediaTypeOf(registry, name, digest),
    'Content-Length': String(range.end - range.start + 1),
    'Docker-Content-Digest': digest,
  }
  const body = size === 0 ? '' : createReadStream(registry.blobs.path(name, digest), range)
  if (wanted === undefined) return { status: 200, headers, body }
  return { status: 206, headers: { ...headers, 'Content-Range': `bytes ${range.start}-${range.end}/${size}` }, body }
}

/**
 * `HEAD`. As in zot, asking for a blob that another repository has, one that the caller may read, makes it a blob of this
 * repository too, and the repository if need be: for the anonymous as well.
 */
export function headBlob(registry: Registry, exchange: Exchange, name: string, digest: string): Answer {
  if (!parseDigest(digest)) return empty(500)
  if (!registry.blobs.has(name, digest)) {
    const owner = readableOwner(registry, exchange, digest)
    if (owner === undefined) return failure(404, 'BLOB_UNKNOWN', { digest })
    registry.repositories.create(name)
    registry.blobs.share(owner, name, digest)
  }
  return empty(200, {
    'Content-Type': mediaTypeOf(registry, name, digest),
    'Content-Length': String(registry.blobs.size(name, digest)),
    'Docker-Content-Digest': digest,
    'Accept-Ranges': 'bytes',
  })
}

/** `DELETE`: refused while a manifest needs the blob. */
export function deleteBlob(registry: Registry, _: Exchange, name: string, digest: string): Answer {
  if (!parseDigest(digest)) return empty(404)
  if (!registry.blobs.has(name, digest)) return failure(404, 'BLOB_UNKNOWN', { digest })
  const isManifest = registry.repositories.find(name, digest) !== undefined
  if (isManifest || isReferenced(registry, name, digest)) return failure(405, 'DENIED', { digest })
  registry.blobs.delete(name, digest)
  return empty(202)
}

/** What the manifests of the repository call this blob. */
function mediaTypeOf(registry: Registry, name: string, digest: string): string {
  const entries = registry.repositories.entries(name)
  const named = [...entries, ...entries.flatMap((entry) => descriptorsIn(registry.blobs.readNow(name, entry.digest)))]
  return named.find((one) => one.digest === digest)?.mediaType ?? 'application/octet-stream'
}

/** One range; several in one request are refused here, and answered in parts by zot. */
function parseRange(text: string, size: number): { start: number; end: number } | undefined {
  const match = /^bytes= *(\d*)-(\d*) *$/.exec(text)
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  return start <= end && start < size ? { start, end } : undefined
}
