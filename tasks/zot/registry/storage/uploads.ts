import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { BlobStore } from './blobs.ts'
import { hasherFor } from './digest.ts'

/** Uploads that have not become blobs yet: one file each, whose size is how far the upload has come. */
export class Uploads {
  private readonly root: string
  private readonly blobs: BlobStore

  constructor(root: string, blobs: BlobStore) {
    this.root = root
    this.blobs = blobs
  }

  /** Starts an upload and answers its id. */
  start(repository: string): string {
    const id = randomUUID()
    mkdirSync(join(this.root, repository, '.uploads'), { recursive: true })
    writeFileSync(this.path(repository, id), '', { flag: 'wx', mode: 0o600 })
    return id
  }

  /** Bytes received so far; undefined for an unknown upload. */
  received(repository: string, id: string): number | undefined {
    if (!/^[0-9a-f-]{36}$/.test(id)) return undefined
    return statSync(this.path(repository, id), { throwIfNoEntry: false })?.size
  }

  /** Appends a body to an upload and answers the bytes received so far. As in zot, a body that breaks off takes the upload with it. */
  async append(repository: string, id: string, body: Readable): Promise<number> {
    const path = this.path(repository, id)
    try {
      await pipeline(body, createWriteStream(path, { flags: 'a' }))
    } catch (error) {
      this.drop(repository, id)
      throw error
    }
    return statSync(path).size
  }

  /** Turns an upload into a blob when its content has that digest; answers whether it has. A wrong one stays an upload. */
  async finish(repository: string, id: string, digest: string): Promise<boolean> {
    const path = this.path(repository, id)
    const hash = hasherFor(digest)
    for await (const chunk of createReadStream(path)) hash.update(chunk)
    const found = `${digest.slice(0, digest.indexOf(':'))}:${hash.digest('hex')}`
    if (found !== digest) return false
    const file = await open(path, 'r')
    await file.sync()
    await file.close()
    this.blobs.adopt(repository, digest, path)
    return true
  }

  drop(repository: string, id: string): void {
    rmSync(this.path(repository, id), { force: true })
  }

  private path(repository: string, id: string): string {
    return join(this.root, repository, '.uploads', id)
  }
}
