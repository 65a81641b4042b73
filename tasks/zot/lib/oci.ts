/** A client of an OCI registry: the requests that pushing and pulling clients make. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { excerpt, exchange, json, type Reply, type Request } from './http.ts'
import {
  type Blob,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  digestOf,
  type FileBlob,
  type Image,
  type Manifest,
  OCI_INDEX,
  OCI_MANIFEST,
} from './image.ts'
import type { Identity } from './session.ts'

/** The registry said no. `code` is its own word, such as `DENIED`, where it gave one. */
export class RegistryError extends Error {
  override name = 'RegistryError'
  readonly status: number
  readonly code: string
  /** The header `Retry-After`: seconds or a date. */
  readonly retryAfter: string | null
  constructor(what: string, reply: Reply) {
    const { code, message } = complaint(reply)
    const said = [`${reply.status} ${code}`.trim(), message].filter(Boolean).join(', ')
    super(`${reply.url.origin} refused to ${what}: ${said}`)
    this.status = reply.status
    this.code = code
    this.retryAfter = reply.headers.get('retry-after')
  }
}

/** Milliseconds for sending and storing a blob: slower than 100 kB a second is taken for broken. */
const patienceFor = (bytes: number): number => 15_000 + bytes / 100

const MANIFEST_TYPES = [OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST].join(', ')

export class RegistryClient {
  readonly url: string
  readonly #identity: Identity
  readonly #signal: AbortSignal | undefined

  /** @param identity headers that say who asks; empty for nobody. */
  constructor(url: string, identity: Identity = {}, signal?: AbortSignal) {
    this.url = url
    this.#identity = identity
    this.#signal = signal
  }

  /** Any request below `/v2`, whatever comes back. Where the registry sends us elsewhere, we go as nobody. */
  send(path: string, request: Request = {}): Promise<Reply> {
    const url = new URL(path, this.url)
    const identity = url.origin === new URL(this.url).origin ? this.#identity : {}
    return exchange(url, { ...request, headers: { ...identity, ...request.headers }, signal: this.#signal })
  }

  async catalog(): Promise<string[]> {
    const reply = await this.#expect(200, 'list its repositories', '/v2/_catalog')
    const { repositories } = (json(reply) ?? {}) as { repositories?: string[] }
    return repositories ?? []
  }

  /** The tags of a repository; none when there is no such repository. */
  async tags(repository: string): Promise<string[]> {
    const reply = await this.send(`/v2/${repository}/tags/list`)
    if (reply.status === 404) return []
    if (reply.status !== 200) throw new RegistryError(`list the tags of ${repository}`, reply)
    const { tags } = (json(reply) ?? {}) as { tags?: string[] | null }
    return tags ?? []
  }

  /** The digest behind a tag; `undefined` when there is no such tag. */
  async digest(repository: string, reference: string): Promise<string | undefined> {
    const reply = await this.send(`/v2/${repository}/manifests/${reference}`, {
      method: 'HEAD',
      headers: { accept: MANIFEST_TYPES },
    })
    if (reply.status === 404) return undefined
    const digest = reply.headers.get('docker-content-digest')
    if (reply.status !== 200 || !digest) throw new RegistryError(`show ${repository}:${reference}`, reply)
    return digest
  }

  /** Pulls a whole image, every blob checked against its digest. */
  async pull(repository: string, reference: string): Promise<Image> {
    const what = `give ${repository}:${reference}`
    const reply = await this.#expect(200, what, `/v2/${repository}/manifests/${reference}`, {
      headers: { accept: MANIFEST_TYPES },
    })
    const manifest: Manifest = {
      bytes: reply.body,
      digest: digestOf(reply.body),
      mediaType: reply.headers.get('content-type')?.split(';')[0] ?? OCI_MANIFEST,
    }
    const claimed = reply.headers.get('docker-content-digest')
    if (claimed !== manifest.digest)
      throw new Error(`${this.url} says ${repository}:${reference} is ${claimed}, but it is ${manifest.digest}`)
    const content = JSON.parse(reply.body.toString('utf8')) as Record<
      'manifests' | 'layers',
      { digest: string }[] | undefined
    > & { config?: { digest: string } }
    const parts = []
    for (const part of content.manifests ?? []) parts.push(await this.pull(repository, part.digest))
    const blobs: Blob[] = []
    for (const { digest } of [...(content.config ? [content.config] : []), ...(content.layers ?? [])]) {
      const { body } = await this.#expect(200, `give blob ${digest}`, `/v2/${repository}/blobs/${digest}`)
      if (digestOf(body) !== digest) throw new Error(`${this.url} gave other bytes for blob ${digest} of ${repository}`)
      blobs.push({ digest, bytes: body })
    }
    return { manifest, blobs, parts }
  }

