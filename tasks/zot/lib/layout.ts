/** OCI image layouts: an image as a directory, the form in which builders hand it on. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Blob, DOCKER_LIST, digestOf, type Image, OCI_INDEX, OCI_MANIFEST } from './image.ts'

/** A layout that cannot be read as one image. */
export class LayoutError extends Error {
  override name = 'LayoutError'
}

interface Descriptor {
  mediaType: string
  digest: string
  annotations?: Record<string, string>
}

/** The annotation by which a layout names its images. */
const NAME = 'org.opencontainers.image.ref.name'

/**
 * Reads the image of a layout: its only one, or the one named `name`. Every blob is checked against its digest.
 *
 * @throws LayoutError with the file and what is wrong with it.
 */
export async function readLayout(directory: string, name?: string): Promise<Image> {
  const index = parse(await read(join(directory, 'index.json')), join(directory, 'index.json'))
  const all = descriptors(index.manifests)
  const named = all.filter((each) => each.annotations?.[NAME] === name)
  const [chosen, second] = all.length === 1 ? all : named
  if (!chosen || second) {
    const names = all.map((each) => each.annotations?.[NAME] ?? each.digest.slice(0, 19)).join(', ')
    throw new LayoutError(
      `${directory} holds ${all.length} images (${names || 'none'}) and not exactly one is named "${name}"`,
    )
  }
  return readImage(directory, chosen)
}

async function readImage(directory: string, descriptor: Descriptor): Promise<Image> {
  const bytes = await readBlob(directory, descriptor.digest)
  const content = parse(bytes, descriptor.digest)
  const manifest = { bytes, digest: descriptor.digest, mediaType: descriptor.mediaType || OCI_MANIFEST }
  if (manifest.mediaType === OCI_INDEX || manifest.mediaType === DOCKER_LIST) {
    const parts = await Promise.all(descriptors(content.manifests).map((each) => readImage(directory, each)))
    return { manifest, blobs: [], parts }
  }
  const named = descriptors([content.config, ...(Array.isArray(content.layers) ? content.layers : [])])
  const digests = new Set(named.map((each) => each.digest))
  const blobs: Blob[] = []
  for (const digest of digests) blobs.push({ digest, bytes: await readBlob(directory, digest) })
  return { manifest, blobs, parts: [] }
}

async function readBlob(directory: string, digest: string): Promise<Buffer> {
  const path = join(directory, 'blobs', digest.replace(':', '/'))
  const bytes = await read(path)
  if (digestOf(bytes) !== digest) throw new LayoutError(`${path}: its content does not have this digest`)
  return bytes
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new LayoutError(
      `${path} cannot be read: ${(error as NodeJS.ErrnoException).code}. Is this an OCI image layout?`,
    )
  }
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

function descriptors(value: unknown): Descriptor[] {
  if (!Array.isArray(value)) return []
  return value.filter((each) => /^sha256:[0-9a-f]{64}$/.test(String((each as Descriptor | null)?.digest)))
}

/** Writes an image without parts as a layout, under a name. */
export async function writeLayout(directory: string, image: Image, name: string): Promise<void> {
  await mkdir(join(directory, 'blobs', 'sha256'), { recursive: true })
  for (const blob of [...image.blobs, image.manifest]) {
    await writeFile(join(directory, 'blobs', blob.digest.replace(':', '/')), blob.bytes)
  }
  const { mediaType, digest, bytes } = image.manifest
  const manifests = [{ mediaType, digest, size: bytes.length, annotations: { [NAME]: name } }]
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}
