/** The main job, whole: the real runner, cards, tasks, Ansible and sandbox, in a copy of this repository. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { steady, until } from '../rig/repository.ts'
import { Copy, formsOf, worked } from './copy.ts'

let copy: Copy
/** All that was printed. */
let printed = ''

beforeAll(() => {
  copy = new Copy()
})

afterAll(() => copy?.remove())

async function call(...args: string[]) {
  const ended = await copy.start(...args).ended
  printed += ended.stdout + ended.stderr
  return ended
}

describe('mise run harden-zot', () => {
  it('is killed in the middle of a card, leaves it active, and completes when it is run again', {
    timeout: 180_000,
  }, async () => {
    const first = copy.start('run', 'harden-zot-registry')
    await until('the second wave has begun', () => first.said().includes('▶ wire-ci-registry-auth'), 60)
    first.child.kill('SIGKILL')
    await first.ended
    expect(copy.card('register-zot-oidc-client')).not.toContain('status: active')
    expect(copy.card('wire-ci-registry-auth')).toContain('status: active')

    const { code, stdout } = await call('run', 'harden-zot-registry')
    expect({ code, stdout: steady(stdout) }).toEqual({
      code: 0,
      stdout: expect.stringContaining('harden-zot-registry is complete: 3 cards proved in'),
    })
    expect(stdout).toMatch(/The registry that was hardened is (?:a real zot|the stand-in)/)
    expect(stdout).not.toContain('register-zot-oidc-client')
  })

  it('takes the status line away and ticks every box, and changes nothing else', () => {
    for (const id of worked) {
      const lines = copy.changed(id)
      expect(lines.filter((line) => line === '-status: active')).toHaveLength(1)
      const before = lines.filter((line) => line.startsWith('-- [ ] '))
      const after = lines.filter((line) => line.startsWith('+- [x] '))
      expect(after).toEqual(before.map((line) => line.replace('-- [ ]', '+- [x]')))
      expect(lines).toHaveLength(1 + before.length + after.length)
      expect(copy.card(id)).not.toContain('- [ ]')
    }
  })

  it('has nothing to do the next time, and says so', async () => {
    const { code, stdout } = await call('run', 'harden-zot-registry')
    expect({ code, stdout: steady(stdout) }).toEqual({
      code: 0,
      stdout:
        'Nothing to do: harden-zot-registry is complete (6 cards; last proved TIME). `verify` asks again whether it still holds.\n',
    })
  })

  it('rotates the key, and leaves the document as it was', { timeout: 60_000 }, async () => {
    const rotated = await call('run', 'rotate-zot-ci-key', '--force', 'rotate-zot-ci-key')
    expect(rotated.stdout).toContain('rotate-zot-ci-key is complete: 1 card proved')
    expect([rotated.code, copy.changed('rotate-zot-ci-key')]).toEqual([0, []])
  })

  it('lets no secret into its output, a log, the journal, a document or the process list', () => {
    const secrets = secretsOf(join(copy.root, '.mikado/sandbox'))
    expect(secrets.length).toBeGreaterThanOrEqual(7)
    const texts = copy.texts()
    expect(texts.size).toBeGreaterThan(10)
    expect(copy.processes.size).toBeGreaterThan(20)
    texts.set('output', printed).set('process list', [...copy.processes].join('\n'))
    for (const [place, text] of texts) {
      for (const secret of secrets) {
        for (const form of formsOf(secret, ['zot-ci', 'admin'])) expect(text.includes(form), place).toBe(false)
      }
    }
  })
})

/** The client's secret and its registration token, CI's key, and what the sandbox made for itself. */
function secretsOf(sandbox: string): string[] {
  const read = (path: string) => JSON.parse(readFileSync(join(sandbox, path), 'utf8')) as Record<string, string>
  const { clientsecret = '' } = read('client/oidc-credentials.json')
  const { token = '' } = read('client/registration.json')
  const { registrationToken = '', adminToken = '' } = read('provider/settings.json')
  const key = readFileSync(join(sandbox, 'ci-secrets/ZOT_CI_API_KEY'), 'utf8').trim()
  const { hashKey = '', encryptKey = '' } = read('registry/session-keys.json')
  return [clientsecret, token, registrationToken, adminToken, key, hashKey, encryptKey]
}
