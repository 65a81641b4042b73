/** What is GitHub's alone. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { githubSecretStore } from '../../tasks/zot/secrets/github.ts'
import { type GitHub, startGithub } from './github.ts'

let github: GitHub
beforeEach(async () => {
  github = await startGithub({ prefix: '/api/v3' })
})
afterEach(() => github.close())

const secrets = '/api/v3/repos/eblu/infra/actions/secrets'
const variables = '/api/v3/repos/eblu/infra/actions/variables'

test('a secret leaves sealed: what is sent does not hold it, what is opened is it', async () => {
  let sent = ''
  github.fail(/^PUT/, ({ body }) => {
    sent = body
    return { status: 500 }
  })
  const store = githubSecretStore(github)
  await expect(store.write('KEY', 'zak_1')).rejects.toThrow('500')
  expect(Object.keys(JSON.parse(sent))).toEqual(['encrypted_value', 'key_id'])
  expect(Buffer.from(JSON.parse(sent).encrypted_value, 'base64').toString('latin1')).not.toContain('zak_1')
  await store.write('KEY', 'zak_1')
  expect(github.secrets.get('KEY')).toBe('zak_1')
})

test('a key that is replaced between reading and using it is read once more', async () => {
  github.keyChanges = 1
  await githubSecretStore(github).write('KEY', 'zak_1')
  expect(github.secrets.get('KEY')).toBe('zak_1')
  const read = `GET ${secrets}/public-key 200`
  expect(github.requests).toEqual([read, `PUT ${secrets}/KEY 422`, read, `PUT ${secrets}/KEY 201`])
})

test('a key that never fits is given up, in words', async () => {
  github.keyChanges = 9
  await expect(githubSecretStore(github).write('KEY', 'zak_1')).rejects.toThrow(
    `PUT ${secrets}/KEY was answered 422: The key_id is not that of the present key`,
  )
  expect(github.requests).toHaveLength(4)
})

test('no key to encrypt with: nothing is sent', async () => {
  github.fail(/public-key/, { status: 200, body: { key_id: '1', key: 'c2hvcnQ=' } })
  await expect(githubSecretStore(github).write('KEY', 'zak_1')).rejects.toThrow('no public key to encrypt with')
  expect(github.requests).toHaveLength(1)
})

test('a note that is there is changed, not made twice', async () => {
  const store = githubSecretStore(github)
  await store.writeNote('KEY', 'first')
  await store.writeNote('KEY', 'second')
  expect(github.requests).toEqual([`POST ${variables} 201`, `POST ${variables} 409`, `PATCH ${variables}/KEY_NOTE 204`])
  expect([...github.variables]).toEqual([['KEY_NOTE', 'second']])
})

test("an app's token is no user's: that its permissions are all shown as false says nothing", async () => {
  github.description.permissions = { admin: false, push: false, pull: false }
  expect((await githubSecretStore(github).examine()).every(({ ok }) => ok)).toBe(true)
})

test('without an address it is github.com', () => {
  const { token, repository } = github
  expect(githubSecretStore({ token, repository }).place).toBe(
    'the Actions secrets of eblu/infra at https://api.github.com',
  )
})
