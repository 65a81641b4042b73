/** What drifts after the main job: seen by `verify`, mended by reopening the card and running again. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { restartRegistry } from '../../tasks/zot/sandbox/sandbox.ts'
import { Copy } from './copy.ts'

let copy: Copy

beforeAll(async () => {
  copy = new Copy()
  expect((await copy.start('run', 'harden-zot-registry').ended).code).toBe(0)
}, 180_000)

afterAll(() => copy?.remove())

it('the key in the secret store was taken away', { timeout: 120_000 }, async () => {
  const file = join(copy.root, '.mikado/sandbox/ci-secrets/ZOT_CI_API_KEY')
  const secret = readFileSync(file, 'utf8').trim()
  rmSync(file)
  const drift = await copy.start('verify', 'harden-zot-registry').ended
  expect(drift.code).toBe(2)
  expect(drift.stdout).toContain('✗  wire-ci-registry-auth')
  expect(drift.stdout).toContain('✓  register-zot-oidc-client  holds, 6 checks')
  copy.mikado('reopen', 'wire-ci-registry-auth')
  expect((await copy.start('resume').ended).code).toBe(0)
  expect(readFileSync(file, 'utf8').trim()).not.toBe(secret)
  expect((await copy.start('verify').ended).code).toBe(0)
})

it("the registry's configuration was opened by hand", { timeout: 120_000 }, async () => {
  const file = join(copy.root, '.mikado/sandbox/registry/config.json')
  const config = JSON.parse(readFileSync(file, 'utf8'))
  config.http.accessControl.repositories['**'].anonymousPolicy = ['read', 'create']
  writeFileSync(file, JSON.stringify(config))
  await restartRegistry(join(copy.root, '.mikado/sandbox'))
  const drift = await copy.start('verify', 'harden-zot-registry').ended
  expect([drift.code, drift.stdout]).toEqual([2, expect.stringContaining('Unauthenticated push fails')])
  copy.mikado('reopen', 'harden-zot-registry')
  expect((await copy.start('run', 'harden-zot-registry').ended).code).toBe(0)
})
