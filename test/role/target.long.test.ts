import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compileCondition } from '../../tasks/zot/registry/access/condition.ts'
import { root, run } from '../sandbox/rig.ts'
import {
  available,
  changesOf,
  complaintOf,
  type Discovery,
  missing,
  openDiscovery,
  openScratch,
  type PlayOptions,
  play,
  type Variables,
  zot,
} from './rig.ts'

const scratch = openScratch()
const credentials = join(scratch.dir, 'credentials.json')
const parts = ['login', 'keys', 'policy', 'whole']

describe.skipIf(missing !== '')(`what the role leaves on the target${missing}`, { timeout: 120_000 }, () => {
  let discovery: Discovery
  let login: Variables
  let edited: ReturnType<typeof scratch.variables>
  beforeAll(async () => {
    writeFileSync(credentials, '{"clientid": "zot", "clientsecret": "hidden"}')
    discovery = await openDiscovery()
    login = { zot_parts: parts, zot_oidc_issuer: discovery.issuer, zot_oidc_credentials_src: credentials }
  })
  afterAll(() => {
    discovery.close()
    scratch.remove()
  })
  const deploy = (variables: Variables, options?: PlayOptions) => play(scratch.dir, { target: variables }, options)

  test('looking first (--check) at an empty target writes nothing', async () => {
    const variables = scratch.variables('empty', login)
    expect(changesOf(await deploy(variables, { arguments: ['--check', '--diff'] }))).toBeGreaterThan(0)
    expect(existsSync(variables.zot_config_dir)).toBe(false)
  })

  test('an edit by hand is one line of the difference; secrets are in none', async () => {
    edited = scratch.variables('edited', login)
    const first = await deploy(edited, { arguments: ['--diff'] })
    expect(changesOf(first)).toBeGreaterThan(0)
    const file = (name: string) => join(edited.zot_config_dir, name)
    const names = ['config.json', 'oidc-credentials.json', 'session-keys.json', 'parts.json']
    for (const name of names) expect([name, statSync(file(name)).mode & 0o777]).toEqual([name, 0o600])
    const { hashKey } = JSON.parse(readFileSync(file('session-keys.json'), 'utf8')) as { hashKey: string }
    expect(hashKey).toHaveLength(64)
    for (const secret of ['hidden', hashKey]) expect(first.output).not.toContain(secret)

    const good = readFileSync(file('config.json'), 'utf8')
    writeFileSync(file('config.json'), good.replace('"failDelay": 0', '"failDelay": 9'))
    const looked = await deploy(edited, { arguments: ['--check', '--diff'] })
    const difference = looked.output.split('\n').filter((line) => /^[-+](?![-+]{2})/.test(line))
    expect(difference.map((line) => line.replaceAll(/\s/g, ''))).toEqual(['-"failDelay":9,', '+"failDelay":0,'])
    expect(changesOf(await deploy(edited))).toBeGreaterThan(0)
    expect(readFileSync(file('config.json'), 'utf8')).toBe(good)
    expect(changesOf(await deploy(edited))).toBe(0)
  })

  test.each([
    ['the configuration', 'config.json', 0o644],
    ['the credentials', 'oidc-credentials.json', 0o640],
  ])('a mode that lets others read %s is put right', async (_, name, mode) => {
    const file = join(edited.zot_config_dir, name)
    chmodSync(file, mode)
    expect(changesOf(await deploy(edited))).toBeGreaterThan(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('tags that CI may move: only these, and only once part policy is on', async () => {
    const moving = { zot_ci_moving_tags: ['latest', 'main-*'] }
    const [before, after] = [
      scratch.variables('before', { ...login, ...moving, zot_parts: ['login', 'keys'] }),
      scratch.variables('after', { ...login, ...moving, zot_parts: ['login', 'policy'] }),
    ]
    changesOf(await play(scratch.dir, { before, after }, { arguments: ['-e', 'zot_hosts=all'] }))
    expect(readFileSync(join(before.zot_config_dir, 'config.json'), 'utf8')).not.toContain('conditions')
    const config = JSON.parse(readFileSync(join(after.zot_config_dir, 'config.json'), 'utf8'))
    const rule = config.http.accessControl.repositories['**'].policies[1]
    const [{ expression, message }] = rule.conditions
    expect([rule.groups, rule.actions, message]).toEqual([
      ['artifact-workloads'],
      ['update'],
      'version tags are immutable',
    ])
    const mayMove = compileCondition(expression)
    const tags = ['latest', 'main-1', 'main-', 'v1', 'latest2', 'not-main-1', '']
    expect(tags.filter((tag) => mayMove({ tag }))).toEqual(['latest', 'main-1', 'main-'])
    const [program = '', ...args] = zot
    expect((await run(program, [...args, 'verify', join(after.zot_config_dir, 'config.json')])).code).toBe(0)
  })

  const openssl = available('openssl', 'version') ? '' : ' (skipped: no openssl here)'
  test.skipIf(openssl !== '')(`zot's own TLS: it answers by https, and cookies are for https${openssl}`, async () => {
    const [cert, key] = [join(scratch.dir, 'cert.pem'), join(scratch.dir, 'key.pem')]
    const self = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost']
    execFileSync('openssl', [...self, '-keyout', key, '-out', cert], { stdio: 'ignore' })
    const tls = { zot_tls_cert: cert, zot_tls_key: key, zot_service_manager: 'systemd' }
    const variables = scratch.variables('tls', { ...login, ...tls })
    const url = String(variables.zot_external_url).replace('http:', 'https:')
    const install = {
      zot_external_url: url,
      zot_service_install: true,
      zot_owner: execFileSync('id', ['-un'], { encoding: 'utf8' }).trim(),
      zot_service_file: join(scratch.dir, 'tls.service'),
    }
    changesOf(await deploy({ ...variables, ...install }, { env: { ...scratch.env, STAND_IN_UNITS: scratch.dir } }))
    const status = await new Promise<number | undefined>((settle, fail) => {
      get(`${url}/readyz`, { rejectUnauthorized: false }, (response) => settle(response.statusCode)).once('error', fail)
    })
    expect(status).toBe(200)
    const { http } = JSON.parse(readFileSync(join(variables.zot_config_dir, 'config.json'), 'utf8'))
    expect([http.tls, http.auth.secureSession]).toEqual([{ cert, key }, true])
  })

  test('over ssh the target asks the provider, before anything is written there', async () => {
    // Stands in for ssh: the command for the target runs here.
    const ssh = join(scratch.dir, 'ssh')
    writeFileSync(ssh, '#!/bin/sh\nfor command; do :; done\nexec sh -c "$command"\n', { mode: 0o755 })
    const env = {
      ANSIBLE_SSH_EXECUTABLE: ssh,
      ANSIBLE_SSH_TRANSFER_METHOD: 'piped',
      ANSIBLE_SSH_ARGS: '-o ControlMaster=no',
    }
    const variables = scratch.variables('remote', { ...login, ansible_connection: 'ssh' })
    const away = await deploy({ ...variables, zot_oidc_issuer: 'http://127.0.0.1:9' }, { env })
    expect(away.output).toContain('TASK [zot : Ask the provider from the target')
    expect(complaintOf(away, 'target')).toContain('refused')
    expect(existsSync(variables.zot_config_dir)).toBe(false)
    expect(changesOf(await deploy(variables, { env }))).toBeGreaterThan(0)
    expect(changesOf(await deploy(variables, { env }))).toBe(0)
  })

  test('a run that was killed before zot was started is made up for', async () => {
    const command = { zot_service_manager: 'command', zot_restart_command: ['true'], zot_wait_until_ready: false }
    const variables = scratch.variables('killed', command)
    changesOf(await deploy(variables))
    expect(changesOf(await deploy(variables))).toBe(0)
    const later = Date.now() / 1000 + 5
    utimesSync(join(variables.zot_config_dir, 'config.json'), later, later)
    const ran = await deploy(variables)
    expect(ran.output).toContain('Restart by command')
  })

  const lint = available('ansible-lint', '--version') ? '' : ' (skipped: no ansible-lint on PATH)'
  test.skipIf(lint !== '')(`ansible-lint finds nothing${lint}`, async () => {
    const { code, output } = await run('sh', [
      '-c',
      `cd '${join(root, 'ansible')}' && ansible-lint --offline --nocolor 2>&1`,
    ])
    expect([code, output]).toEqual([0, expect.stringContaining("'production'")])
  })
})
