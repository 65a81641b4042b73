import { describe, expect, test } from 'vitest'
import { readSettings, SettingsError } from '../../tasks/zot/lib/settings.ts'

const machine = (there: string[] = []) => ({
  root: '/repo',
  isExecutable: (path: string) => there.includes(path),
  exists: (path: string) => there.includes(path),
})

const faults = (env: NodeJS.ProcessEnv, there: string[] = []): string[] => {
  try {
    readSettings(env, machine(there))
    return []
  } catch (error) {
    if (error instanceof SettingsError) return error.faults
    throw error
  }
}

/** A real target with nothing wrong. */
const real = {
  ZOT_REGISTRY_URL: 'https://registry.test/',
  ZOT_INVENTORY: 'inventory.yml',
  ZOT_ISSUER: 'https://auth.test/application/o/zot/',
  ZOT_PROVIDER: 'authentik',
  AUTHENTIK_URL: 'https://auth.test/',
  AUTHENTIK_TOKEN: 'token',
  ZOT_SECRET_STORE: 'forgejo',
  FORGEJO_URL: 'https://forge.test',
  FORGEJO_TOKEN: 'token',
  FORGEJO_REPOSITORY: 'me/infra',
  ZOT_CACHED_IMAGE: 'docker.io/library/busybox:1.36',
}
const inventory = ['/repo/inventory.yml']

describe('the sandbox', () => {
  test('is what no settings mean, with a key for 90 days', () => {
    expect(readSettings({}, machine())).toEqual({ keyDays: 90, chromium: null, real: null, elsewhere: null })
  })

  test('empty values count as unset', () => {
    expect(faults({ ZOT_KEY_DAYS: '', CHROMIUM: '', ZOT_BIN: '', ZOT_REGISTRY_URL: '' })).toEqual([])
  })

  test('what CI has in its environment anyway names no real target', () => {
    const env = {
      ZOT_CI_API_KEY: 'zak_0',
      GITHUB_TOKEN: 't',
      GITHUB_REPOSITORY: 'a/b',
      GITHUB_API_URL: 'https://x.test',
    }
    expect(readSettings(env, machine()).real).toBeNull()
  })

  test.each(['0', '1.5', '366', 'soon', '-3'])('a key cannot live %s days', (days) => {
    expect(faults({ ZOT_KEY_DAYS: days })).toHaveLength(1)
  })

  test('a Chromium that is there is found', () => {
    expect(readSettings({}, machine(['/usr/bin/chromium'])).chromium).toEqual({
      path: '/usr/bin/chromium',
      named: false,
    })
  })
})

describe('the sandbox of another machine', () => {
  const named = {
    ZOT_SANDBOX: 'http://127.0.0.1:14000/',
    ZOT_SANDBOX_TOKEN: 't',
    ZOT_SANDBOX_INVENTORY: 'inventory.yml',
  }

  test('is reached at the near end of a tunnel, and by an inventory: a file of this repository, or hosts', () => {
    const { elsewhere, real: none } = readSettings(named, machine(inventory))
    expect(elsewhere).toEqual({ url: 'http://127.0.0.1:14000', token: 't', inventory: '/repo/inventory.yml' })
    expect(none).toBeNull()
    const hosts = { ...named, ZOT_SANDBOX_INVENTORY: 'indri,' }
    expect(readSettings(hosts, machine()).elsewhere?.inventory).toBe('indri,')
  })

  test('needs all three settings, and an inventory that is there', () => {
    expect(faults({ ZOT_SANDBOX_INVENTORY: 'hosts.ini' })).toEqual([
      expect.stringMatching(
        /^ZOT_SANDBOX is not set: .* because ZOT_SANDBOX_INVENTORY names .* `npm run -s sandbox -- settings`/,
      ),
      expect.stringMatching(/^ZOT_SANDBOX_TOKEN is not set: /),
      'ZOT_SANDBOX_INVENTORY is "hosts.ini": there is nothing at /repo/hosts.ini. Give a file, a folder, or `host,` with a comma.',
    ])
  })

  test('is never open to a network', () => {
    expect(faults({ ...named, ZOT_SANDBOX: 'http://10.0.0.2:14000' }, inventory)).toEqual([
      'ZOT_SANDBOX is "http://10.0.0.2:14000": a sandbox is never open to a network. Reach it by a tunnel, at http://127.0.0.1:PORT.',
    ])
  })

  test('is no real registry: one of the two is meant', () => {
    expect(faults({ ...real, ...named }, inventory)).toEqual([
      'A sandbox on another machine is named, and so is a real registry: unset one of the two.',
    ])
  })
})

