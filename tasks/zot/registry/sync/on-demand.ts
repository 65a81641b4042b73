import { Readable } from 'node:stream'
import type { Config, SyncRegistry } from '../config/shape.ts'
import type { Log } from '../log.ts'
import type { BlobStore } from '../storage/blobs.ts'
import { parseDigest } from '../storage/digest.ts'
import { isManifestType, parseManifest } from '../storage/manifest.ts'
import type { Repositories } from '../storage/repositories.ts'
import { Uploads } from '../storage/uploads.ts'
import { toOci } from './docker.ts'
import { sourceOf, takesTag } from './rules.ts'
import { type RemoteManifest, Unreachable, Upstream } from './upstream.ts'

/** Pull-through: fetches what is asked for and not here, or may have moved, from the upstream registries. */
export class OnDemand {
  private readonly registries: SyncRegistry[]
  private readonly compat: string[]
  private readonly repositories: Repositories
  private readonly blobs: BlobStore
  private readonly uploads: Uploads
  private readonly log: Log
  private readonly running = new Map<string, Promise<void>>()

  constructor(config: Config, repositories: Repositories, blobs: BlobStore, log: Log) {
    const sync = config.extensions?.sync
    this.registries = sync && sync.enable !== false ? (sync.registries ?? []).filter((one) => one.onDemand) : []
    this.compat = config.http?.compat ?? []
    this.repositories = repositories
    this.blobs = blobs
    this.uploads = new Uploads(repositories.root, blobs)
    this.log = log
  }

  /**
   * Brings one image up to date, if any upstream covers its repository. Never fails: what could not be fetched is
   * logged, and the caller serves what is there. Requests for the same image share one fetch.
   */
  async refresh(repository: string, reference: string): Promise<void> {
    if (this.registries.length === 0) return
    const key = `${repository} ${reference}`
    const fetching = this.running.get(key) ?? this.fetch(repository, reference).finally(() => this.running.delete(key))
    this.running.set(key, fetching)
    await fetching
  }

  private async fetch(repository: string, reference: string): Promise<void> {
    for (const registry of this.registries) {
      const source = sourceOf(registry.content ?? [], repository)
      if (!source || (!parseDigest(reference) && !takesTag(source.content, reference))) continue
      for (const url of registry.urls ?? []) {
        try {
          if (
            await this.patiently(registry, () =>
              this.copy(registry, new Upstream(url), source.name, repository, reference),
            )
          )
            return
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error)
          this.log('error', 'failed to sync image', { repository, reference, error: reason })
        }
      }
    }
  }

  /** Asks again when an upstream does not answer: as often and as far apart as configured. */
  private async patiently<T>(registry: SyncRegistry, work: () => Promise<T>): Promise<T> {
    for (let left = registry.maxRetries ?? 0; ; left--) {
      try {
        return await work()
      } catch (error) {
        if (left <= 0 || !(error instanceof Unreachable)) throw error
        await new Promise((resolve) => setTimeout(resolve, registry.retryDelay ?? 0))
      }
    }
  }

  /** Whether the upstream has the image; if so it is here afterwards. */
  private async copy(registry: SyncRegistry, upstream: Upstream, from: string, to: string, reference: string) {
    const wanted = await upstream.manifest(from, reference)
    if (!wanted) return false
    const tag = parseDigest(reference) ? undefined : reference
    if (tag !== undefined && this.repositories.find(to, tag)?.digest === wanted.digest) return true
    // zot converts Docker images to OCI unless told to preserve digests, or asked by digest where Docker's form is allowed.
    const asIs = registry.preserveDigest || (tag === undefined && this.compat.length > 0)
    const kept = await this.store(upstream, from, to, wanted, !asIs)
    const descriptor = { mediaType: kept.type, digest: kept.digest, size: kept.body.length }
    this.repositories.create(to)
    this.repositories.record(to, descriptor, tag === undefined ? [] : [tag])
    this.log('info', 'successfully synced image', { repository: to, reference, digest: kept.digest })
    return true
  }

  private async store(upstream: Upstream, from: string, to: string, manifest: RemoteManifest, convert: boolean) {
    if (!isManifestType(manifest.type, ['docker2s2'])) throw new Error(`unknown manifest type ${manifest.type}`)
    const { blobs, manifests } = parseManifest(manifest.body, manifest.type)
    const renamed = new Map<string, { digest: string; size: number }>()
    for (const child of manifests) {
      const found = await upstream.manifest(from, child.digest)
      if (!found) throw new Error(`the upstream lacks ${child.digest}`)
      const kept = await this.store(upstream, from, to, found, convert)
      renamed.set(child.digest, { digest: kept.digest, size: kept.body.length })
      const descriptor = { mediaType: kept.type, digest: kept.digest, size: kept.body.length }
      this.repositories.create(to)
      this.repositories.record(to, descriptor, [])
    }
    for (const digest of blobs) await this.fetchBlob(upstream, from, to, digest)
    const kept = convert ? toOci(manifest, renamed) : manifest
    this.blobs.put(to, kept.digest, kept.body)
    return kept
  }

  private async fetchBlob(upstream: Upstream, from: string, to: string, digest: string): Promise<void> {
    if (this.blobs.has(to, digest)) return
    const stream = await upstream.blob(from, digest)
    if (!stream) throw new Error(`the upstream lacks ${digest}`)
    const id = this.uploads.start(to)
    await this.uploads.append(to, id, Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]))
    if (!(await this.uploads.finish(to, id, digest))) throw new Error(`${digest} has other content upstream`)
  }
}
