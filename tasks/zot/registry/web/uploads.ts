import type { Registry } from '../registry.ts'
import { parseDigest } from '../storage/digest.ts'
import { type Answer, empty, failure } from './answer.ts'
import { type Exchange, header } from './exchange.ts'

/** `POST …/blobs/uploads/`: starts an upload, takes a whole blob (`?digest=`), or finds one that is here (`?mount=`). */
export async function startUpload(registry: Registry, exchange: Exchange, name: string): Promise<Answer> {
  const mount = exchange.query.get('mount')
  if (mount !== null) return mountBlob(registry, exchange, name, mount)
  if (exchange.query.has('from')) return empty(405)
  const digest = exchange.query.get('digest')
  if (digest === null) return begin(registry, name)
  if (header(exchange, 'content-type') !== 'application/octet-stream') return empty(415)
  if (!parseDigest(digest)) return failure(400, 'DIGEST_INVALID', { digest })
  if (header(exchange, 'content-length') === '') return failure(400, 'BLOB_UPLOAD_INVALID', { digest })
  registry.repositories.create(name)
  const id = registry.uploads.start(name)
  await registry.uploads.append(name, id, exchange.message)
  return complete(registry, name, id, digest)
}

/** `PATCH`: the next part. With `Content-Range` it must begin where the upload has come to. */
export async function continueUpload(
  registry: Registry,
  exchange: Exchange,
  name: string,
  id: string,
): Promise<Answer> {
  const before = registry.uploads.received(name, id)
  if (before === undefined) return failure(404, 'BLOB_UPLOAD_UNKNOWN', { session_id: id })
  if (!fits(exchange, before)) return failure(416, 'BLOB_UPLOAD_INVALID', { session_id: id })
  const received = await registry.uploads.append(name, id, exchange.message)
  return empty(202, progress(name, id, received))
}

/** `PUT …?digest=`: the last part, if any, and the end. */
export async function finishUpload(registry: Registry, exchange: Exchange, name: string, id: string): Promise<Answer> {
  const digest = exchange.query.get('digest')
  if (digest === null || !parseDigest(digest)) return empty(400)
  const before = registry.uploads.received(name, id)
  if (before === undefined) return failure(404, 'BLOB_UPLOAD_UNKNOWN', { session_id: id })
  if (!fits(exchange, before)) return failure(416, 'BLOB_UPLOAD_INVALID', { session_id: id })
  await registry.uploads.append(name, id, exchange.message)
  return complete(registry, name, id, digest)
}

/** `GET`: how far an upload has come. */
export function uploadStatus(registry: Registry, _: Exchange, name: string, id: string): Answer {
  const received = registry.uploads.received(name, id)
  if (received === undefined) return failure(404, 'BLOB_UPLOAD_UNKNOWN', { session_id: id })
  return empty(204, progress(name, id, received))
}

/** `DELETE`: gives an upload up. */
export function cancelUpload(registry: Registry, _: Exchange, name: string, id: string): Answer {
  if (registry.uploads.received(name, id) === undefined) return failure(404, 'BLOB_UPLOAD_UNKNOWN', { session_id: id })
  registry.uploads.drop(name, id)
  return empty(204)
}

function begin(registry: Registry, name: string): Answer {
  registry.repositories.create(name)
  const id = registry.uploads.start(name)
  return empty(202, { Location: location(name, id), Range: '0-0', 'Blob-Upload-UUID': id })
}

async function complete(registry: Registry, name: string, id: string, digest: string): Promise<Answer> {
  registry.repositories.create(name)
  if (!(await registry.uploads.finish(name, id, digest))) return failure(400, 'DIGEST_INVALID', { digest })
  return empty(201, {
    Location: `/v2/${name}/blobs/${digest}`,
    'Docker-Content-Digest': digest,
    'Content-Range': `0-${registry.blobs.size(name, digest) ?? 0}`,
  })
}

/** As zot does, any repository that has the blob and that the caller may read will do, whatever `from` says. */
function mountBlob(registry: Registry, exchange: Exchange, name: string, digest: string): Answer {
  const mayRead = (repository: string) =>
    registry.policy?.decide(exchange.caller, { action: 'read', repository }).allowed ?? true
  const owner = registry.repositories.names().find((one) => registry.blobs.has(one, digest) && mayRead(one))
  if (owner === undefined) return begin(registry, name)
  registry.repositories.create(name)
  registry.blobs.share(owner, name, digest)
  return empty(201, { Location: `/v2/${name}/blobs/${digest}`, 'Docker-Content-Digest': digest })
}

function fits(exchange: Exchange, received: number): boolean {
  const wanted = header(exchange, 'content-range')
  if (wanted === '') return true
  const match = /^(\d+)-(\d+)$/.exec(wanted.trim())
  return match !== null && Number(match[1]) === received && Number(match[2]) >= Number(match[1])
}

function progress(name: string, id: string, received: number): Record<string, string> {
  return { Location: location(name, id), Range: `0-${Math.max(0, received - 1)}`, 'Blob-Upload-UUID': id }
}

function location(name: string, id: string): string {
  return `/v2/${name}/blobs/uploads/${id}`
}
