/** OCI image layouts: an image as a directory, the form in which builders hand it on. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Blob,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  type FileBlob,
  type Image,
  type Manifest,
  OCI_INDEX,
  OCI_MANIFEST,
} from './image.ts'

/** A layout that cannot be read as one image. */
export class LayoutError extends Error {
  override name = 'LayoutError'
}

interface Descriptor {
  mediaType: string
  digest: string
  annotations?: Record<string, string>
}

/** The annotations by which a layout names its images: the specification's, and the one that containerd and BuildKit add. */
const NAME = 'org.opencontainers.image.ref.name'
const NAMES = [NAME, 'io.containerd.image.name']

/** Registries need not take more; what claims to be a manifest and is larger is something else. */
const LARGEST_MANIFEST = 4 * 1024 * 1024

/** Which image of a layout: the one `named` so; without a name the only one, or of several the one called `otherwise`. */
export interface Choice {
  named?: string | undefined
  otherwise?: string
}

/**
 * Reads an image of a layout. Every blob is checked against its digest; layers and configurations stay on disk.
 *
 * @throws LayoutError with the file and what is wrong with it.
 */
export async function readLayout(directory: string, choice: Choice = {}, signal?: AbortSignal): Promise<Image> {
  const path = join(directory, 'index.json')
  const all = descriptors(parse(await read(path), path).manifests, path)
  const name = choice.named ?? choice.otherwise ?? ''
  const named = all.filter(({ annotations }) => NAMES.some((key) => annotations?.[key] === name))
  const [chosen, second] = all.length === 1 && choice.named === undefined ? all : named
  if (!chosen || second) {
    const names = all.map(({ annotations, digest }) => annotations?.[NAME] ?? digest.slice(0, 19)).join(', ')
    throw new LayoutError(
      `${directory} holds ${all.length} images (${names || 'none'}) and not exactly one is named "${name}": say which with --image`,
    )
  }
  return new Layout(directory, signal).image(chosen)
}

const isIndex = (mediaType: string): boolean => mediaType === OCI_INDEX || mediaType === DOCKER_LIST
const isManifest = (mediaType: string): boolean => mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST

class Layout {
  readonly #directory: string
  readonly #signal: AbortSignal | undefined

  constructor(directory: string, signal?: AbortSignal) {
    this.#directory = directory
    this.#signal = signal
  }

  async image(descriptor: Descriptor): Promise<Image> {
    const manifest = await this.#manifest(descriptor)
    const place = this.#path(manifest.digest)
    const content = parse(manifest.bytes, place)
    if (!isIndex(manifest.mediaType)) {
      const lists = [content.config ? [content.config] : [], content.layers, content.blobs]
      const named = lists.flatMap((list) => descriptors(list, place))
      return { manifest, blobs: await this.#blobs(named), parts: [] }
    }
    // What an index lists need not be an image: of a type that nobody knows, it is a blob like any other.
    const [parts, others]: [Image[], Descriptor[]] = [[], []]
    for (const each of descriptors(content.manifests, place)) {
      if (isIndex(each.mediaType) || isManifest(each.mediaType)) parts.push(await this.image(each))
      else others.push(each)
    }
    return { manifest, blobs: await this.#blobs(others), parts }
  }

  async #manifest({ digest, mediaType }: Descriptor): Promise<Manifest> {
    const { file } = await this.#blob(digest)
    const bytes = await read(file)
    return { bytes, digest, mediaType: mediaType || String(parse(bytes, file).mediaType ?? OCI_MANIFEST) }
  }

  async #blobs(named: Descriptor[]): Promise<FileBlob[]> {
    const blobs: FileBlob[] = []
    for (const digest of new Set(named.map((each) => each.digest))) blobs.push(await this.#blob(digest))
    return blobs
  }

  /** A blob, read once to its end: its content must have its digest. */
  async #blob(digest: string): Promise<FileBlob> {
    const file = this.#path(digest)
    const [algorithm = ''] = digest.split(':')
    const hash = createHash(algorithm)
    let size = 0
    try {
      for await (const chunk of createReadStream(file, { signal: this.#signal })) {
        hash.update(chunk)
        size += chunk.length
      }
    } catch (error) {
      this.#signal?.throwIfAborted()
      throw unreadable(file, error)
    }
    if (`${algorithm}:${hash.digest('hex')}` !== digest) {
      throw new LayoutError(`${file}: its content does not have this digest`)
    }
    return { digest, file, size }
  }

  #path(digest: string): string {
    return join(this.#directory, 'blobs', digest.replace(':', '/'))
  }
}

async function read(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size <= LARGEST_MANIFEST) return await readFile(path)
  } catch (error) {
    throw unreadable(path, error)
  }
  throw new LayoutError(`${path} is larger than 4 MiB: neither an index nor a manifest is`)
}

function unreadable(path: string, error: unknown): LayoutError {
  const code = (error as NodeJS.ErrnoException).code
  return new LayoutError(`${path} cannot be read: ${code}. Is this an OCI image layout?`)
}

function parse(bytes: Buffer, place: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below, with the place.
  }
  throw new LayoutError(`${place} is not a JSON object`)
}

/** The digests of a layout are parts of paths: only what is one gets through. */
const DIGEST = /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/

function descriptors(value: unknown, place: string): Descriptor[] {
  if (!Array.isArray(value)) return []
  return value.map((each: Partial<Descriptor> | null) => {
    const { digest, mediaType, annotations } = each ?? {}
    if (!DIGEST.test(String(digest))) throw new LayoutError(`${place} names "${digest}", which is no digest`)
    return { digest: String(digest), mediaType: String(mediaType ?? ''), ...(annotations && { annotations }) }
  })
}

/** Writes an image without parts as a layout, under a name. */
export async function writeLayout(directory: string, image: Image, name: string): Promise<void> {
  const path = (blob: Blob | FileBlob): string => join(directory, 'blobs', blob.digest.replace(':', '/'))
  await mkdir(join(directory, 'blobs', 'sha256'), { recursive: true })
  for (const blob of [...image.blobs, image.manifest]) {
    if ('file' in blob) await copyFile(blob.file, path(blob))
    else await writeFile(path(blob), blob.bytes)
  }
  const { mediaType, digest, bytes } = image.manifest
  const manifests = [{ mediaType, digest, size: bytes.length, annotations: { [NAME]: name } }]
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}
