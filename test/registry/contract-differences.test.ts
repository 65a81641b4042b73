import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { apply, type Change } from './change.ts'
import { hardenedConfig, openHardened } from './hardened.ts'
import { image, push } from './images.ts'
import { forEachRegistry, run, scratch, until, writeConfig } from './rig.ts'

/** What a real zot does and the stand-in does not. More of it: a slow push in `contract-pushing`, HTTP/2 and new certificates in `contract-tls`. */

const bearer = {
  realm: 'https://zot.test/zot/auth/token',
  service: 'zot.test',
  oidc: [{ issuer: 'http://127.0.0.1:9', audiences: ['zot'] }],
}
const syncs = (extra: object) => ({
  registries: [{ urls: ['http://127.0.0.1:1'], content: [{ prefix: '**' }], ...extra }],
})

/** The stand-in refuses these rather than leave out in silence what protects somebody; the words say which it is. */
const onlyReal: [name: string, change: Change][] = [
  ['http.auth.bearer', { 'http auth bearer': bearer }],
  ['http.auth.htpasswd', { 'http auth htpasswd path': 'htpasswd' }],
  [
    'http.auth.ldap',
    { 'http auth ldap': { address: 'ldap.test', port: 389, baseDN: 'dc=test', userAttribute: 'uid', insecure: true } },
  ],
  ['client certificates', { 'http tls cacert': 'ca.pem' }],
  ['http.ratelimit', { 'http ratelimit rate': 5 }],
  ['openid keypath', { 'http auth openid providers oidc keypath': 'key.pem' }],
  [
    'storage.retention',
    { 'storage retention': { policies: [{ repositories: ['**'], keepTags: [{ patterns: ['v.*'] }] }] } },
  ],
  ['storage.subPaths', { 'storage subPaths': { '/a': { rootDirectory: '/tmp/a' } } }],
  ['sync pollInterval', { 'extensions sync': syncs({ pollInterval: '1h' }) }],
  ['sync onlySigned', { 'extensions sync': syncs({ onDemand: true, onlySigned: true }) }],
  ['sync certDir', { 'extensions sync': syncs({ onDemand: true, certDir: '/etc/certs' }) }],
]

forEachRegistry('differences', (kind) => {
  const { path: folder, remove } = scratch()
  afterAll(remove)

  describe.each(onlyReal)('%s', (name, change) => {
    test(kind.isReal ? 'is valid' : 'is refused by name', async () => {
      const config = hardenedConfig(folder, 5050, 'http://127.0.0.1:9')
      apply(config, change)
      const path = writeConfig(folder, config, `${name}.json`)
      writeConfig(folder, '', 'htpasswd')
      const { code, output } = await run(kind, ['verify', path])
      if (kind.isReal) expect([code, output]).toEqual([0, expect.stringContaining('config file is valid')])
      else
        expect([code, output]).toEqual([
          1,
          expect.stringMatching(`this stand-in does not do .*${name}.*Use a real zot`),
        ])
    })
  })

  test('zot answers several ranges of a blob in parts, and reads its config again when it is written in place', async () => {
    const registry = await openHardened(kind)
    try {
      const one = image('ranges')
      expect((await push(registry.url, 'app', 'v1', one, await registry.key('ci'))).status).toBe(201)
      const ranges = { headers: { Range: 'bytes=0-1,4-5' } }
      const parts = await fetch(`${registry.url}/v2/app/blobs/${one.configDigest}`, ranges)
      expect(parts.status).toBe(kind.isReal ? 206 : 416)

      const mayRead = async () => (await fetch(`${registry.url}/v2/_catalog`)).status === 200
      expect(await mayRead()).toBe(true)
      apply(registry.config, { 'http accessControl repositories ** anonymousPolicy': undefined })
      writeFileSync(join(registry.folder, 'config.json'), JSON.stringify(registry.config))
      if (kind.isReal) await until('the rule is in force', async () => !(await mayRead()))
      else expect(await mayRead()).toBe(true)
      await registry.restart()
      expect(await mayRead()).toBe(false)
    } finally {
      await registry.close()
    }
  })
})
