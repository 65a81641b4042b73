import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Ran } from '../sandbox/rig.ts'
import { complaintOf, type Discovery, missing, openDiscovery, openScratch, play, type Variables } from './rig.ts'

const scratch = openScratch()
const credentials = join(scratch.dir, 'credentials.json')
const faulty = join(scratch.dir, 'faulty.json')
const login: Variables = { zot_parts: ['login', 'keys', 'policy'], zot_oidc_credentials_src: credentials }
const repositories = (actions: string[]) => ({
  http: { accessControl: { repositories: { 'x/**': { anonymousPolicy: actions } } } },
})
const install = { zot_service_manager: 'systemd', zot_service_install: true, zot_owner: 'zot' }

/** What is set wrong → what the message must say: where, and what to do. */
const refused: Record<string, [Variables, ...string[]]> = {
  'a part that is none': [{ zot_parts: ['logn'] }, 'zot_parts has logn', 'use login, keys'],
  'keys without a login': [{ ...login, zot_parts: ['keys'] }, 'zot_parts is keys', 'add login'],
  'no address': [{ zot_external_url: 'registry.test' }, "zot_external_url is 'registry.test'", 'https://'],
  'a login without TLS': [
    { ...login, zot_external_url: 'http://registry.test' },
    'over https only',
    'Put TLS before zot',
  ],
  'no issuer': [{ ...login, zot_oidc_issuer: '' }, 'zot_oidc_issuer is empty'],
  'an issuer that differs by a slash': [
    { ...login, slash: true },
    'The provider calls itself',
    "the provider's own string",
  ],
  'no credentials': [{ ...login, zot_oidc_credentials_src: '/nowhere' }, "zot_oidc_credentials_src is '/nowhere'"],
  'credentials in another spelling': [{ ...login, zot_oidc_credentials_src: faulty }, 'clientid and clientsecret'],
  'an action of CI that zot does not know': [
    { ...login, zot_ci_actions: ['read', 'push'] },
    'the action push',
    'use read',
  ],
  'an action in the cache that zot does not know': [
    {
      ...login,
      zot_parts: ['login', 'whole'],
      zot_upstreams: [{ url: 'https://upstream.test', destination: '/mirror' }],
      zot_cache_admin_actions: ['purge'],
    },
    'the action purge',
  ],
  'an action in what is laid over': [{ zot_config_extra: repositories(['pull']) }, 'the action pull'],
  'metrics for writing': [
    { zot_config_extra: { http: { accessControl: { metrics: { anonymousPolicy: ['read', 'write'] } } } } },
    'metrics.anonymousPolicy is ["read", "write"]',
  ],
  'bearer beside a login': [
    { ...login, zot_config_extra: { http: { auth: { bearer: {} } } } },
    'http.auth.bearer',
    'Take it out',
  ],
  'a port that is a number': [{ zot_config_extra: { http: { port: 5000 } } }, 'are 5000 and', 'zot_port'],
  'storage at another place': [
    { zot_config_extra: { storage: { rootDirectory: '' } } },
    'storage.rootDirectory',
    'zot_data_dir',
  ],
  'a certificate without its key': [{ zot_tls_cert: '/etc/hostname' }, "zot_tls_key is ''", 'name two files'],
  'a certificate that is not on the target': [
    { zot_tls_cert: '/nowhere.pem', zot_tls_key: '/nowhere.key', zot_external_url: 'https://registry.test' },
    "zot_tls_cert is '/nowhere.pem'",
  ],
  'TLS at an http address': [{ zot_tls_cert: '/etc/hostname', zot_tls_key: '/etc/hostname' }, 'an https address'],
  'a tag that ends the string': [
    { zot_ci_moving_tags: ["x' || true || 'x"] },
    'zot_ci_moving_tags is',
    'a list of tags',
  ],
  'a tag with a line end': [{ zot_ci_moving_tags: ['latest\n'] }, 'zot_ci_moving_tags is'],
  'a star that is not the last': [{ zot_ci_moving_tags: ['*-main'] }, 'zot_ci_moving_tags is'],
  'a star alone': [{ zot_ci_moving_tags: ['*'] }, 'zot_ci_moving_tags is'],
  'a tag that is no list': [{ zot_ci_moving_tags: 'latest' }, 'zot_ci_moving_tags is "latest"'],
  'an upstream without a place': [{ zot_upstreams: [{ url: 'https://upstream.test' }] }, 'a destination'],
  'an unknown manager': [{ zot_service_manager: 'runit' }, "zot_service_manager is 'runit'", 'systemd-user'],
  'a manager without its command': [{ zot_service_manager: 'command' }, 'zot_restart_command'],
  'a service that nobody installs': [{ zot_service_install: true }, 'zot_service_install is true'],
  'a service without a whole path': [{ ...install, zot_binary: ['zot'] }, 'a whole path', 'it is zot'],
  'a service that would run as root': [{ ...install, zot_owner: '' }, 'zot_owner is empty', 'as root'],
  'closed metrics that are asked': [
    {
      zot_service_manager: 'command',
      zot_restart_command: ['true'],
      zot_config_extra: { extensions: { metrics: { enable: false } } },
    },
    'closes /metrics',
    '/readyz',
  ],
}

