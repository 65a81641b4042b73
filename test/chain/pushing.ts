/** Running the push command, as a job does or in this process, and the images that it is given. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf, OCI_INDEX, OCI_MANIFEST, smallImage } from '../../tasks/zot/lib/image.ts'
import { tarball } from '../../tasks/zot/lib/tar.ts'
import { runPush, type Surroundings } from '../../tasks/zot/push/run.ts'

const { ZOT_CI_API_KEY: _, ...inherited } = process.env
// Without the cache, Node spends most of a short run on stripping types.
const environment = { ...inherited, NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }
export const script = join(import.meta.dirname, '../../tasks/zot/push.ts')

export interface Ended {
  code: number | string | null
  out: string
  err: string
}

/** The command as a job runs it. `key` is what the environment holds. */
export function push(args: string[], key?: string, env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((settle) => {
    const options = { env: { ...environment, ...env, ...(key !== undefined && { ZOT_CI_API_KEY: key }) } }
    const child = execFile(process.execPath, [script, ...args], options, (_error, out, err) =>
      settle({ code: child.exitCode, out, err }),
    )
  })
}

/** The command in this process, where waiting takes no time; `waits` are the milliseconds it would have waited. */
export async function pushHere(
  args: string[],
  key?: string,
  around: Partial<Surroundings> = {},
): Promise<Ended & { waits: number[] }> {
  const ended = { out: '', err: '', waits: [] as number[] }
  const code = await runPush(args, {
    env: key === undefined ? {} : { ZOT_CI_API_KEY: key },
    out: (text) => {
      ended.out += text
    },
    err: (text) => {
      ended.err += text
    },
    wait: async (ms) => {
      ended.waits.push(ms)
    },
    signal: new AbortController().signal,
    ...around,
  })
  return { code, ...ended }
}

/** Writes blobs, and an index.json with these descriptors. */
function writeBlobs(directory: string, blobs: Buffer[], manifests: object[]): void {
  mkdirSync(join(directory, 'blobs', 'sha256'), { recursive: true })
  for (const bytes of blobs) writeFileSync(join(directory, 'blobs', digestOf(bytes).replace(':', '/')), bytes)
  writeFileSync(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }))
  writeFileSync(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
const descriptor = (mediaType: string, bytes: Buffer, more: object = {}) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
  ...more,
})

/**
 * Writes the layout of an image for two platforms as buildx makes it: with an attestation for one of them, and with something of a type nobody knows.
 *
 * @returns the index's digest and those of what it lists.
 */
export function writePlatforms(directory: string, word: string): { digest: string; listed: string[] } {
  const images = ['amd64', 'arm64'].map((platform) => smallImage(`${word} ${platform}`))
  const statement = json({ _type: 'https://in-toto.io/Statement/v0.1', predicateType: word })
  const config = json({ architecture: 'unknown', os: 'unknown', word })
  const attestation = json({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.in-toto+json', statement)],
  })
  const strange = json({ not: 'a manifest', word })
  const index = json({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [
      ...images.map(({ manifest }, at) =>
        descriptor(OCI_MANIFEST, manifest.bytes, { platform: { os: 'linux', architecture: ['amd64', 'arm64'][at] } }),
      ),
      descriptor(OCI_MANIFEST, attestation, {
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
      }),
      descriptor('application/vnd.example.strange+json', strange),
    ],
  })
  const contents = images.flatMap(({ manifest, blobs }) => [
    manifest.bytes,
    ...blobs.flatMap((blob) => ('bytes' in blob ? [blob.bytes] : [])),
  ])
  const name = { annotations: { 'org.opencontainers.image.ref.name': 'latest' } }
  writeBlobs(
    directory,
    [...contents, statement, config, attestation, strange, index],
    [descriptor(OCI_INDEX, index, name)],
  )
  return { digest: digestOf(index), listed: [...images.map(({ manifest }) => manifest.digest), digestOf(attestation)] }
}

/** A member of a tar: a file, or a link of either kind. */
export interface Member {
  name: string
  content?: Buffer
  symlink?: string
  hardlink?: string
}

/** A tar of any members, also of those that no tar program would write. */
export function tarOf(members: Member[]): Buffer {
  const parts = members.map(({ name, content = Buffer.alloc(0), symlink, hardlink }) => {
    const part = tarball(name, content).subarray(0, -1024)
    part.write(symlink === undefined ? (hardlink === undefined ? '0' : '1') : '2', 156)
    part.write(symlink ?? hardlink ?? '', 157)
    part.write('        ', 148)
    const sum = part.subarray(0, 512).reduce((total, byte) => total + byte, 0)
    part.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return part
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}
