import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { until } from '../sandbox/rig.ts'
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
} from './rig.ts'

const scratch = openScratch()
const units = join(scratch.dir, 'units')
const credentials = join(scratch.dir, 'credentials.json')
const authorities = join(scratch.dir, 'our own.pem')
mkdirSync(units)
writeFileSync(authorities, rootCertificates[0] ?? '')
writeFileSync(credentials, '{"clientid": "zot", "clientsecret": "hidden"}')

/** The account that the tests run as: only root could make files for another. */
const me = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()
const install = (manager: string, name: string, change: Variables = {}) =>
  scratch.variables(name, {
    zot_service_manager: manager,
    zot_service_install: true,
    zot_owner: me,
    ...(manager === 'systemd' ? { zot_service_file: join(units, `${name}.service`) } : {}),
    ...change,
  })

const deploy = (variables: Variables, options: PlayOptions = {}) =>
  play(
    scratch.dir,
    { target: variables },
    { ...options, env: { ...scratch.env, STAND_IN_UNITS: units, ...options.env } },
  )

const callsSince = (before: number) => scratch.calls().slice(before)
const metrics = async (variables: Variables) => (await fetch(`${variables.zot_external_url}/metrics`)).text()
const startedAt = async (variables: Variables) =>
  /^process_start_time_seconds (\S+)/m.exec(await metrics(variables))?.[1]

