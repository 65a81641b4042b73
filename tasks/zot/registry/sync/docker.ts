import { digestOf } from '../storage/digest.ts'
import { media } from '../storage/manifest.ts'
import type { RemoteManifest } from './upstream.ts'

const types: Record<string, string | undefined> = {
  [media.dockerManifest]: media.manifest,
  [media.dockerList]: media.index,
  'application/vnd.docker.container.image.v1+json': media.config,
  'application/vnd.docker.image.rootfs.diff.tar': 'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip': 'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip':
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
}

/**
 * The OCI form of a Docker manifest, with another digest, as zot stores it unless digests are preserved.
 * `renamed` says what the manifests below an index have become.
 */
export function toOci(
  manifest: RemoteManifest,
  renamed: Map<string, { digest: string; size: number }>,
): RemoteManifest {
  const type = types[manifest.type]
  if (type === undefined) return manifest
  const body = Buffer.from(JSON.stringify(convert(JSON.parse(manifest.body.toString('utf8')), renamed)))
  return { type, digest: digestOf(body), body }
}

function convert(value: unknown, renamed: Map<string, { digest: string; size: number }>): unknown {
  if (Array.isArray(value)) return value.map((entry) => convert(entry, renamed))
  if (typeof value !== 'object' || value === null) return value
  const out = Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, convert(entry, renamed)]))
  if (typeof out.mediaType === 'string') out.mediaType = types[out.mediaType] ?? out.mediaType
  const other = typeof out.digest === 'string' ? renamed.get(out.digest) : undefined
  return other ? { ...out, ...other } : out
}
