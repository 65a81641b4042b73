import { statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Image, smallImage } from '../../tasks/zot/lib/image.ts'
import { mintKey } from '../../tasks/zot/lib/keys.ts'
import { RegistryClient, RegistryError } from '../../tasks/zot/lib/oci.ts'
import { type Identity, logIn } from '../../tasks/zot/lib/session.ts'
import { openSandbox, type Sandbox, stopSandbox } from '../../tasks/zot/sandbox/sandbox.ts'
import { changesOf, complaintOf, missing, play, type Variables } from '../role/rig.ts'
import { main, readText, run, temporarySandbox } from './rig.ts'

const VARIANTS = [
  [],
  ['login'],
  ['login', 'keys'],
  ['login', 'policy'],
  ['login', 'keys', 'policy'],
  ['login', 'whole'],
]
const ALL = ['login', 'keys', 'policy', 'whole']

describe.skipIf(missing !== '')(`the role zot${missing}`, () => {
  const place = temporarySandbox()
  const scratch = dirname(place.dir)
  const credentials = join(scratch, 'credentials.json')
  let sandbox: Sandbox

  function variables(parts: string[], change: Variables = {}): Variables {
    const { registry, provider, upstream } = sandbox
    return {
      zot_parts: parts,
      zot_config_dir: registry.configDir,
      zot_data_dir: registry.dataDir,
      zot_port: registry.port,
      zot_external_url: registry.url,
      zot_binary: registry.command,
      zot_oidc_issuer: provider.issuer,
      zot_oidc_credentials_src: credentials,
      zot_upstreams: [{ url: upstream.url, destination: '/mirror' }],
      zot_service_manager: 'command',
      zot_restart_command: [process.execPath, main, 'restart-registry', '--dir', place.dir],
      zot_ci_moving_tags: ['latest'],
      ...change,
    }
  }

  const deploy = (parts: string[], change: Variables = {}, ...more: string[]) =>
    play(scratch, { registry: variables(parts, change) }, { arguments: more })

  const deployed = async (...given: Parameters<typeof deploy>) => changesOf(await deploy(...given))

  async function admin(path: string, body: unknown): Promise<void> {
    const { url, token } = sandbox.provider.admin
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${url}${path}`, { method: 'PUT', headers, body: JSON.stringify(body) })).status).toBe(200)
  }

  /** The status that ends the push: 201, or that of the first refusal. */
  async function push(who: Identity, repository: string, tag: string, image: Image): Promise<number> {
    try {
      await new RegistryClient(sandbox.registry.url, who).push(repository, tag, image)
      return 201
    } catch (error) {
      if (error instanceof RegistryError) return error.status
      throw error
    }
  }

  async function keyOf(user: string): Promise<Identity> {
    const { url } = sandbox.registry
    const session = await logIn(url, { user, password: sandbox.provider.users[user] ?? '' })
    const { secret } = await mintKey(url, session.identity, {
      label: 'test',
      expires: new Date(Date.now() + 3_600_000),
    })
    return { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` }
  }

  beforeAll(async () => {
    sandbox = await openSandbox(place.dir)
    const { registry, provider } = sandbox
    const registered = await fetch(`${provider.issuer}/reg`, {
      method: 'POST',
      headers: { authorization: `Bearer ${provider.registrationToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'zot', redirect_uris: [`${registry.url}/zot/auth/callback/oidc`] }),
    })
    const client = (await registered.json()) as { client_id: string; client_secret: string }
    const content = { clientid: client.client_id, clientsecret: client.client_secret }
    writeFileSync(credentials, JSON.stringify(content), { mode: 0o600 })
    await admin('/groups/artifact-workloads', {})
    await admin('/users/zot-ci', { groups: ['artifact-workloads'] })
    sandbox = await openSandbox(place.dir)
  })
  afterAll(() => place.remove())

  test('every set of parts on the way is one that zot accepts', { timeout: 60_000 }, async () => {
    const hosts = Object.fromEntries(
      VARIANTS.map((parts, at) => {
        const folder = join(scratch, `variant${at}`)
        const places = { zot_config_dir: join(folder, 'config'), zot_data_dir: join(folder, 'data') }
        return [`variant${at}`, variables(parts, { ...places, zot_service_manager: 'none' })]
      }),
    )
    // The role asks `zot verify` about each.
    changesOf(await play(scratch, hosts, { arguments: ['-e', 'zot_hosts=all'] }))
    const [program = '', ...args] = sandbox.registry.command
    for (const [at, parts] of VARIANTS.entries()) {
      const verdict = await run(program, [...args, 'verify', join(scratch, `variant${at}`, 'config', 'config.json')])
      expect([parts, verdict.code], verdict.output).toEqual([parts, 0])
    }
  })

  test('login alone: there is a login, and everybody may still do everything', { timeout: 60_000 }, async () => {
    expect(await deployed(['login'])).toBeGreaterThan(0)
    const { configDir } = sandbox.registry
    for (const file of ['config.json', 'oidc-credentials.json', 'session-keys.json', 'parts.json']) {
      expect([file, statSync(join(configDir, file)).mode & 0o777]).toEqual([file, 0o600])
    }
    expect(await push({}, 'anyone', 'v1', smallImage('one'))).toBe(201)
    expect(await push({}, 'anyone', 'v1', smallImage('two'))).toBe(201)
    await keyOf('zot-ci')
  })

  test('stopped with a login, all of it comes back: the registry after the provider that it asks', {
    timeout: 60_000,
  }, async () => {
    await deploy(['login'])
    await stopSandbox(place.dir)
    // Its port is held a moment longer, as by a process that has just ended: the provider starts late.
    const holder = createServer((socket) => socket.destroy())
    const port = Number(new URL(sandbox.provider.issuer).port)
    // The provider itself is such a process: it may hold the port after its name is gone.
    holder.on('error', () => holder.listen(port, '127.0.0.1'))
    await new Promise<void>((held) => holder.listen(port, '127.0.0.1', held))
    setTimeout(() => holder.close(), 500)
    sandbox = await openSandbox(place.dir)
    expect((await fetch(`${sandbox.registry.url}/readyz`)).status).toBe(200)
  })

  test('all parts: who may do what', { timeout: 60_000 }, async () => {
    await deployed(ALL)
    const { url } = sandbox.registry
    const { repository, tag, digest } = sandbox.upstream.image
    const nobody = new RegistryClient(url)
    expect(await nobody.digest(`mirror/${repository}`, tag)).toBe(digest)
    expect(await nobody.catalog()).toContain('anyone')
    expect((await nobody.send('/metrics')).status).toBe(200)

    const [ci, boss, dev] = [await keyOf('zot-ci'), await keyOf('admin'), await keyOf('dev')]
    const [one, two] = [smallImage('first'), smallImage('second')]
    expect(await push({}, 'app', 'v1', one)).toBe(401)
    expect(await push(dev, 'app', 'v1', one)).toBe(403)
    expect(await push(ci, 'app', 'v1', one)).toBe(201)
    expect(await push(ci, 'app', 'v1', two)).toBe(403)
    expect(await push(ci, 'app', 'latest', one)).toBe(201)
    expect(await push(ci, 'app', 'latest', two)).toBe(201)
    expect(await nobody.digest('app', 'v1')).toBe(one.manifest.digest)
    expect(await push(ci, 'app', 'docker', smallImage('docker', 'docker'))).toBe(201)
    expect(await push(ci, 'mirror/poison', 'v1', one)).toBe(403)
    const removal = { method: 'DELETE' }
    expect((await new RegistryClient(url, ci).send('/v2/app/manifests/v1', removal)).status).toBe(403)
    expect(await push(boss, 'app', 'v1', two)).toBe(201)
    expect((await new RegistryClient(url, boss).send('/v2/app/manifests/v1', removal)).status).toBe(202)
  })

  test('a second deployment changes nothing, not even one that asks for less', { timeout: 60_000 }, async () => {
    const keys = readText(sandbox.registry.configDir, 'session-keys.json')
    expect(await deployed(['keys'])).toBe(0)
    expect(await deployed([], {}, '--check', '--diff')).toBe(0)
    expect(readText(sandbox.registry.configDir, 'session-keys.json')).toBe(keys)
  })

  test('what was edited by hand is put right, and the registry runs it', { timeout: 60_000 }, async () => {
    const file = join(sandbox.registry.configDir, 'config.json')
    const config = JSON.parse(readText(file))
    config.http.accessControl.repositories['**'].anonymousPolicy = ['read', 'create']
    writeFileSync(file, JSON.stringify(config))
    const restarted = await run(process.execPath, [main, 'restart-registry', '--dir', place.dir])
    expect(restarted.code, restarted.output).toBe(0)
    expect(await push({}, 'drift', 'v1', smallImage('one'))).toBe(201)
    expect(await deployed([])).toBeGreaterThan(0)
    expect(await push({}, 'drift', 'v2', smallImage('one'))).toBe(401)
  })

  test('a configuration that zot does not start with gives way to the last good one', { timeout: 60_000 }, async () => {
    const file = join(sandbox.registry.configDir, 'config.json')
    const before = readText(file)
    const elsewhere = { zot_address: '192.0.2.1' }
    expect(complaintOf(await deploy([], elsewhere), 'registry')).toContain('was put back, and it runs with that')
    expect(readText(file)).toBe(before)
    expect(await new RegistryClient(sandbox.registry.url).catalog()).toContain('app')
    const helpless = complaintOf(await deploy([], { zot_realm: 'other', zot_restart_command: ['false'] }), 'registry')
    expect(helpless).toContain('failed, too')
    expect(await deployed([])).toBeGreaterThan(0)
  })
})
