import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, writeWhole } from './files.ts'

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
  artifactType?: string
  annotations?: Record<string, string>
}

const tagKey = 'org.opencontainers.image.ref.name'

/**
 * Which manifests and tags every repository has: one `index.json` per repository in the OCI image layout.
 * All methods are synchronous, so a caller that looks and then writes without waiting in between is alone.
 */
export class Repositories {
  readonly root: string

  constructor(root: string) {
    this.root = root
    mkdirSync(root, { recursive: true })
  }

  exists(repository: string): boolean {
    return existsSync(this.indexPath(repository))
  }

  /** Makes an empty repository; nothing happens when it is there. */
  create(repository: string): void {
    if (this.exists(repository)) return
    mkdirSync(join(this.root, repository, 'blobs', 'sha256'), { recursive: true })
    writeWhole(join(this.root, repository, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}', 0o644)
    this.save(repository, [])
  }

  /** All repository names, sorted. */
  names(): string[] {
    const found: string[] = []
    const visit = (name: string) => {
      for (const entry of readdirSync(join(this.root, name), { withFileTypes: true })) {
        if (!entry.isDirectory() || /^[._]/.test(entry.name) || (entry.name === 'blobs' && name !== '')) continue
        const inner = name === '' ? entry.name : `${name}/${entry.name}`
        if (this.exists(inner)) found.push(inner)
        visit(inner)
      }
    }
    visit('')
    return found.sort()
  }

  /** Every manifest entry, tagged ones once per tag. An unknown repository has none. */
  entries(repository: string): Descriptor[] {
    const index = readJson(this.indexPath(repository))
    const manifests = typeof index === 'object' && index !== null && 'manifests' in index ? index.manifests : []
    return Array.isArray(manifests) ? manifests : []
  }

  tags(repository: string): string[] {
    return this.entries(repository)
      .flatMap((entry) => entry.annotations?.[tagKey] ?? [])
      .sort()
  }

  /** The entry of a tag or of a digest. */
  find(repository: string, reference: string): Descriptor | undefined {
    return this.entries(repository).find(
      (entry) => entry.digest === reference || entry.annotations?.[tagKey] === reference,
    )
  }

  /** Records a manifest, and points the tags at it; whatever they named before stays reachable by its digest. */
  record(repository: string, manifest: Descriptor, tags: string[]): void {
    const before = this.entries(repository)
    const kept = before.filter((entry) => entry.digest !== manifest.digest || tagOf(entry) !== undefined)
    const others = kept.filter((entry) => !tags.includes(tagOf(entry) ?? ''))
    const lost = kept.filter((entry) => tags.includes(tagOf(entry) ?? '') && entry.digest !== manifest.digest)
    const untagged = lost
      .filter((entry, at) => lost.findIndex((one) => one.digest === entry.digest) === at)
      .filter((entry) => !others.some((one) => one.digest === entry.digest))
      .map(({ mediaType, digest, size }) => ({ mediaType, digest, size }))
    const alone = tags.length === 0 && !others.some((entry) => entry.digest === manifest.digest)
    const added = alone ? [manifest] : tags.map((tag) => ({ ...manifest, annotations: { [tagKey]: tag } }))
    this.save(repository, [...others, ...untagged, ...added])
  }

  /** Removes a tag, or with a digest the manifest and every tag of it. Answers the digests that are gone. */
  forget(repository: string, reference: string): string[] {
    const before = this.entries(repository)
    const after = before.filter((entry) => entry.digest !== reference && tagOf(entry) !== reference)
    this.save(repository, after)
    const left = new Set(after.map((entry) => entry.digest))
    return [...new Set(before.map((entry) => entry.digest))].filter((digest) => !left.has(digest))
  }

  private save(repository: string, manifests: Descriptor[]): void {
    writeWhole(this.indexPath(repository), JSON.stringify({ schemaVersion: 2, manifests }), 0o644)
  }

  private indexPath(repository: string): string {
    return join(this.root, repository, 'index.json')
  }
}

function tagOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[tagKey]
}
