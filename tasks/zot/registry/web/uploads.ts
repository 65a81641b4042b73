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
  if (await registry.uploads.finish(name, id, digest))
    return empty(201, { Location: `/v2/${name}/blobs/${digest}`, 'Blob-Upload-UUID': id })
  registry.uploads.drop(name, id)
  return failure(400, 'DIGEST_INVALID', { digest })
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
  const ranged = header(exchange, 'content-range') !== ''
  const misplaced = ranged ? misplacement(exchange, id, before) : undefined
  if (misplaced) return misplaced
  const received = await registry.uploads.append(name, id, exchange.message)
  // As in zot, the range of a part that did not say its place counts from the part's own beginning.
  return empty(202, { ...progress(name, id, ranged ? received : received - before), 'Blob-Upload-UUID': id })
}

/** `PUT …?digest=`: the last part, if any, and the end. An upload whose content has another digest stays. */
export async function finishUpload(registry: Registry, exchange: Exchange, name: string, id: string): Promise<Answer> {
  const digest = exchange.query.get('digest')
  if (digest === null || !parseDigest(digest)) return empty(400)
  const before = registry.uploads.received(name, id)
  if (before === undefined) return failure(404, 'BLOB_UPLOAD_UNKNOWN', { session_id: id })
  // As in zot, a body of unknown length is not looked at, and one that does not say its place is the whole blob.
  if (Number(header(exchange, 'content-length')) > 0) {
    const misplaced = misplacement(exchange, id, before)
    if (misplaced) return misplaced
    await registry.uploads.append(name, id, exchange.message)
  }
  if (!(await registry.uploads.finish(name, id, digest))) return failure(400, 'DIGEST_INVALID', { digest })
  return empty(201, { Location: `/v2/${name}/blobs/${digest}`, 'Docker-Content-Digest': digest })
}

/** `GET`: how far an upload has come. */
export function uploadStatus(registry: Registry, _: Exchange, name: string, id: string): Answer {
  const received = registry.uploads.received(name, id)
  if (received === undefined) return failure(404, 'BLOB_UPLOAD_UNKNOWN', { session_id: id })
  return empty(204, progress(name, id, Math.max(1, received)))
}

/** `DELETE`: gives an upload up. */
export function cancelUpload(registry: Registry, _: Exchange, name: string, id: string): Answer {
  if (registry.uploads.received(name, id) === undefined) return failure(404, 'BLOB_UPLOAD_UNKNOWN', { session_id: id })
  registry.uploads.drop(name, id)
  return empty(204)
}

/** Any repository that has the blob and that the caller may read. */
export function readableOwner(registry: Registry, exchange: Exchange, digest: string): string | undefined {
  const { repositories, blobs, policy } = registry
  const mayRead = (repository: string) =>
    policy?.decide(exchange.caller, { action: 'read', repository }).allowed ?? true
  return repositories.names().find((one) => blobs.has(one, digest) && mayRead(one))
}

function begin(registry: Registry, name: string): Answer {
  registry.repositories.create(name)
  return empty(202, { Location: location(name, registry.uploads.start(name)), Range: '0-0' })
}

/** As zot does, any repository will do that has the blob and that the caller may read, whatever `from` says. */
function mountBlob(registry: Registry, exchange: Exchange, name: string, digest: string): Answer {
  const owner = readableOwner(registry, exchange, digest)
  if (owner === undefined) return begin(registry, name)
  registry.repositories.create(name)
  registry.blobs.share(owner, name, digest)
  return empty(201, { Location: `/v2/${name}/blobs/${digest}` })
}

/** The refusal of a part that is not the next one, or whose length is not what its range says. */
function misplacement(exchange: Exchange, id: string, received: number): Answer | undefined {
  const length = Number(header(exchange, 'content-length'))
  const wanted = header(exchange, 'content-range') || `0-${length - 1}`
  const [, from, to] = /^(\d+)-(\d+)$/.exec(wanted.trim()) ?? []
  if (from === undefined || Number(to) - Number(from) + 1 !== length) return empty(416)
  return Number(from) === received ? undefined : failure(416, 'BLOB_UPLOAD_INVALID', { session_id: id })
}

function progress(name: string, id: string, received: number): Record<string, string> {
  return { Location: location(name, id), Range: `0-${received - 1}` }
}

function location(name: string, id: string): string {
  return `/v2/${name}/blobs/uploads/${id}`
}
