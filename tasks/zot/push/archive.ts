/** Image archives: the files in which builders hand on an image, opened as an OCI layout. */
import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdir, mkdtemp, open, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'
import { LayoutError } from '../lib/layout.ts'
import { lastWords } from '../lib/skopeo.ts'

/** A program that this kind of archive needs is not installed. */
export class ToolMissing extends Error {
  override name = 'ToolMissing'
}

/** What an archive is, by the names of its members. `docker save` writes both forms into one: then the layout counts. */
export function kindOf(members: string[]): 'layout' | 'docker' | undefined {
  const names = new Set(members.map((each) => each.replace(/^\.\//, '')))
  if (names.has('index.json')) return 'layout'
  return names.has('manifest.json') ? 'docker' : undefined
}

/** The members that make a layout. No other is unpacked, so none can be written elsewhere. */
export function layoutMembers(members: string[]): string[] {
  const wanted = /^(\.\/)?(oci-layout|index\.json|blobs\/(sha256\/[0-9a-f]{64}|sha512\/[0-9a-f]{128}))$/
  return [...new Set(members.filter((each) => wanted.test(each)))]
}

export interface OpenArchive {
  /** The layout's directory. */
  directory: string
  /** Which image of the layout was asked for, if that is still open. */
  named: string | undefined
}

/**
 * Works with what an archive holds: unpacked, or converted by skopeo, in a folder below `TMPDIR` that is removed afterwards.
 *
 * @param named the image of the archive that is meant, if it holds several.
 * @throws LayoutError if it is no image archive, ToolMissing
 */
export async function withArchive<T>(
  file: string,
  named: string | undefined,
  work: (archive: OpenArchive) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'push-image-'))
  try {
    const archive = new Archive(file, dir, signal)
    await archive.place()
    const members = await archive.members()
    const kind = kindOf(members)
    if (kind === undefined) {
      throw new LayoutError(
        `${file} is no image: it holds neither index.json (an OCI layout) nor manifest.json (a docker archive)`,
      )
    }
    const directory = join(dir, 'layout')
    await mkdir(directory)
    if (kind === 'layout') await archive.unpack(layoutMembers(members))
    else await archive.convert(named)
    return await work({ directory, named: kind === 'layout' ? named : undefined })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** An archive that is being opened in a folder of its own. Programs see fixed names only, whatever the file is called. */
class Archive {
  readonly #file: string
  readonly #dir: string
  readonly #signal: AbortSignal | undefined

  constructor(file: string, dir: string, signal?: AbortSignal) {
    this.#file = file
    this.#dir = dir
    this.#signal = signal
  }

  /** Puts it there uncompressed: not every skopeo reads compressed ones. */
  async place(): Promise<void> {
    const placed = join(this.#dir, 'archive.tar')
    try {
      if (!(await stat(this.#file)).isFile()) {
        throw new LayoutError(`${this.#file} is no file. A directory with an OCI layout goes with --layout`)
      }
      if (await isGzip(this.#file)) {
        await pipeline(createReadStream(this.#file), createGunzip(), createWriteStream(placed), {
          signal: this.#signal,
        })
      } else await symlink(resolve(this.#file), placed)
    } catch (error) {
      this.#signal?.throwIfAborted()
      if (error instanceof LayoutError) throw error
      throw new LayoutError(`${this.#file} cannot be opened: ${(error as NodeJS.ErrnoException).code}`)
    }
  }

  async members(): Promise<string[]> {
    return (await this.#run('tar', '-tf', 'archive.tar')).split('\n')
  }

  async unpack(members: string[]): Promise<void> {
    const keep = ['--no-same-owner', '--no-same-permissions']
    await this.#run('tar', '-xf', 'archive.tar', '-C', 'layout', ...keep, '--', ...members)
    for (const member of members) {
      const found = await lstat(join(this.#dir, 'layout', member))
      if (!found.isFile() || found.nlink > 1) {
        throw new LayoutError(
          `${this.#file}: ${member} is not an ordinary file, but a link or a device. Nothing of it was read`,
        )
      }
    }
  }

  async convert(named: string | undefined): Promise<void> {
    const from = `docker-archive:archive.tar${named === undefined ? '' : `:${named}`}`
    await this.#run('skopeo', '--insecure-policy', 'copy', '--quiet', from, 'oci:layout')
  }

  /** Runs a program in the folder. It has no use for the key. */
  async #run(program: string, ...args: string[]): Promise<string> {
    const { ZOT_CI_API_KEY: _, ...env } = process.env
    const options = { cwd: this.#dir, env, maxBuffer: 16 * 1024 * 1024, signal: this.#signal }
    try {
      return (await promisify(execFile)(program, args, options)).stdout
    } catch (error) {
      this.#signal?.throwIfAborted()
      const { code, stderr } = error as { code?: unknown; stderr?: string }
      if (code === 'ENOENT') throw new ToolMissing(`${this.#file} needs ${program}, which is not on PATH`)
      throw new LayoutError(`${program} cannot open ${this.#file}: ${said(program, stderr ?? '')}`)
    }
  }
}

/** The line that names the cause: tar's first, skopeo's last. */
function said(program: string, stderr: string): string {
  return program === 'tar' ? (stderr.split('\n')[0] ?? '').replace(/^tar: /, '') : lastWords(stderr)
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b
  } finally {
    await handle.close()
  }
}
