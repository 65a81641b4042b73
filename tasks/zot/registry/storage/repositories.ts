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

  /** Records a manifest, and points the tags at it. As in zot, what only they named before is out of reach, by its digest too. */
  record(repository: string, manifest: Descriptor, tags: string[]): void {
    const others = this.entries(repository).filter((entry) => !tags.includes(tagOf(entry) ?? ''))
    const added = tags.map((tag) => ({ ...manifest, annotations: { [tagKey]: tag } }))
    this.save(repository, [...others, ...(tags.length === 0 ? [manifest] : added)])
  }

  /** Removes a tag, whose manifest stays reachable by its digest, or with a digest the manifest and every tag of it. */
  forget(repository: string, reference: string): void {
    const after = this.entries(repository).filter((entry) => entry.digest !== reference)
    this.save(
      repository,
      after.map((entry) => (tagOf(entry) === reference ? untagged(entry) : entry)),
    )
  }

  /** An entry without a tag is kept only where nothing else names its manifest. */
  private save(repository: string, entries: Descriptor[]): void {
    const named = new Set(entries.filter(tagOf).map((entry) => entry.digest))
    const manifests = entries.filter((entry) => tagOf(entry) ?? (!named.has(entry.digest) && named.add(entry.digest)))
    writeWhole(this.indexPath(repository), JSON.stringify({ schemaVersion: 2, manifests }), 0o644)
  }

  private indexPath(repository: string): string {
    return join(this.root, repository, 'index.json')
  }
}

function tagOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[tagKey]
}

function untagged({ annotations: _, ...manifest }: Descriptor): Descriptor {
  return manifest
}
