/** A container image: a manifest and the blobs it names. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { tarball } from './tar.ts'

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json'
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json'
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json'

export interface Blob {
  digest: string
  bytes: Buffer
}

/** A blob that stays on disk until it is sent: layers may be larger than memory. */
export interface FileBlob {
  digest: string
  file: string
  /** Bytes. */
  size: number
}

export interface Manifest extends Blob {
  mediaType: string
}

export interface Image {
  manifest: Manifest
  blobs: (Blob | FileBlob)[]
  /** Of an index: the images of the platforms, which must be there before it. */
  parts: Image[]
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/**
 * A small image that a runtime could pull: one layer with one text file. The same text gives the same digest.
 *
 * @param format `docker` for the manifest that `docker push` sends, which a zot takes only with `http.compat`.
 */
export function smallImage(text: string, format: 'oci' | 'docker' = 'oci'): Image {
  const tar = tarball('mikado.txt', Buffer.from(text))
  const layer = blob(gzipSync(tar))
  const config = blob(
    json({
      architecture: 'amd64',
      os: 'linux',
      config: { Labels: { 'org.opencontainers.image.description': text } },
      rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    }),
  )
  const docker = format === 'docker'
  const vendor = 'application/vnd.docker'
  const mediaType = docker ? DOCKER_MANIFEST : OCI_MANIFEST
  const configType = docker ? `${vendor}.container.image.v1+json` : 'application/vnd.oci.image.config.v1+json'
  const layerType = docker ? `${vendor}.image.rootfs.diff.tar.gzip` : 'application/vnd.oci.image.layer.v1.tar+gzip'
  const manifest = blob(
    json({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: configType, digest: config.digest, size: config.bytes.length },
      layers: [{ mediaType: layerType, digest: layer.digest, size: layer.bytes.length }],
    }),
  )
  return { manifest: { ...manifest, mediaType }, blobs: [config, layer], parts: [] }
}

function blob(bytes: Buffer): Blob {
  return { bytes, digest: digestOf(bytes) }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}
