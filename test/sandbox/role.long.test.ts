import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Image, smallImage } from '../../tasks/zot/lib/image.ts'
import { mintKey } from '../../tasks/zot/lib/keys.ts'
import { RegistryClient, RegistryError } from '../../tasks/zot/lib/oci.ts'
import { type Identity, logIn } from '../../tasks/zot/lib/session.ts'
import { openSandbox, type Sandbox } from '../../tasks/zot/sandbox/sandbox.ts'
import { main, type Ran, readText, root, run, temporarySandbox } from './rig.ts'

const ansible = join(root, '.venv', 'bin', 'ansible-playbook')
const missing = existsSync(ansible) ? '' : ' (skipped: no .venv with Ansible; npm run setup makes it)'
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

  function variables(change: Record<string, unknown> = {}): Record<string, unknown> {
    const { registry, provider, upstream } = sandbox
    return {
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
      ...change,
    }
  }

  function play(playbook: string, change: Record<string, unknown> = {}, ...more: string[]): Promise<Ran> {
    const file = join(scratch, 'variables.json')
    writeFileSync(file, JSON.stringify(variables(change)), { mode: 0o600 })
    const env = {
      ...process.env,
      LC_ALL: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
      ANSIBLE_CONFIG: join(root, 'ansible', 'ansible.cfg'),
      ANSIBLE_HOME: join(scratch, 'ansible'),
      ANSIBLE_REMOTE_TMP: join(scratch, 'ansible', 'tmp'),
      ANSIBLE_NOCOLOR: '1',
    }
    return run(ansible, ['-i', 'localhost,', '-c', 'local', '-e', `@${file}`, ...more, playbook], env)
  }

  const deploy = (parts: string[], change: Record<string, unknown> = {}, ...more: string[]) =>
    play(join(root, 'ansible', 'deploy-zot.yml'), { zot_parts: parts, ...change }, ...more)

  async function deployed(...given: Parameters<typeof deploy>): Promise<number> {
    const { code, output } = await deploy(...given)
    expect(code, output).toBe(0)
    return Number(/changed=(\d+)/.exec(output)?.[1])
  }

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
    const { configDir, command } = sandbox.registry
    const there = { hashKey: 'a'.repeat(64), encryptKey: 'b'.repeat(32) }
    const stage = join(scratch, 'stage')
    mkdirSync(stage)
    writeFileSync(join(stage, 'session-keys.json'), JSON.stringify(there))
    writeFileSync(join(stage, 'oidc-credentials.json'), readText(credentials))
    const files = VARIANTS.map((parts) => [join(stage, `${parts.join('-')}.json`), parts] as const)
    const role = join(root, 'ansible', 'roles', 'zot')
    writeFileSync(
      join(stage, 'render.yml'),
      JSON.stringify([
        {
          hosts: 'all',
          gather_facts: false,
          vars: { ansible_python_interpreter: '{{ ansible_playbook_python }}' },
          vars_files: [join(role, 'defaults/main.yml'), join(role, 'vars/main.yml')],
          tasks: [
            {
              'ansible.builtin.copy': {
                dest: join(stage, 'all.json'),
                mode: '0600',
                content: `{{ dict(${JSON.stringify(files.map(([file]) => file))} | zip([${files
                  .map(
                    ([, parts]) =>
                      `lookup('ansible.builtin.template', '${join(role, 'templates/config.json.j2')}', template_vars={'zot_active_parts': ${JSON.stringify(parts)}}) | from_json`,
                  )
                  .join(', ')}])) | to_json }}`,
              },
            },
          ],
        },
      ]),
    )
    const rendered = await play(join(stage, 'render.yml'), { zot_config_dir: stage })
    expect(rendered.code, rendered.output).toBe(0)
    const all = JSON.parse(readText(stage, 'all.json')) as Record<string, object>
    const [program = '', ...args] = command
    for (const [file, parts] of files) {
      writeFileSync(file, JSON.stringify(all[file]))
      const verdict = await run(program, [...args, 'verify', file])
      expect([parts, verdict.code], verdict.output).toEqual([parts, 0])
    }
    expect(existsSync(join(configDir, 'parts.json'))).toBe(false)
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
    writeFileSync(
      file,
      readText(file).replaceAll('"anonymousPolicy": ["read"]', '"anonymousPolicy": ["read", "create"]'),
    )
    const restarted = await run(process.execPath, [main, 'restart-registry', '--dir', place.dir])
    expect(restarted.code, restarted.output).toBe(0)
    expect(await push({}, 'drift', 'v1', smallImage('one'))).toBe(201)
    expect(await deployed([])).toBeGreaterThan(0)
    expect(await push({}, 'drift', 'v2', smallImage('one'))).toBe(401)
  })

  test('a restart that fails puts the last good configuration back', { timeout: 60_000 }, async () => {
    const file = join(sandbox.registry.configDir, 'config.json')
    const before = JSON.parse(readText(file))
    const { code, output } = await deploy([], { zot_realm: 'other', zot_restart_command: ['false'] })
    expect(code).toBe(2)
    expect(output).toContain('was put back')
    expect(JSON.parse(readText(file))).toEqual(before)
  })

  test('what zot would take in silence is refused before anything is written', { timeout: 60_000 }, async () => {
    const before = readText(sandbox.registry.configDir, 'config.json')
    const misspelt = await deploy([], { zot_ci_actions: ['read', 'push'] })
    expect([misspelt.code, misspelt.output]).toEqual([2, expect.stringContaining('a misspelt action')])
    const slash = await deploy([], { zot_oidc_issuer: `${sandbox.provider.issuer}/` })
    expect([slash.code, slash.output]).toEqual([2, expect.stringContaining('The provider calls itself')])
    expect(readText(sandbox.registry.configDir, 'config.json')).toBe(before)
  })
})
