import { createHash } from 'node:crypto'

export const media = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
}

export interface Image {
  type: string
  config: Buffer
  configDigest: string
  manifest: Buffer
  digest: string
}

export type Headers = Record<string, string>

/** The smallest image that is one; another word makes another digest. */
export function image(word: string, type = media.manifest): Image {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      author: word,
      config: {},
      rootfs: { type: 'layers', diff_ids: [] },
    }),
  )
  const configType = type === media.manifest ? media.config : media.dockerConfig
  const configDigest = sha256(config)
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: { mediaType: configType, digest: configDigest, size: config.length },
      layers: [],
    }),
  )
  return { type, config, configDigest, manifest, digest: sha256(manifest) }
}

export function sha256(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** The header of HTTP Basic authentication. */
export function basic(user: string, password: string): Headers {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

/** Uploads a blob in one request. */
export function putBlob(url: string, repository: string, bytes: Buffer, headers: Headers = {}): Promise<Response> {
  return fetch(`${url}/v2/${repository}/blobs/uploads/?digest=${sha256(bytes)}`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  })
}

export function putManifest(url: string, repository: string, reference: string, pushed: Image, headers: Headers = {}) {
  return fetch(`${url}/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    headers: { ...headers, 'Content-Type': pushed.type },
    body: new Uint8Array(pushed.manifest),
  })
}

/** Uploads an image's config and then its manifest; answers the response to the latter. */
export async function push(url: string, repository: string, reference: string, pushed: Image, headers: Headers = {}) {
  await putBlob(url, repository, pushed.config, headers)
  return putManifest(url, repository, reference, pushed, headers)
}

/** Status, digest and body of a manifest. */
export async function pull(url: string, repository: string, reference: string, headers: Headers = {}) {
  const response = await fetch(`${url}/v2/${repository}/manifests/${reference}`, { headers })
  return { status: response.status, digest: response.headers.get('docker-content-digest'), body: await response.text() }
}
