import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import tls, { type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { asUi } from './browser.ts'
import { selfSigned } from './certificate.ts'
import { createKey, type Hardened, openHardened } from './hardened.ts'
import { basic, image, pull, push } from './images.ts'
import { forEachRegistry, freePort, run, scratch, serve, until, writeConfig } from './rig.ts'

const { path: folder, remove } = scratch()
const { cert, key } = selfSigned()
const files = { cert: writeConfig(folder, cert, 'cert.pem'), key: writeConfig(folder, key, 'key.pem') }
tls.setDefaultCACertificates([...tls.getCACertificates('default'), cert])
afterAll(remove)

forEachRegistry('TLS', (kind) => {
  let registry: Hardened
  beforeAll(async () => {
    registry = await openHardened(kind, (config) => {
      config.http.tls = files
      config.http.auth.secureSession = false
      config.http.externalUrl = String(config.http.externalUrl).replace('http:', 'https:')
    })
  })
  afterAll(() => registry.close())

  test('everything is served over it, cookies are Secure whatever the config says, and a key pushes', async () => {
    expect(registry.url).toMatch(/^https:/)
    const browser = await registry.browser('ci')
    for (const name of ['session', 'user'])
      expect((await browser.jar.getCookies(registry.url)).find((cookie) => cookie.key === name)).toMatchObject({
        secure: true,
      })
    const { apiKey } = (await (await createKey(browser, registry.url, {})).json()) as { apiKey: string }
    const one = image('over tls')
    expect((await push(registry.url, 'app', 'v1', one, basic('ci', apiKey))).status).toBe(201)
    expect((await pull(registry.url, 'app', 'v1')).digest).toBe(one.digest)
    const logout = await browser.request(`${registry.url}/zot/auth/logout`, { method: 'POST', headers: asUi })
    expect(await logout.text()).toContain(encodeURIComponent(`${registry.url}/login`))
  })

  test('plain http to that port is a bad request', async () => {
    const status = await new Promise((done, failed) => {
      const plain = request(`${registry.url.replace('https:', 'http:')}/readyz`, { agent: false })
      plain.once('error', failed).once('response', (response) => done(response.resume().statusCode))
      plain.end()
    })
    expect(status).toBe(400)
  })

  test('zot speaks HTTP/2 and takes up a new certificate; the stand-in speaks HTTP/1.1 and keeps the old one', async () => {
    const greeting = () =>
      new Promise<TLSSocket>((done, failed) => {
        const { port } = new URL(registry.url)
        const options = { host: '127.0.0.1', port: Number(port), ALPNProtocols: ['h2', 'http/1.1'] }
        const socket = tls.connect({ ...options, rejectUnauthorized: false }, () => done(socket.end()))
        socket.once('error', failed)
      })
    const first = await greeting()
    expect(first.alpnProtocol).toBe(kind.isReal ? 'h2' : 'http/1.1')
    const isNew = async () => !(await greeting()).getPeerX509Certificate()?.raw.equals(certificate)
    const certificate = first.getPeerX509Certificate()?.raw ?? Buffer.alloc(0)
    const other = selfSigned()
    writeFileSync(files.cert, other.cert)
    writeFileSync(files.key, other.key)
    if (kind.isReal) await until('the new certificate is shown', isNew)
    else expect(await isNew()).toBe(false)
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
  })

  test('a connection on which nothing is said does not hold up the end', async () => {
    const silent = connect(Number(new URL(registry.url).port), '127.0.0.1')
    await once(silent, 'connect')
    expect(await registry.stop('SIGTERM')).toBe(0)
    silent.destroy()
  })
})

forEachRegistry('TLS that is not there', (kind) => {
  test('with only a certificate, or only a key, the registry is plain http, and verify says nothing', async () => {
    for (const name of ['cert', 'key'] as const) {
      const place = `${folder}/${kind.name}-${name}`
      const http = { address: '127.0.0.1', port: String(await freePort()), tls: { [name]: files[name] } }
      const config = { storage: { rootDirectory: `${place}/data` }, http }
      expect((await run(kind, ['verify', writeConfig(place, config)])).code).toBe(0)
      const running = await serve(kind, place, config, 'http')
      expect((await fetch(`${running.url}/v2/`)).status).toBe(200)
      await running.stop()
    }
  })

  test('a certificate that cannot be read is not found by verify, and ends serve with 0 and an error line', async () => {
    const http = { address: '127.0.0.1', port: String(await freePort()), tls: { ...files, cert: '/nowhere.pem' } }
    const config = writeConfig(folder, { storage: { rootDirectory: `${folder}/${kind.name}-unread` }, http })
    expect((await run(kind, ['verify', config])).code).toBe(0)
    const outcome = await run(kind, ['serve', config])
    expect(outcome).toEqual({ code: 0, output: expect.stringMatching(/"level":"error".*nowhere\.pem/) })
  })
})
