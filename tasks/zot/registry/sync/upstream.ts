import { digestOf } from '../storage/digest.ts'
import { media } from '../storage/manifest.ts'

export interface RemoteManifest {
  type: string
  digest: string
  body: Buffer
}

/** The upstream did not answer; asking again may help. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

const accept = [media.manifest, media.index, media.dockerManifest, media.dockerList].join(', ')

/** Another registry, read without credentials. */
export class Upstream {
  private readonly base: string

  constructor(base: string) {
    this.base = base.replace(/\/$/, '')
  }

  /** A manifest by tag or digest; undefined when the upstream does not have it. Its digest is computed, not believed. */
  async manifest(repository: string, reference: string): Promise<RemoteManifest | undefined> {
    const response = await this.get(`/v2/${repository}/manifests/${reference}`, { accept })
    if (!response) return undefined
    const body = Buffer.from(await response.arrayBuffer())
    const digest = digestOf(body)
    if (reference.includes(':') && reference !== digest) throw new Error(`${reference} has other content upstream`)
    return { type: (response.headers.get('content-type') ?? '').split(';')[0] ?? '', digest, body }
  }

  /** A blob as a stream; undefined when the upstream does not have it. */
  async blob(repository: string, digest: string): Promise<ReadableStream<Uint8Array> | undefined> {
    const response = await this.get(`/v2/${repository}/blobs/${digest}`, {})
    return response?.body ?? undefined
  }

  private async get(path: string, headers: Record<string, string>): Promise<Response | undefined> {
    let response: Response
    try {
      response = await fetch(`${this.base}${path}`, { headers, signal: AbortSignal.timeout(60_000) })
    } catch (error) {
      const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
      throw new Unreachable(`${this.base} does not answer: ${reason}`)
    }
    if (response.status >= 500) throw new Unreachable(`${this.base} answers ${response.status}`)
    if (response.ok) return response
    await response.body?.cancel()
    return undefined
  }
}
