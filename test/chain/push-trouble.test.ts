/** Trouble on the way: a small HTTP server plays a registry and fails as each test says. It is no registry: it knows one tag and no rules. */
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { digestOf, type Image, smallImage } from '../../tasks/zot/lib/image.ts'
import { writeLayout } from '../../tasks/zot/lib/layout.ts'
import { Stopped } from '../../tasks/zot/push/failure.ts'
import { pushHere, script, tarOf } from './pushing.ts'

const KEY = `zak_${'5'.repeat(32)}`
const AGAIN = 'start the job again; what is uploaded already is not sent twice'

type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
type Step = 'look' | 'blob' | 'start' | 'send' | 'finish' | 'manifest'

class Played {
  readonly url: string
  /** What was asked, in order. */
  readonly asked: Step[] = []
  /** `Authorization` of every request. */
  readonly credentials: (string | undefined)[] = []
  /** Digests of the blobs that came whole. */
  readonly blobs = new Set<string>()
  /** The digest behind the tag. */
  tag: string | undefined
  /** Answers in place of the usual ones, each used once. */
  readonly instead: Partial<Record<Step, Answer[]>> = {}
  /** Where uploads are sent. */
  uploads = '/upload/1'
  readonly #server: Server

  static async open(): Promise<Played> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Played(server)
  }

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response))
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const step = stepOf(request)
    this.asked.push(step)
    this.credentials.push(request.headers.authorization)
    const other = this.instead[step]?.shift()
    try {
      await (other ? other(request, response) : this.usual(step, request, response))
    } catch {
      response.destroy()
    }
  }

  async usual(step: Step, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const digest = await digestOfBody(request)
    const url = new URL(request.url ?? '', this.url)
    const answer = (status: number, headers: Record<string, string> = {}) => response.writeHead(status, headers).end()
    if (step === 'look') answer(this.tag ? 200 : 404, this.tag ? { 'docker-content-digest': this.tag } : {})
    if (step === 'blob') answer(this.blobs.has(url.pathname.split('/').at(-1) ?? '') ? 200 : 404)
    if (step === 'start') answer(202, { location: this.uploads })
    if (step === 'send') answer(202, { location: `/upload/${digest}` })
    if (step === 'finish') {
      const claimed = url.searchParams.get('digest') ?? ''
      this.blobs.add(claimed)
      answer(url.pathname === `/upload/${claimed}` ? 201 : 400)
    }
    if (step === 'manifest') {
      this.tag = digest
      answer(201)
    }
  }
}

function stepOf({ method, url = '' }: IncomingMessage): Step {
  if (url.includes('/manifests/')) return method === 'PUT' ? 'manifest' : 'look'
  if (method === 'HEAD') return 'blob'
  return method === 'POST' ? 'start' : method === 'PATCH' ? 'send' : 'finish'
}

async function digestOfBody(request: IncomingMessage): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of request) hash.update(chunk as Buffer)
  return `sha256:${hash.digest('hex')}`
}

