import { afterEach, expect, test } from 'vitest'
import { OpUnusable, readWithOp, reveal } from '../../tasks/zot/secrets/op.ts'
import { installOp, type OpAnswer, type StandInOp } from './op.ts'

let op: StandInOp | undefined
afterEach(() => {
  op?.remove()
  op = undefined
})

function install(answers: Record<string, OpAnswer>): StandInOp {
  op = installOp(answers)
  return op
}

const NAMES = ['FORGEJO_TOKEN', 'AUTHENTIK_TOKEN', 'ZOT_CI_PASSWORD']

test('without references nothing is run, and nothing changes', async () => {
  const env = { FORGEJO_TOKEN: 'plain', OTHER: 'op://not/in/names', ZOT_CI_PASSWORD: '' }
  const found = await reveal(env, NAMES, () => expect.unreachable())
  expect(found).toEqual({ env, faults: [], revealed: [], unreadable: [] })
})

test('values take the place of references, each read once by op, with what op logs in with', async () => {
  const { path, calls } = install({ 'op://v/forge/token': 'secret 1', 'op://v/ci/password': 'secret "2" $X' })
  const env = {
    PATH: path,
    OP_SERVICE_ACCOUNT_TOKEN: 'ops_1',
    FORGEJO_TOKEN: 'op://v/forge/token',
    AUTHENTIK_TOKEN: 'op://v/forge/token',
    ZOT_CI_PASSWORD: 'op://v/ci/password',
    OTHER: 'op://v/other/field',
  }
  const found = await reveal(env, NAMES)
  expect(found.faults).toEqual([])
  expect(found.revealed.sort()).toEqual([...NAMES].sort())
  expect(found.env).toEqual({
    ...env,
    FORGEJO_TOKEN: 'secret 1',
    AUTHENTIK_TOKEN: 'secret 1',
    ZOT_CI_PASSWORD: 'secret "2" $X',
  })
  expect(env.FORGEJO_TOKEN).toBe('op://v/forge/token')
  expect(calls()).toEqual([
    { reference: 'op://v/forge/token', account: 'ops_1' },
    { reference: 'op://v/ci/password', account: 'ops_1' },
  ])
})

test('all that cannot be read is told at once; the rest is read', async () => {
  const { path } = install({
    'op://v/forge/token': { says: 'you are not currently signed in' },
    'op://v/ci/password': 'good',
  })
  const env = {
    PATH: path,
    FORGEJO_TOKEN: 'op://v/forge/token',
    AUTHENTIK_TOKEN: 'op://v/gone/token',
    ZOT_CI_PASSWORD: 'op://v/ci/password',
  }
  const found = await reveal(env, NAMES)
  const next = 'Run `op signin` if it asks for that, and compare the reference with 1Password.'
  expect(found.faults).toEqual([
    `FORGEJO_TOKEN: op://v/forge/token could not be read from 1Password: op says "you are not currently signed in". ${next}`,
    `AUTHENTIK_TOKEN: op://v/gone/token could not be read from 1Password: op says "could not read secret 'op://v/gone/token': "item" isn't an item". ${next}`,
  ])
  expect(found).toMatchObject({ revealed: ['ZOT_CI_PASSWORD'], unreadable: ['FORGEJO_TOKEN', 'AUTHENTIK_TOKEN'] })
  expect(found.env).toEqual({ ...env, ZOT_CI_PASSWORD: 'good' })
})

test('a reference that two variables share is one fault', async () => {
  const env = { FORGEJO_TOKEN: 'op://v/a/b', AUTHENTIK_TOKEN: 'op://v/a/b' }
  const { faults } = await reveal(env, NAMES, () => Promise.reject(new Error('no')))
  expect(faults).toEqual(['FORGEJO_TOKEN, AUTHENTIK_TOKEN: op://v/a/b could not be read from 1Password: no.'])
})

test('line breaks at the end are not part of a value; an empty field is told', async () => {
  const { path } = install({ 'op://v/a/b': 'secret\r\n', 'op://v/a/empty': '\n' })
  const { env, faults, unreadable } = await reveal(
    { PATH: path, FORGEJO_TOKEN: 'op://v/a/b', ZOT_CI_PASSWORD: 'op://v/a/empty' },
    NAMES,
  )
  expect(env.FORGEJO_TOKEN).toBe('secret')
  expect(faults).toEqual([
    'ZOT_CI_PASSWORD: op://v/a/empty could not be read from 1Password: the field is empty. Fill it in 1Password, or correct the reference.',
  ])
  expect(unreadable).toEqual(['ZOT_CI_PASSWORD'])
})

test('without op there is one fault for all variables, which stay set', async () => {
  const env = { PATH: '/nowhere', FORGEJO_TOKEN: 'op://v/a/b', AUTHENTIK_TOKEN: 'op://v/c/d', ZOT_CI_PASSWORD: 'plain' }
  const found = await reveal(env, NAMES)
  expect(found.faults).toHaveLength(1)
  expect(found.faults[0]).toMatch(
    /^FORGEJO_TOKEN, AUTHENTIK_TOKEN: cannot be read from 1Password: its program op is not on PATH\. Install it/,
  )
  expect(found.unreadable).toEqual(['FORGEJO_TOKEN', 'AUTHENTIK_TOKEN'])
  expect(found.env).toEqual(env)
})

test('an op that waits for a person is given up, and not asked again', async () => {
  const { path, calls } = install({ 'op://v/a/b': 'never', 'op://v/c/d': 'never' })
  const env = { PATH: path, FORGEJO_TOKEN: 'op://v/a/b', AUTHENTIK_TOKEN: 'op://v/c/d' }
  const { faults } = await reveal(env, NAMES, readWithOp({ seconds: 0.3 }))
  expect(faults).toEqual([
    'FORGEJO_TOKEN, AUTHENTIK_TOKEN: cannot be read from 1Password: op gave no answer within 0.3 s. Unlock 1Password or run `op signin`, then run this again.',
  ])
  expect(calls().length).toBeLessThanOrEqual(1)
})

test('what was read before op became unusable is kept', async () => {
  const read = (reference: string) =>
    reference.endsWith('1') ? Promise.resolve('good') : Promise.reject(new OpUnusable('locked'))
  const found = await reveal({ FORGEJO_TOKEN: 'op://1', AUTHENTIK_TOKEN: 'op://2' }, NAMES, read)
  expect(found).toMatchObject({ revealed: ['FORGEJO_TOKEN'], unreadable: ['AUTHENTIK_TOKEN'] })
})

test("no secret is in a fault: neither the field's nor op's own", async () => {
  const says = 'first line\n[ERROR] 2026/11/23 12:00:00 the token ops_own_1 may not read hidden-value'
  const { path } = install({ 'op://v/a/b': { says, prints: 'hidden-value' } })
  const env = { PATH: path, OP_SERVICE_ACCOUNT_TOKEN: 'ops_own_1', FORGEJO_TOKEN: 'op://v/a/b' }
  const { faults } = await reveal(env, NAMES)
  expect(faults[0]).toContain('op says "the token *** may not read ***"')
})
