/** The main job, whole: the real runner, cards, tasks, Ansible and sandbox, in a copy of this repository. */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { steady, until } from '../rig/repository.ts'

const here = resolve(import.meta.dirname, '../..')
const cards = 'docs/how-to/zot'
const worked = ['enforce-tag-immutability', 'harden-zot-registry', 'register-zot-oidc-client', 'wire-ci-registry-auth']
let root = ''

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'mikado-chain-')))
  const parts = ['ansible', 'docs', 'scripts', 'tasks', '.forgejo', 'package.json', 'mise.toml']
  for (const part of parts) cpSync(join(here, part), join(root, part), { recursive: true })
  for (const part of ['node_modules', '.venv']) symlinkSync(join(here, part), join(root, part))
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args])
  git('init', '-q')
  // Whoever works in this repository may have completed the cards: the test starts with them active.
  for (const id of worked) {
    if (!/^status: active$/m.test(card(id))) mikadoNow('reopen', id, '--only')
  }
  rmSync(join(root, '.mikado'), { recursive: true, force: true })
  git('add', 'docs')
  git('commit', '-qm', 'before')
})

afterAll(() => {
  execFileSync(process.execPath, ['tasks/zot/sandbox/main.ts', 'stop'], { cwd: root })
  rmSync(root, { recursive: true, force: true })
})

function card(id: string): string {
  return readFileSync(join(root, cards, `${id}.md`), 'utf8')
}

const environment = {
  PATH: `${join(here, 'node_modules/.bin')}:${process.env.PATH}`,
  HOME: process.env.HOME,
  CI: 'true',
}

function start(...args: string[]) {
  const child = spawn(process.execPath, ['scripts/mikado.ts', ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((done) => {
    child.on('close', (code) => done({ code, stdout, stderr }))
  })
  return { child, ended, said: () => stderr }
}

function mikadoNow(...args: string[]): void {
  execFileSync(process.execPath, ['scripts/mikado.ts', ...args], { cwd: root, env: environment })
}

/** Lines that git says changed in a document. */
function changed(id: string): string[] {
  const diff = execFileSync('git', ['-C', root, 'diff', '-U0', '--', `${cards}/${id}.md`], { encoding: 'utf8' })
  return diff.split('\n').filter((line) => /^[-+](?![-+]{2})/.test(line))
}

describe('mise run harden-zot', () => {
  it('is killed in the middle of a card, leaves it active, and completes when it is run again', {
    timeout: 180_000,
  }, async () => {
    const first = start('run', 'harden-zot-registry')
    await until('the second wave has begun', () => first.said().includes('▶ wire-ci-registry-auth'), 60)
    first.child.kill('SIGKILL')
    await first.ended
    expect(card('register-zot-oidc-client')).not.toContain('status: active')
    expect(card('wire-ci-registry-auth')).toContain('status: active')

    const { code, stdout } = await start('run', 'harden-zot-registry').ended
    expect({ code, stdout: steady(stdout) }).toEqual({
      code: 0,
      stdout: expect.stringContaining('harden-zot-registry is complete: 3 cards proved in'),
    })
    expect(stdout).toMatch(/The registry that was hardened is (?:a real zot|the stand-in)/)
    expect(stdout).not.toContain('register-zot-oidc-client')
  })

  it('takes the status line away and ticks every box, and changes nothing else', () => {
    for (const id of worked) {
      const lines = changed(id)
      expect(lines.filter((line) => line === '-status: active')).toHaveLength(1)
      const before = lines.filter((line) => line.startsWith('-- [ ] '))
      const after = lines.filter((line) => line.startsWith('+- [x] '))
      expect(after).toEqual(before.map((line) => line.replace('-- [ ]', '+- [x]')))
      expect(lines).toHaveLength(1 + before.length + after.length)
      expect(card(id)).not.toContain('- [ ]')
    }
  })

  it('has nothing to do the next time, and says so', async () => {
    const { code, stdout } = await start('run', 'harden-zot-registry').ended
    expect({ code, stdout: steady(stdout) }).toEqual({
      code: 0,
      stdout:
        'Nothing to do: harden-zot-registry is complete (6 cards; last proved TIME). `verify` asks again whether it still holds.\n',
    })
  })

  it('sees that the key in the secret store was replaced, and mends it', { timeout: 120_000 }, async () => {
    const store = join(root, '.mikado/sandbox/ci-secrets')
    const secret = readFileSync(join(store, 'ZOT_CI_API_KEY'), 'utf8').trim()
    rmSync(join(store, 'ZOT_CI_API_KEY'))
    const drift = await start('verify', 'harden-zot-registry').ended
    expect(drift.code).toBe(2)
    expect(drift.stdout).toContain('✗  wire-ci-registry-auth')
    expect(drift.stdout).toContain('✓  register-zot-oidc-client  holds, 6 checks')
    mikadoNow('reopen', 'wire-ci-registry-auth')
    expect((await start('resume').ended).code).toBe(0)
    expect(readFileSync(join(store, 'ZOT_CI_API_KEY'), 'utf8').trim()).not.toBe(secret)
    expect((await start('verify').ended).code).toBe(0)
  })

  it('lets no secret into a log, the journal or a document', () => {
    const secrets = secretsOf(join(root, '.mikado/sandbox'))
    expect(secrets.length).toBeGreaterThanOrEqual(2)
    const texts = [
      ...filesIn(join(root, '.mikado/log')),
      ...filesIn(join(root, 'docs')),
      join(root, '.mikado/journal.jsonl'),
    ]
    for (const path of texts)
      for (const secret of secrets) expect(readFileSync(path, 'utf8').includes(secret), path).toBe(false)
  })
})

function secretsOf(sandbox: string): string[] {
  const client = JSON.parse(readFileSync(join(sandbox, 'client/oidc-credentials.json'), 'utf8')) as {
    clientsecret: string
  }
  return [client.clientsecret, readFileSync(join(sandbox, 'ci-secrets/ZOT_CI_API_KEY'), 'utf8').trim()]
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  )
}
