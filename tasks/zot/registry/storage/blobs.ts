import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseDigest } from './digest.ts'
import { syncFolder, writeWhole } from './files.ts'

/** The contents of one registry by digest, each repository with its own folder in the OCI image layout. */
export class BlobStore {
  private readonly root: string

  constructor(root: string) {
    this.root = root
  }

  /** Where a blob lies. The digest must have been checked by `parseDigest`. */
  path(repository: string, digest: string): string {
    const parsed = parseDigest(digest)
    if (!parsed) throw new Error(`not a digest: ${digest}`)
    return join(this.root, repository, 'blobs', parsed.algorithm, parsed.hex)
  }

  /** Size in bytes; undefined when the repository does not have the blob. */
  size(repository: string, digest: string): number | undefined {
    if (!parseDigest(digest)) return undefined
    return statSync(this.path(repository, digest), { throwIfNoEntry: false })?.size
  }

  has(repository: string, digest: string): boolean {
    return this.size(repository, digest) !== undefined
  }

  read(repository: string, digest: string): Promise<Buffer> {
    return readFile(this.path(repository, digest))
  }

  /** The content of a small blob, without waiting; undefined when it is not here. */
  readNow(repository: string, digest: string): Buffer | undefined {
    return this.has(repository, digest) ? readFileSync(this.path(repository, digest)) : undefined
  }

  /** Keeps bytes whose digest the caller has computed. */
  put(repository: string, digest: string, bytes: Buffer): void {
    if (!this.has(repository, digest)) writeWhole(this.path(repository, digest), bytes, 0o644)
  }

  /** Takes over a finished and synced upload whose digest was computed. */
  adopt(repository: string, digest: string, file: string): void {
    const target = this.path(repository, digest)
    mkdirSync(dirname(target), { recursive: true })
    renameSync(file, target)
    syncFolder(dirname(target))
  }

  /** Makes a blob of one repository available in another without copying it. */
  share(from: string, to: string, digest: string): void {
    const target = this.path(to, digest)
    if (existsSync(target)) return
    mkdirSync(dirname(target), { recursive: true })
    linkSync(this.path(from, digest), target)
    syncFolder(dirname(target))
  }

  delete(repository: string, digest: string): void {
    rmSync(this.path(repository, digest), { force: true })
  }
}
