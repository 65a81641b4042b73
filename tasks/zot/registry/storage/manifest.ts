import { parseDigest } from './digest.ts'

export const media = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
}

const nonDistributable = /^application\/vnd\.oci\.image\.layer\.nondistributable\./

/** What a manifest points at, and how. */
export interface Manifest {
  /** Config and layers. Only those that must be stored beside the manifest. */
  blobs: string[]
  /** Manifests of an index. */
  manifests: { digest: string; mediaType: string }[]
  subject?: string
  artifactType?: string
}

/** Whether a registry with these `http.compat` words takes manifests of this type. */
export function isManifestType(type: string, compat: string[]): boolean {
  if (type === media.manifest || type === media.index) return true
  return compat.includes('docker2s2') && (type === media.dockerManifest || type === media.dockerList)
}

/** Reads a manifest; throws an `Error` that says what is wrong with it. */
export function parseManifest(body: Buffer, type: string): Manifest {
  const value = parseJson(body)
  if (!isRecord(value) || value.schemaVersion !== 2) throw new Error('schemaVersion must be 2')
  const extra: Pick<Manifest, 'subject' | 'artifactType'> = {}
  if (value.subject !== undefined) extra.subject = descriptor(value.subject, 'subject').digest
  if (typeof value.artifactType === 'string') extra.artifactType = value.artifactType
  if (type === media.index || type === media.dockerList) {
    if (!Array.isArray(value.manifests)) throw new Error('manifests must be a list')
    const manifests = value.manifests.map((entry, at) => descriptor(entry, `manifests[${at}]`))
    return { ...extra, blobs: [], manifests }
  }
  const config = descriptor(value.config, 'config')
  if (!Array.isArray(value.layers)) throw new Error('layers must be a list')
  const layers = value.layers.map((entry, at) => descriptor(entry, `layers[${at}]`))
  extra.artifactType ??= config.mediaType
  // Other artifacts may name blobs that are never stored here: only images must be complete.
  const complete =
    type === media.dockerManifest || config.mediaType === media.config || config.mediaType === media.empty
  const stored = layers.filter((layer) => !nonDistributable.test(layer.mediaType))
  return { ...extra, blobs: complete ? [config, ...stored].map((entry) => entry.digest) : [], manifests: [] }
}

/** Every digest that a stored manifest names with a media type; none for a manifest that is not there. */
export function descriptorsIn(body: Buffer | undefined): { digest: string; mediaType: string }[] {
  const value = body && parseJson(body)
  if (!isRecord(value)) return []
  return [value.config, value.layers, value.manifests]
    .flat()
    .filter((one): one is { digest: string; mediaType: string } => isRecord(one) && typeof one.mediaType === 'string')
}

function descriptor(value: unknown, place: string): { digest: string; mediaType: string } {
  if (!isRecord(value)) throw new Error(`${place} is missing`)
  const { digest, mediaType, size } = value
  if (typeof digest !== 'string' || !parseDigest(digest)) throw new Error(`${place} has no valid digest`)
  if (typeof mediaType !== 'string' || mediaType === '') throw new Error(`${place} has no mediaType`)
  if (typeof size !== 'number') throw new Error(`${place} has no size`)
  return { digest, mediaType }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new Error('not JSON')
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