const refuses =
  (status: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (request, response) => {
    request.resume()
    response.writeHead(status, headers).end(body)
  }

describe('the push command in trouble', () => {
  const image = withLargeLayer()
  const digest = image.manifest.digest
  let scratch: string
  let registry: Played
  let name: string

  const layout = () => join(scratch, 'layout')
  const run = (...args: string[]) => pushHere([...args, '--layout', layout(), name], KEY)
  const pushed = { code: 0, out: `app:v1 pushed, ${digest}\n` }

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'chain-trouble-'))
    await writeLayout(layout(), image, 'app')
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))
  beforeEach(async () => {
    registry = await Played.open()
    name = `${new URL(registry.url).host}/app:v1`
  })
  afterEach(() => registry.close())

  test('a registry that is busy is asked again when it says, else after 1, 2, 4 seconds', async () => {
    registry.instead.look = [refuses(503, { 'retry-after': '7' })]
    registry.instead.manifest = [refuses(502), refuses(504), refuses(429)]
    const line = (status: number, pause: number, at: number) =>
      `push: ${registry.url} refused to take app:v1: ${status}. Trying again in ${pause} s (${at} of 3)\n`
    expect(await run()).toEqual({
      ...pushed,
      err: `push: ${registry.url} refused to show app:v1: 503. Trying again in 7 s (1 of 3)\n${line(502, 1, 1)}${line(504, 2, 2)}${line(429, 4, 3)}`,
      waits: [7000, 1000, 2000, 4000],
    })
  })

  test('an upload that broke in the middle starts anew', async () => {
    registry.instead.send = [
      async (request) => {
        await once(request, 'data')
        request.socket.resetAndDestroy()
      },
    ]
    const ended = await run()
    expect(ended).toMatchObject({ ...pushed, waits: [1000] })
    expect(ended.err).toMatch(
      /^push: http:\S+ does not answer PATCH \/upload\/1: \w+\. Trying again in 1 s \(1 of 3\)\n$/,
    )
    const upload: Step[] = ['blob', 'start', 'send', 'finish']
    expect(registry.asked).toEqual(['look', ...upload.slice(0, 3), ...upload, ...upload, 'manifest', 'look'])
    expect([...registry.blobs].sort()).toEqual(image.blobs.map((blob) => blob.digest).sort())
  })

  test('a blob that is there is not sent', async () => {
    for (const blob of image.blobs) registry.blobs.add(blob.digest)
    expect(await run()).toMatchObject(pushed)
    expect(registry.asked).toEqual(['look', 'blob', 'blob', 'manifest', 'look'])
  })

  test('an end to patience: 69, and the reason as JSON', async () => {
    registry.instead.start = [1, 2, 3].map(() => refuses(429, { 'retry-after': '0' }, 'slow down'))
    const reason = `${registry.url} refused to start an upload to app: 429, slow down`
    const ended = await run('--retries', '2', '--json')
    expect(ended).toMatchObject({ code: 69, waits: [0, 0] })
    expect(JSON.parse(ended.out)).toEqual({ reference: name, digest: null, outcome: 'failed', moved: false, reason })
    expect(ended.err.split('\n').at(-2)).toBe(`push: ${reason}. Next: ${AGAIN}, later.`)
  })

  test.each([
    [
      1,
      400,
      '{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid"}]}',
      '400 MANIFEST_INVALID, manifest invalid',
      "read the registry's log, which says more",
    ],
    [
      1,
      413,
      '<html><h1>Too large</h1></html>',
      '413, Too large',
      'raise the limit for request bodies at the proxy before the registry',
    ],
    [1, 415, '', '415', 'build the image with OCI media types: this registry takes no other'],
    [1, 500, '', '500', "read the registry's log, which says more"],
  ])('what is for good is not tried again: exit %i for %i', async (code, status, body, said, next) => {
    registry.instead.manifest = [refuses(status, {}, body)]
    const err = `push: ${registry.url} refused to take app:v1: ${said}. Next: ${next}.\n`
    expect(await run()).toEqual({ code, out: '', err, waits: [] })
  })

  test('a push whose answer was lost is found there: 0', async () => {
    registry.instead.manifest = [
      async (request) => {
        registry.tag = await digestOfBody(request)
        request.socket.resetAndDestroy()
      },
      refuses(403, {}, '{"errors":[{"code":"DENIED"}]}'),
    ]
    expect(await run()).toMatchObject({ code: 0, out: `app:v1 already there, ${digest}\n`, waits: [1000] })
  })

  test('a registry that repeats the key is not repeated', async () => {
    const encoded = Buffer.from(`zot-ci:${KEY}`).toString('base64')
    registry.instead.start = [
      (request, response) =>
        refuses(400, {}, `You sent ${request.headers.authorization}, ${KEY}\u001b[31m`)(request, response),
    ]
    const { out, err } = await run('--json')
    expect(err).toContain('You sent Basic ***, ***')
    for (const text of [out, err]) {
      expect(text).not.toContain(KEY)
      expect(text).not.toContain(encoded)
      expect(text).not.toContain('\u001b')
    }
  })

  test('where the registry sends an upload elsewhere, the key does not go along', async () => {
    const elsewhere = await Played.open()
    registry.uploads = `${elsewhere.url}/upload/1`
    expect(await run()).toMatchObject(pushed)
    expect(elsewhere.asked).toEqual(['send', 'finish', 'send', 'finish'])
    expect(new Set(elsewhere.credentials)).toEqual(new Set([undefined]))
    expect(new Set(registry.credentials).size).toBe(1)
    elsewhere.close()
  })

  test('stopped while it waits to try again: told as such, and not tried again', async () => {
    registry.instead.look = [refuses(503)]
    const stop = new AbortController()
    const wait = async (ms: number) => {
      stop.abort(new Stopped('SIGINT', 2))
      await setTimeout(ms, undefined, { signal: stop.signal })
    }
    const { code, err } = await pushHere(['--layout', layout(), name], KEY, { wait, signal: stop.signal })
    expect(err.split('\n').at(-2)).toBe(`push: Stopped by SIGINT. Next: ${AGAIN}.`)
    expect({ code, asked: registry.asked }).toEqual({ code: 130, asked: ['look'] })
  })

  test('stopped by SIGTERM while the registry keeps it waiting: 143, and nothing is left behind', async () => {
    const temporary = join(scratch, 'tmp')
    mkdirSync(temporary)
    const bytes = image.blobs.flatMap((blob) => ('bytes' in blob ? [blob.bytes] : []))
    const names = [...image.blobs, image.manifest].map((blob) => `blobs/${blob.digest.replace(':', '/')}`)
    const index = Buffer.from(JSON.stringify({ manifests: [{ digest, mediaType: image.manifest.mediaType }] }))
    const members = [...bytes, image.manifest.bytes].map((content, at) => ({ name: names[at] ?? '', content }))
    writeFileSync(join(scratch, 'image.tar'), tarOf([...members, { name: 'index.json', content: index }]))
    const asked = new Promise<void>((settle) => {
      registry.instead.look = [() => settle()]
    })
    const env = { ...process.env, TMPDIR: temporary, ZOT_CI_API_KEY: KEY }
    const child = spawn(process.execPath, [script, '--archive', join(scratch, 'image.tar'), name], { env })
    let err = ''
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk
    })
    const ended = once(child, 'close')
    await asked
    expect(readdirSync(temporary)).toHaveLength(1)
    child.kill('SIGTERM')
    expect(await ended).toEqual([143, null])
    expect(err).toBe(`push: Stopped by SIGTERM. Next: ${AGAIN}.\n`)
    expect(readdirSync(temporary)).toEqual([])
  })
})

/** An image whose layer does not fit into one packet: a connection can break in the middle of it. */
function withLargeLayer(): Image {
  const image = smallImage('trouble')
  const bytes = randomBytes(1_000_000)
  const digest = digestOf(bytes)
  const [config, layer] = image.blobs
  const manifest = Buffer.from(image.manifest.bytes.toString().replace(String(layer?.digest), digest))
  return {
    manifest: {
      ...image.manifest,
      bytes: manifest,
      digest: digestOf(manifest),
    },
    blobs: [...(config ? [config] : []), { digest, bytes }],
    parts: [],
  }
}
