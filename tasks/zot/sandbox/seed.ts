import { createHash } from 'node:crypto'
import { tarball } from '../lib/tar.ts'
import { SandboxError } from './error.ts'

const REPOSITORY = 'library/hello'
const TAG = '1.0'
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'

export interface SeededImage {
  repository: string
  tag: string
  digest: string
}

interface Blob {
  digest: string
  size: number
  bytes: Buffer
}

const layer = blob(tarball('hello.txt', Buffer.from('Hello from the upstream registry of the sandbox.\n')))
const config = blob(
  JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
    history: [{ created: '2026-01-01T00:00:00Z', created_by: 'sandbox' }],
  }),
)
const manifest = blob(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.size },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer.digest, size: layer.size }],
  }),
)

/** The one image of the upstream; always the same bytes, hence the same digest. */
export const SEEDED_IMAGE: SeededImage = { repository: REPOSITORY, tag: TAG, digest: manifest.digest }

/** Puts the image into the upstream registry at `url`, unless it is there. */
export async function seedUpstream(url: string): Promise<void> {
  const base = `${url}/v2/${REPOSITORY}`
  const found = await fetch(`${base}/manifests/${TAG}`, { method: 'HEAD', headers: { accept: MANIFEST_TYPE } })
  if (found.ok && found.headers.get('docker-content-digest') === manifest.digest) return
  for (const { digest, bytes } of [layer, config]) {
    const session = await expectStatus(202, `${base}/blobs/uploads/`, { method: 'POST' })
    const upload = new URL(session.headers.get('location') ?? '', url)
    upload.searchParams.set('digest', digest)
    await expectStatus(201, upload.href, {
      method: 'PUT',
      body: new Uint8Array(bytes),
      headers: { 'content-type': 'application/octet-stream' },
    })
  }
  await expectStatus(201, `${base}/manifests/${TAG}`, {
    method: 'PUT',
    body: new Uint8Array(manifest.bytes),
    headers: { 'content-type': MANIFEST_TYPE },
  })
}

async function expectStatus(status: number, url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) })
  if (response.status === status) return response
  throw new SandboxError(
    `upstream registry, ${init.method} ${url}`,
    `answered ${response.status} instead of ${status}: ${(await response.text()).slice(0, 300)}`,
    'see the log of the upstream; disk full or not writable is the usual cause',
  )
}

function blob(content: string | Buffer): Blob {
  const bytes = Buffer.from(content)
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length, bytes }
}
