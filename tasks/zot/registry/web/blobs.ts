import { createReadStream } from 'node:fs'
import type { Registry } from '../registry.ts'
import { parseDigest } from '../storage/digest.ts'
import { type Answer, empty, failure } from './answer.ts'
import { type Exchange, header } from './exchange.ts'
import { isReferenced } from './manifests.ts'

/** `GET` and `HEAD`, with one byte range if asked for. */
export function getBlob(registry: Registry, exchange: Exchange, name: string, digest: string): Answer {
  if (!parseDigest(digest)) return failure(400, 'DIGEST_INVALID', { digest })
  if (!registry.repositories.exists(name)) return failure(404, 'NAME_UNKNOWN', { name })
  const size = registry.blobs.size(name, digest)
  if (size === undefined) return failure(404, 'BLOB_UNKNOWN', { digest })
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Docker-Content-Digest': digest,
    'Accept-Ranges': 'bytes',
  }
  const wanted = header(exchange, 'range')
  const range = wanted === '' ? { start: 0, end: size - 1 } : parseRange(wanted, size)
  if (!range) return empty(416, { 'Content-Range': `bytes */${size}` })
  const length = range.end - range.start + 1
  const sized = { ...headers, 'Content-Length': String(length) }
  const body =
    exchange.method === 'HEAD' || length === 0 ? '' : createReadStream(registry.blobs.path(name, digest), range)
  if (wanted === '' || exchange.method === 'HEAD') return { status: 200, headers: sized, body }
  return { status: 206, headers: { ...sized, 'Content-Range': `bytes ${range.start}-${range.end}/${size}` }, body }
}

/** `DELETE`: refused while a manifest needs the blob. */
export function deleteBlob(registry: Registry, _: Exchange, name: string, digest: string): Answer {
  if (!parseDigest(digest)) return empty(404)
  if (!registry.repositories.exists(name)) return failure(404, 'NAME_UNKNOWN', { name })
  if (!registry.blobs.has(name, digest)) return failure(404, 'BLOB_UNKNOWN', { digest })
  const isManifest = registry.repositories.find(name, digest) !== undefined
  if (isManifest || isReferenced(registry, name, digest)) return failure(405, 'DENIED', { digest })
  registry.blobs.delete(name, digest)
  return empty(202)
}

function parseRange(text: string, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text)
  if (!match || (match[1] === '' && match[2] === '')) return undefined
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  return start <= end && start < size ? { start, end } : undefined
}