describe('a real target', () => {
  test('is read whole', () => {
    expect(readSettings(real, machine(inventory)).real).toEqual({
      registryUrl: 'https://registry.test',
      inventory: '/repo/inventory.yml',
      hosts: null,
      issuer: 'https://auth.test/application/o/zot/',
      provider: { kind: 'authentik', url: 'https://auth.test', token: 'token' },
      adminGroup: 'admins',
      store: { kind: 'forgejo', url: 'https://forge.test', token: 'token', repository: 'me/infra' },
      ci: { password: null, key: null },
      admin: null,
      outsider: null,
      cached: { repository: 'docker.io/library/busybox', tag: '1.36', digest: null },
    })
  })

  test('with another provider, another store, people, and a list of hosts', () => {
    const { AUTHENTIK_URL: _, AUTHENTIK_TOKEN: __, ...others } = real
    const env = {
      ...others,
      ZOT_INVENTORY: 'indri,',
      ZOT_PROVIDER: 'static',
      ZOT_CLIENT_ID: 'zot',
      ZOT_CLIENT_SECRET: 'secret',
      ZOT_SECRET_STORE: 'file',
      ZOT_SECRETS_DIR: 'ci-secrets',
      ZOT_CACHED_IMAGE: 'none',
      ZOT_CI_PASSWORD: 'p',
      ZOT_ADMIN_USER: 'erich',
      ZOT_ADMIN_API_KEY: 'zak_1',
      ZOT_OUTSIDER_USER: 'dev',
      ZOT_OUTSIDER_PASSWORD: 'd',
    }
    expect(readSettings(env, machine()).real).toMatchObject({
      inventory: 'indri,',
      provider: { kind: 'static', clientId: 'zot', clientSecret: 'secret' },
      store: { kind: 'file', directory: '/repo/ci-secrets' },
      ci: { password: 'p', key: null },
      admin: { user: 'erich', password: null, key: 'zak_1' },
      outsider: { user: 'dev', password: 'd' },
      cached: null,
    })
  })

  test('one setting of it asks for all the others, at once, each with what it is and why it is needed', () => {
    const found = faults({ ZOT_ISSUER: 'https://auth.test/' })
    expect(found.map((fault) => fault.split(' ')[0])).toEqual([
      'ZOT_REGISTRY_URL',
      'ZOT_INVENTORY',
      'ZOT_PROVIDER',
      'ZOT_SECRET_STORE',
      'ZOT_CACHED_IMAGE',
    ])
    expect(found[1]).toBe(
      'ZOT_INVENTORY is not set: the Ansible inventory with the host of the registry: a file, a folder, or `host,`. It is needed because ZOT_ISSUER names a real registry.',
    )
  })

  test('all faults come at once, those of the sandbox and those found before among them', () => {
    const env = {
      ...real,
      ZOT_REGISTRY_URL: 'http://registry.test/zot',
      ZOT_INVENTORY: 'hosts.ini',
      ZOT_ISSUER: 'auth.test',
      ZOT_PROVIDER: 'keycloak',
      FORGEJO_TOKEN: '',
      FORGEJO_REPOSITORY: 'infra',
      ZOT_CACHED_IMAGE: 'busybox',
      ZOT_ADMIN_USER: 'erich',
      ZOT_OUTSIDER_USER: 'dev',
      ZOT_CI_API_KEY: 'hunter2',
      ZOT_KEY_DAYS: '14',
      ZOT_BIN: 'bin/zot',
    }
    const thrown = (() => {
      try {
        return readSettings(env, machine(), ['op is not installed.'])
      } catch (error) {
        return error as SettingsError
      }
    })()
    expect(thrown).toMatchObject({
      message: `14 settings are wrong:
- op is not installed.
- ZOT_KEY_DAYS is "14": give a whole number of days from 15 to 365.
- ZOT_BIN is "bin/zot": give an absolute path.
- ZOT_REGISTRY_URL is "http://registry.test/zot": a login needs https, since zot's state cookie is Secure. Give the https address.
- ZOT_REGISTRY_URL is "http://registry.test/zot": a registry has no path. Give scheme, host and port only.
- ZOT_INVENTORY is "hosts.ini": there is nothing at /repo/hosts.ini. Give a file, a folder, or \`host,\` with a comma.
- ZOT_ISSUER is "auth.test": give an address with http:// or https://.
- ZOT_PROVIDER is "keycloak": there are authentik, dcr, static.
- FORGEJO_TOKEN is not set: a token with the scope write:repository. It is needed because ZOT_SECRET_STORE is "forgejo".
- FORGEJO_REPOSITORY is "infra": give OWNER/NAME.
- ZOT_CI_API_KEY is no API key of zot: those begin with zak_.
- ZOT_ADMIN_USER is set, but neither ZOT_ADMIN_PASSWORD nor ZOT_ADMIN_API_KEY: give one of them, or unset it.
- ZOT_OUTSIDER_PASSWORD is not set: their password. It is needed because an outsider has a name and a password.
- ZOT_CACHED_IMAGE is "busybox": give REPOSITORY:TAG, with @sha256:… if you know it, or \`none\`.`,
    })
    expect(String(thrown)).not.toContain('hunter2')
  })

  test('plain http is right on this machine', () => {
    expect(faults({ ...real, ZOT_REGISTRY_URL: 'http://127.0.0.1:5000' }, inventory)).toEqual([])
  })
})
