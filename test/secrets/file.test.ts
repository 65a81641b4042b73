import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileSecretStore } from '../../tasks/zot/lib/secret-store.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'secret-store-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const about = { uuid: 'u1', expires: '2026-05-01T00:00:00.000Z' }

test('a secret is one file that only its owner may read, and nothing is left beside it', async () => {
  const store = fileSecretStore(join(dir, 'secrets'))
  expect(await store.read('KEY')).toBeUndefined()
  await store.write('KEY', 'zak_1', about)
  expect(await store.read('KEY')).toBe('zak_1')
  expect(await store.note('KEY')).toMatchObject(about)
  expect(readdirSync(join(dir, 'secrets')).sort()).toEqual(['KEY', 'KEY.json'])
  for (const file of ['KEY', 'KEY.json']) expect(statSync(join(dir, 'secrets', file)).mode & 0o777).toBe(0o600)
  expect(statSync(join(dir, 'secrets')).mode & 0o777).toBe(0o700)
})

test('a note about another value counts for nothing', async () => {
  const store = fileSecretStore(dir)
  await store.write('KEY', 'zak_1', about)
  writeFileSync(join(dir, 'KEY'), 'zak_2')
  expect(await store.note('KEY')).toBeUndefined()
})

test('a name is no path', async () => {
  await expect(fileSecretStore(dir).write('../KEY', 'x', about)).rejects.toThrow('cannot be the name of a secret')
})
