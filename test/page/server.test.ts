/** Who is let in, and what is said to others. */
import { statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diamond } from '../cli/diamond.ts'
import { TestRepository, until } from '../rig/repository.ts'
import { ask, Viewer } from './rig.ts'

const repository = new TestRepository(diamond)
let viewer: Viewer
beforeAll(async () => {
  viewer = await Viewer.open(repository)
})
afterAll(async () => {
  await viewer[Symbol.asyncDispose]()
  repository[Symbol.dispose]()
})

const origin = () => `http://127.0.0.1:${viewer.port}`

describe('the page is for whoever has its address', () => {
  it('and for nobody without the token, whatever they ask', async () => {
    const { token } = viewer
    const wrong = [
      '/',
      '/x',
      `/${token.slice(1)}/`,
      `/${token}x/`,
      `/${'a'.repeat(32)}/`,
      `/?token=${token}`,
      '/assets/page.css',
    ]
    for (const path of [...wrong, `//${token}/`, '/%00/', '/../', '/favicon.ico'])
      expect([path, (await ask(origin() + path)).status]).toEqual([path, 403])
    const { body } = await ask(`${origin()}/`)
    expect(body).toBe('The address needs its token: take the whole address that `mikado view` printed.\n')
  })

  it('also without the last stroke', async () => {
    const { status, headers } = await ask(viewer.url.slice(0, -1))
    expect([status, headers.location]).toEqual([308, `${viewer.token}/`])
  })

  it.each([
    ['another host', { Host: 'evil.example' }],
    ['a host that leads here', { Host: `localhost.evil.example:${0}` }],
    ['another port', { Host: '127.0.0.1:1' }],
    ['a foreign origin', { Origin: 'http://evil.example' }],
    ['the origin of another local page', { Origin: 'http://127.0.0.1:1' }],
    ['an origin that is hidden', { Origin: 'null' }],
    [
      'an address that another page holds in a frame or an image',
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' },
    ],
  ])('not by %s', async (_, headers) => {
    for (const path of ['', 'states', 'events', 'assets/page.css'])
      expect((await ask(viewer.url + path, { headers: { Host: `127.0.0.1:${viewer.port}`, ...headers } })).status).toBe(
        403,
      )
  })

  it('not by a request without a host', async () => {
    const reply = await new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(viewer.port, '127.0.0.1', () => socket.end(`GET /${viewer.token}/ HTTP/1.0\r\n\r\n`))
      socket.on('data', (chunk) => (text += chunk))
      socket.on('close', () => resolve(text))
    })
    expect(reply.split('\r\n')[0]).toBe('HTTP/1.1 403 Forbidden')
  })

  it('by localhost too, which is this machine', async () => {
    const headers = { Host: `localhost:${viewer.port}`, Origin: `http://localhost:${viewer.port}` }
    expect((await ask(viewer.url, { headers })).status).toBe(200)
  })

  it('opened from a link of another page, as from a chat', async () => {
    const headers = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
    expect((await ask(viewer.url, { headers })).status).toBe(200)
  })

  it('on this machine alone', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
    for (const { address } of others) {
      const refused = await new Promise<string>((resolve) => {
        connect(viewer.port, address, () => resolve('open')).once('error', (error: NodeJS.ErrnoException) =>
          resolve(error.code ?? ''),
        )
      })
      expect(refused).toBe('ECONNREFUSED')
    }
  })

  it('and only to be read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      const { status, headers } = await ask(viewer.url, { method, headers: { Origin: origin() } })
      expect([method, status, headers.allow]).toEqual([method, 405, 'GET, HEAD'])
    }
    const { status, body, headers } = await ask(viewer.url, { method: 'HEAD' })
    expect([status, body, Number(headers['content-length']) > 1000]).toEqual([200, '', true])
  })
})

describe('an answer', () => {
  it('is kept by nobody, runs nothing that is not ours, and stands in no frame', async () => {
    for (const path of ['', 'card/goal', 'runs', 'states', 'assets/page.css', 'nowhere']) {
      const { headers } = await ask(viewer.url + path)
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      })
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      )
      expect(headers['set-cookie']).toBeUndefined()
    }
  })

  it('says so when there is no such page, and reads no file for whoever asks for one', async () => {
    const odd = [
      'card/nobody',
      'card/..%2f..%2fpackage',
      'assets/..%2fpage.css',
      'assets/tsconfig.json',
      'log/x/y',
      'run/x',
      '%ff',
      'card/%00',
      'a/b/c/d',
      'card/__proto__',
      'assets/__proto__',
    ]
    for (const path of odd) expect([path, (await ask(viewer.url + path)).status]).toEqual([path, 404])
  })
})

describe('the address', () => {
  it('stays when the server comes again, in a file for its owner only', async () => {
    using other = new TestRepository(diamond)
    const first = await Viewer.open(other)
    const { url } = first
    expect(statSync(other.path('.mikado/view.json')).mode & 0o777).toBe(0o600)
    expect(other.read('.mikado/.gitignore')).toBe('*\n')
    // Another one beside it is served elsewhere, and leaves the first one's address alone.
    const second = await Viewer.open(other)
    expect([second.token, second.port === first.port]).toEqual([first.token, false])
    await second[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    await using again = await Viewer.open(other)
    expect(again.url).toBe(url)
  })

  it('is another one when its file is gone or was meddled with', async () => {
    using other = new TestRepository({ ...diamond, '.mikado/view.json': '{"token":"../../x","port":"22"}' })
    await using found = await Viewer.open(other)
    expect(found.token).toMatch(/^[\w-]{32}$/)
  })

  it('is told once, in JSON where that is asked for', async () => {
    using other = new TestRepository(diamond)
    const started = other.start(['view', '--json'])
    await until('it is told', () => started.output.stdout.endsWith('\n'))
    const { kind, data } = JSON.parse(started.output.stdout)
    expect([kind, Object.keys(data), data.control]).toEqual(['view', ['url', 'port', 'control'], false])
    expect((await ask(data.url)).status).toBe(200)
    started.child.kill('SIGINT')
    const { code, stderr } = await started.ended
    expect([code, stderr]).toEqual([130, ''])
  })

  it('cannot be at a port that another program has', async () => {
    using other = new TestRepository(diamond)
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((done) => taken.once('listening', done))
    const { port } = taken.address() as { port: number }
    expect((await other.tell('view', '--port', String(port))).replaceAll(String(port), 'PORT')).toBe(`exit 64
--- stderr
mikado: port PORT is taken by another program
  Name another one, or leave --port out.
`)
    taken.close()
    for (const wrong of ['0', '70000', 'x', '-1', '1.5'])
      expect(await other.tell('view', '--port', wrong)).toMatch(/^exit 64\n--- stderr\nmikado: /)
  })
})