describe.skipIf(missing !== '')(`what the role refuses before it writes anything${missing}`, () => {
  let discovery: Discovery
  let ran: Ran
  const key = (length: number) => 'k'.repeat(length)
  const keys: Record<string, [object, boolean]> = {
    'of the right lengths': [{ hashKey: key(64), encryptKey: key(32) }, true],
    'with a short hash key': [{ hashKey: key(32), encryptKey: key(32) }, true],
    'with 31 characters': [{ hashKey: key(64), encryptKey: key(31) }, false],
    'with 33 characters': [{ hashKey: key(64), encryptKey: key(33) }, false],
    'with a hash key of 63 characters': [{ hashKey: key(63), encryptKey: key(32) }, false],
    'without the second': [{ hashKey: key(64) }, false],
  }
  const name = (title: string) => title.replaceAll(/[^a-z]+/gi, '-')
  const folder = (host: string) => join(scratch.dir, host, 'config')

  beforeAll(async () => {
    discovery = await openDiscovery()
    writeFileSync(credentials, '{"clientid": "zot", "clientsecret": "hidden"}')
    writeFileSync(faulty, '{"client_id": "zot", "client_secret": "hidden"}')
    const hosts: Record<string, Variables> = {}
    const add = (title: string, { slash, ...change }: Variables) => {
      const zot_oidc_issuer = `${discovery.issuer}${slash ? '/' : ''}`
      hosts[name(title)] = scratch.variables(name(title), { zot_oidc_issuer, ...change })
    }
    for (const [title, [change]] of Object.entries(refused)) add(title, change)
    for (const [title, [content]] of Object.entries(keys)) {
      add(title, login)
      mkdirSync(folder(name(title)), { recursive: true })
      // Spread over lines, as a person might.
      writeFileSync(join(folder(name(title)), 'session-keys.json'), JSON.stringify(content, null, 2))
    }
    ran = await play(scratch.dir, hosts, { arguments: ['-e', 'zot_hosts=all'] })
  }, 120_000)
  afterAll(() => {
    discovery.close()
    scratch.remove()
  })

  test.each(Object.entries(refused))('%s', (title, [, ...said]) => {
    const complaint = complaintOf(ran, name(title))
    for (const words of said) expect(complaint).toContain(words)
    expect(complaint).not.toContain('hidden')
    expect(existsSync(folder(name(title)))).toBe(false)
  })

  test.each(Object.entries(keys))('session keys %s', (title, [, good]) => {
    if (!good) expect(complaintOf(ran, name(title))).toContain('Move the file away')
    expect(existsSync(join(folder(name(title)), 'config.json'))).toBe(good)
  })

  test('a playbook that would deploy one zot to many machines', async () => {
    const hosts = { one: scratch.variables('one'), two: scratch.variables('two') }
    expect(complaintOf(await play(scratch.dir, hosts), 'one')).toContain('zot_hosts')
    expect(existsSync(folder('one'))).toBe(false)
  })
})