  /** Pushes an image: blobs that are missing, then the manifest under `reference` (a tag, or its own digest). */
  async push(repository: string, reference: string, image: Image): Promise<void> {
    for (const part of image.parts) await this.push(repository, part.manifest.digest, part)
    for (const blob of image.blobs) await this.pushBlob(repository, blob)
    await this.putManifest(repository, reference, image.manifest)
  }

  async putManifest(repository: string, reference: string, manifest: Manifest): Promise<void> {
    await this.#expect(201, `take ${repository}:${reference}`, `/v2/${repository}/manifests/${reference}`, {
      method: 'PUT',
      headers: { 'content-type': manifest.mediaType },
      body: manifest.bytes,
    })
  }

  /** Uploads a blob in the three steps that every client uses, unless it is there. A file is sent as it is read. */
  async pushBlob(repository: string, blob: Blob | FileBlob): Promise<void> {
    const { digest } = blob
    const there = await this.send(`/v2/${repository}/blobs/${digest}`, { method: 'HEAD' })
    if (there.status === 200) return
    const location = await this.startUpload(repository)
    const what = `take blob ${digest} of ${repository}`
    const { size, ...body } = sending(blob)
    const timeout = patienceFor(size)
    const patch = await this.#expect(202, what, location, { method: 'PATCH', ...body, timeout })
    const end = new URL(patch.headers.get('location') ?? location, new URL(location, this.url))
    end.searchParams.set('digest', digest)
    await this.#expect(201, what, end.href, { method: 'PUT', timeout })
  }

  /** Starts an upload and answers where to go on with it. */
  async startUpload(repository: string): Promise<string> {
    const reply = await this.#expect(202, `start an upload to ${repository}`, `/v2/${repository}/blobs/uploads/`, {
      method: 'POST',
    })
    const location = reply.headers.get('location')
    if (!location) throw new RegistryError(`say where to upload to ${repository}`, reply)
    return location
  }

  /** Removes a tag. One that is not there is no error. */
  async removeTag(repository: string, tag: string): Promise<void> {
    const reply = await this.send(`/v2/${repository}/manifests/${tag}`, { method: 'DELETE' })
    if (reply.status === 202 || reply.status === 404) return
    const error = new RegistryError(`delete ${repository}:${tag}`, reply)
    // zot answers 400 when not even the repository is there.
    if (error.code !== 'NAME_UNKNOWN') throw error
  }

  async #expect(status: number, what: string, path: string, request: Request = {}): Promise<Reply> {
    const reply = await this.send(path, request)
    if (reply.status !== status) throw new RegistryError(what, reply)
    return reply
  }
}

/** A blob as the body of a request. */
function sending(blob: Blob | FileBlob): Pick<Request, 'headers' | 'body'> & { size: number } {
  const type = { 'content-type': 'application/octet-stream' }
  if ('bytes' in blob) return { size: blob.bytes.length, headers: type, body: blob.bytes }
  const { file, size } = blob
  const body = Readable.toWeb(createReadStream(file))
  return { size, headers: { ...type, 'content-length': String(size) }, body }
}

/** What a refusal says: registries wrap it in `errors`, zot sometimes sends the bare object. */
function complaint(reply: Reply): { code: string; message: string } {
  const body = json(reply) as { errors?: unknown[]; code?: unknown } | undefined
  const first = (Array.isArray(body?.errors) ? body.errors[0] : body) as
    | { code?: unknown; message?: unknown; detail?: { reason?: unknown } }
    | undefined
  if (typeof first?.code !== 'string') return { code: '', message: reply.body.length > 0 ? excerpt(reply) : '' }
  const reason = first.detail?.reason
  return { code: first.code, message: typeof reason === 'string' ? reason : String(first.message ?? '') }
}
