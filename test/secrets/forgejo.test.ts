/** What is Forgejo's and Gitea's alone. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { forgejoSecretStore } from '../../tasks/zot/secrets/forgejo.ts'
import { type Forge, startForge } from './forge.ts'

let forge: Forge
beforeEach(async () => {
  forge = await startForge({ prefix: '/forge' })
})
afterEach(() => forge.close())

test('lives below a path, with a slash at the end of its address or not', async () => {
  for (const url of [forge.url, `${forge.url}/`]) await forgejoSecretStore({ ...forge, url }).write('KEY', 'zak_1')
  const path = '/forge/api/v1/repos/eblu/infra/actions/secrets/KEY'
  expect(forge.requests).toEqual([`PUT ${path} 201`, `PUT ${path} 204`])
})

test('a note that is there is changed, not made twice', async () => {
  const store = forgejoSecretStore(forge)
  await store.writeNote('KEY', 'first')
  await store.writeNote('KEY', 'second')
  const path = '/forge/api/v1/repos/eblu/infra/actions/variables/KEY_NOTE'
  expect(forge.requests).toEqual([`POST ${path} 201`, `POST ${path} 409`, `PUT ${path} 204`])
  expect([...forge.variables]).toEqual([['KEY_NOTE', 'second']])
})

test('a server that gives every page alike is not asked for ever', async () => {
  const store = forgejoSecretStore(forge)
  const list = { status: 200, body: [{ name: 'A' }, { name: 'B' }] }
  for (let page = 0; page < 3; page++) forge.fail(/^GET .*secrets/, list)
  expect(await store.has('KEY')).toBe(false)
  expect(forge.requests).toHaveLength(2)
})

test('secrets are for the owner: an administrator who is none learns it by looking', async () => {
  forge.owns = false
  const [, rights] = await forgejoSecretStore(forge).examine()
  expect(rights?.detail).toContain('("user should be the owner of the repo"). Its user must be the repository\'s owner')
})

test('Actions that are off are told, before and when a secret is written', async () => {
  forge.description.has_actions = false
  const store = forgejoSecretStore(forge)
  expect(await store.examine()).toMatchObject([{ ok: false, detail: expect.stringContaining('Actions are off there') }])
  await expect(store.write('KEY', 'zak_1')).rejects.toThrow('Actions are off there')
  await expect(store.readNote('KEY')).rejects.toThrow('Actions are off there')
})