describe.skipIf(missing !== '')(
  `starting zot, with stand-ins for the service managers${missing}`,
  { timeout: 120_000 },
  () => {
    let discovery: Discovery
    beforeAll(async () => {
      discovery = await openDiscovery()
    })
    afterAll(() => {
      discovery.close()
      scratch.remove()
    })

    describe('systemd', () => {
      const variables = install('systemd', 'system', {
        zot_environment: { SSL_CERT_FILE: authorities, ODD: '100% of "$HOME" \\o/' },
      })
      const unit = join(units, 'system.service')

      test('a unit is written, loaded, enabled and started', async () => {
        expect(changesOf(await deploy(variables))).toBeGreaterThan(0)
        expect(scratch.calls()).toEqual([
          'systemctl daemon-reload',
          'systemctl show system',
          'systemctl is-enabled system -l',
          'systemctl enable system',
          'systemctl start system',
        ])
        expect(await metrics(variables)).toContain('zot_info')
        const text = readFileSync(unit, 'utf8')
        expect(text).toMatch(/^Restart=always\nRestartSec=\d+$/m)
        expect(text).toMatch(new RegExp(`^User=${me}$`, 'm'))
        expect(text).toContain(`SSL_CERT_FILE=${authorities}"`)
        expect(text).toContain('ODD=100%% of \\"$HOME\\" \\\\o/')
        expect(statSync(unit).mode & 0o777).toBe(0o644)
      })

      const analyze = available('systemd-analyze', '--version') ? '' : ' (skipped: no systemd-analyze here)'
      test.skipIf(analyze !== '')(`systemd finds nothing wrong with the unit${analyze}`, () => {
        const verdict = execFileSync('systemd-analyze', ['verify', '--man=no', unit], {
          encoding: 'utf8',
          stdio: 'pipe',
        })
        expect(verdict).toBe('')
      })

      test('a second deployment starts nothing', async () => {
        const [before, since] = [scratch.calls().length, await startedAt(variables)]
        expect(changesOf(await deploy(variables))).toBe(0)
        expect(changesOf(await deploy(variables, { arguments: ['--check', '--diff'] }))).toBe(0)
        expect(callsSince(before)).toEqual([])
        expect(await startedAt(variables)).toBe(since)
      })

      test('a change of the unit alone starts zot with it', async () => {
        const [before, since] = [scratch.calls().length, await startedAt(variables)]
        expect(changesOf(await deploy({ ...variables, zot_environment: {} }))).toBeGreaterThan(0)
        expect(callsSince(before)).toEqual(
          expect.arrayContaining(['systemctl daemon-reload', 'systemctl restart system']),
        )
        expect(await startedAt(variables)).not.toBe(since)
      })

      test('a zot that stays down is said, and the former configuration is put back', async () => {
        const file = join(variables.zot_config_dir, 'config.json')
        const before = readFileSync(file, 'utf8')
        const broken = { ...variables, zot_environment: {}, zot_address: '192.0.2.1', zot_ready_retries: 1 }
        const complaint = complaintOf(await deploy(broken), 'target')
        expect(complaint).toContain('Wait until a zot answers that was started just now: ')
        expect(complaint).toContain('was put back, and it runs with that')
        expect(readFileSync(file, 'utf8')).toBe(before)
        expect(await metrics(variables)).toContain('zot_info')
      })

      test('a provider that does not answer when zot starts: it is started again', async () => {
        const login = install('systemd', 'patient', {
          zot_parts: ['login'],
          zot_oidc_issuer: discovery.issuer,
          zot_oidc_credentials_src: credentials,
        })
        discovery.refusals = 1
        changesOf(await deploy(login))
        expect(discovery.refusals).toBe(0)
      })

      test('another program at the port is not taken for zot', async () => {
        const taken = install('systemd', 'taken', { zot_ready_retries: 1 })
        const other = createServer((_, response) => response.end('ok\n')).listen(taken.zot_port as number, '127.0.0.1')
        const complaint = complaintOf(await deploy(taken), 'target')
        await new Promise((closed) => other.close(closed))
        expect(complaint).toContain('is no zot that was started just now. Does another process hold the port?')
        expect(complaint).toContain('nothing was put back')
        expect(existsSync(join(taken.zot_config_dir, 'parts.json'))).toBe(false)
      })
    })

    test("systemd-user: the user's own manager, and a unit below the home directory", async () => {
      const before = scratch.calls().length
      const variables = install('systemd-user', 'own')
      changesOf(await deploy(variables, { env: { XDG_RUNTIME_DIR: undefined } }))
      expect(callsSince(before)).toContain('systemctl --user start own')
      expect(await metrics(variables)).toContain('zot_info')
      expect(readFileSync(join(scratch.dir, 'home/.config/systemd/user/own.service'), 'utf8')).not.toContain('User=')
    })

    test('launchd: a plist is loaded anew when it changed, and told to start again without one of ours', async () => {
      const odd = { ODD: 'a < b & "c"' }
      const variables = install('launchd', 'zot.test', { zot_environment: odd })
      const domain = `gui/${process.getuid?.()}`
      const plist = join(scratch.dir, 'home/Library/LaunchAgents/zot.test.plist')
      let before = scratch.calls().length
      changesOf(await deploy(variables))
      expect(callsSince(before)).toContain(`launchctl bootstrap ${domain} ${plist}`)
      const script = 'import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb"))))'
      const content = JSON.parse(execFileSync('python3', ['-c', script, plist], { encoding: 'utf8' }))
      expect(content).toMatchObject({
        Label: 'zot.test',
        KeepAlive: true,
        RunAtLoad: true,
        EnvironmentVariables: odd,
        Umask: 0o77,
      })
      expect(content.ProgramArguments.slice(-2)).toEqual(['serve', join(variables.zot_config_dir, 'config.json')])

      const since = await startedAt(variables)
      before = scratch.calls().length
      changesOf(await deploy({ ...variables, zot_environment: {} }))
      const calls = callsSince(before).map((call) => call.split(' ')[1])
      expect(calls.slice(0, 3)).toEqual(['bootout', 'enable', 'bootstrap'])
      expect(await startedAt(variables)).not.toBe(since)

      before = scratch.calls().length
      changesOf(await deploy({ ...variables, zot_service_install: false, zot_log_level: 'debug' }))
      expect(callsSince(before)).toEqual([`launchctl kickstart -k ${domain}/zot.test`])
    })

    test('none: all is written, nothing is started, and the next manager starts it', async () => {
      const [before, variables] = [scratch.calls().length, scratch.variables('alone')]
      const first = await deploy(variables)
      expect(changesOf(first)).toBeGreaterThan(0)
      expect(first.output).toContain('restart zot, unless that was done')
      const second = await deploy(variables)
      expect(changesOf(second)).toBe(0)
      expect(second.output).toContain('restart zot, unless that was done')
      expect(callsSince(before)).toEqual([])
      const systemd = install('systemd', 'alone', { ...variables, zot_service_manager: 'systemd' })
      changesOf(await deploy(systemd))
      expect(callsSince(before)).toContain('systemctl start alone')

      const third = await deploy({ ...variables, zot_service_install: false })
      expect(third.output).not.toContain('restart zot')
      expect(changesOf(third)).toBe(0)
    })

    test('a command that did not restart anything is found out', async () => {
      const variables = install('systemd', 'asleep')
      changesOf(await deploy(variables))
      await until(
        'zot is older than a moment',
        async () => Date.now() / 1000 - Number(await startedAt(variables)) > 1.5,
      )
      const command = { zot_service_manager: 'command', zot_restart_command: ['true'], zot_service_install: false }
      const ran = await deploy({ ...variables, ...command, zot_log_level: 'debug', zot_ready_retries: 1 })
      expect(complaintOf(ran, 'target')).toContain('is no zot that was started just now')
    })
  },
)
