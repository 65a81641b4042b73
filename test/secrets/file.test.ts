import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileSecretStore } from '../../tasks/zot/secrets/file.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'secret-store-'))
})
afterEach(() => {
  chmodSync(dir, 0o700)
  rmSync(dir, { recursive: true })
})

test('a secret is one file that only its owner may read, and nothing is left beside it but its note', async () => {
  const store = fileSecretStore(join(dir, 'secrets'))
  await store.write('KEY', 'zak_1')
  await store.writeNote('KEY', '{}')
  expect(readdirSync(join(dir, 'secrets')).sort()).toEqual(['KEY', 'KEY.json'])
  for (const file of ['KEY', 'KEY.json']) expect(statSync(join(dir, 'secrets', file)).mode & 0o777).toBe(0o600)
  expect(statSync(join(dir, 'secrets')).mode & 0o777).toBe(0o700)
})

test('a secret that a person put there by hand is read without its line break; an empty file is none', async () => {
  const store = fileSecretStore(dir)
  writeFileSync(join(dir, 'KEY'), 'zak_1\n')
  expect(await store.read?.('KEY')).toBe('zak_1')
  writeFileSync(join(dir, 'KEY'), '\n')
  expect(await store.has('KEY')).toBe(false)
})

test.runIf(process.getuid?.() !== 0)('a folder that cannot be written is told before anything is', async () => {
  chmodSync(dir, 0o500)
  const [finding] = await fileSecretStore(join(dir, 'secrets')).examine()
  expect(finding).toMatchObject({ ok: false, detail: expect.stringContaining(`${dir} cannot be written (EACCES)`) })
})

test('a file where the folder should be is told before anything is written', async () => {
  writeFileSync(join(dir, 'taken'), '')
  const [finding] = await fileSecretStore(join(dir, 'taken', 'secrets')).examine()
  expect(finding).toMatchObject({ ok: false, detail: `${join(dir, 'taken')} is a file: name another folder` })
})
