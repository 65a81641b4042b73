import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createKey, type Hardened, openHardened } from './hardened.ts'
import { basic, type Headers, image, pull, push } from './images.ts'
import { run, standIn } from './rig.ts'

const name = 'zot stand-in (speaks as zot v2.1.20)'

describe('the stand-in', () => {
  let registry: Hardened
  let ci: Headers
  beforeAll(async () => {
    registry = await openHardened(standIn, (config) => {
      config.http.accessControl = { ...(config.http.accessControl as object), metrics: { anonymousPolicy: ['read'] } }
    })
    ci = await registry.key('ci')
  })
  afterAll(() => registry.close())

  test('says what it is: in the first line of its log, its version, its help and its metrics', async () => {
    expect(JSON.parse(registry.output().split('\n')[0] ?? '')).toMatchObject({
      message: name,
      'binary-type': 'stand-in',
    })
    const [version, help] = await Promise.all([run(standIn, ['--version']), run(standIn, ['--help'])])
    expect(JSON.parse(version.output)).toMatchObject({ commit: name, 'binary-type': 'stand-in' })
    expect(help.output).toContain(name)
    const metrics = await (await fetch(`${registry.url}/metrics`)).text()
    expect(metrics).toMatch(/^zot_info\{binaryType="stand-in",.*version="v2\.1\.20"\} 0$/m)
  })

  test('says nothing of it in the headers of its answers, where zot says nothing either', async () => {
    for (const path of ['/v2/', '/v2/_catalog', '/readyz', '/nowhere'])
      for (const [header, value] of (await fetch(`${registry.url}${path}`)).headers)
        expect(`${header}: ${value}`).not.toMatch(/stand-in|node|^server|^x-powered-by|^keep-alive/i)
  })

  test('warns at its start of what it leaves out', () => {
    expect(registry.output()).toMatch(/"level":"warn","message":"garbage collection is not done by the stand-in"/)
  })

  test('keeps what tells of people in files that only its user reads', async () => {
    const data = join(registry.folder, 'data')
    const modes = ['_standin', '_sessions'].flatMap((folder) =>
      readdirSync(join(data, folder))
        .filter((file) => file !== 'lock')
        .map((file) => statSync(join(data, folder, file)).mode & 0o777),
    )
    expect(new Set(modes)).toEqual(new Set([0o600]))
    for (const folder of ['_standin', '_sessions']) expect(statSync(join(data, folder)).mode & 0o777).toBe(0o700)
  })

  test('never logs a key, a code or a cookie', async () => {
    const browser = await registry.browser('ci')
    const { apiKey } = (await (await createKey(browser, registry.url, {})).json()) as { apiKey: string }
    await fetch(`${registry.url}/v2/`, { headers: basic('ci', apiKey) })
    const cookies = (await browser.jar.getCookies(registry.url)).map((cookie) => cookie.value)
    const secrets = [
      apiKey.slice('zak_'.length),
      'a secret of the test only',
      ...cookies.filter((one) => one.length > 20),
    ]
    expect(secrets.length).toBeGreaterThan(2)
    for (const secret of secrets) expect(registry.output()).not.toContain(secret)
    expect(registry.output()).not.toMatch(/code=|state=/)
  })

  test('keeps what it has confirmed through a SIGKILL in the middle of pushes', async () => {
    const confirmed = new Map<string, string>()
    for (let round = 0; round < 3; round++) {
      const enough = confirmed.size + 8
      const pushes = Array.from({ length: 24 }, async (_, at) => {
        const one = image(`${round}.${at}`)
        const response = await push(registry.url, `app/${at % 3}`, `r${round}-${at}`, one, ci)
        if (response.status === 201) confirmed.set(`app/${at % 3} r${round}-${at}`, one.digest)
        if (confirmed.size === enough) await registry.stop('SIGKILL')
      })
      await Promise.allSettled(pushes)
      await registry.restart()
    }
    expect(confirmed.size).toBeGreaterThanOrEqual(24)
    for (const [tagged, digest] of confirmed) {
      const [repository = '', tag = ''] = tagged.split(' ')
      expect(await pull(registry.url, repository, tag)).toMatchObject({ status: 200, digest })
    }
    expect(badBlobs(join(registry.folder, 'data'))).toEqual([])
    expect((await push(registry.url, 'app/0', 'after', image('after'), ci)).status).toBe(201)
  })
})

/** Blobs whose content is not what their name says. */
function badBlobs(root: string): string[] {
  const sumOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.endsWith('/blobs/sha256') && !entry.name.endsWith('.tmp'))
    .filter((entry) => sumOf(join(entry.parentPath, entry.name)) !== entry.name)
    .map((entry) => entry.name)
}
