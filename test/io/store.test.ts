import { rmSync, statSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Secrets } from '../../scripts/core/secret.ts'
import { concealStep, loadOutputs, restore, saveOutputs } from '../../scripts/io/store.ts'
import { Folder } from './folder.ts'

function secretsOf(...values: string[]): Secrets {
  const secrets = new Secrets()
  for (const value of values) secrets.add(value)
  return secrets
}

it('keeps outputs for later runs, and secrets in them apart, for their owner only', () => {
  using folder = new Folder()
  const outputs = { url: 'http://x', token: 'hunter22', list: [1, null] }
  saveOutputs(folder.repository, 'a', outputs, secretsOf('hunter22'))
  expect(JSON.parse(folder.read('.mikado/outputs/a.json'))).toEqual({ ...outputs, token: { $secret: '/token' } })
  expect(JSON.parse(folder.read('.mikado/secrets/a.json'))).toEqual({ '/token': 'hunter22' })
  const mode = (name: string) => (statSync(folder.path(name)).mode & 0o777).toString(8)
  expect([mode('.mikado/secrets/a.json'), mode('.mikado/secrets'), mode('.mikado/outputs/a.json')]).toEqual([
    ...['600', '700', '600'],
  ])
})

it('gives outputs back whole, in another process too, and masks their secrets from then on', () => {
  using folder = new Folder()
  saveOutputs(folder.repository, 'a', { token: 'hunter22' }, secretsOf('hunter22'))
  const later = new Secrets()
  expect(loadOutputs(folder.repository, 'a', later)).toEqual({ token: 'hunter22' })
  expect(later.mask('a hunter22')).toBe('a •••')
})

it('has nothing for a card that left nothing, or whose secrets or outputs are lost', () => {
  using folder = new Folder()
  expect(loadOutputs(folder.repository, 'a', new Secrets())).toBeNull()
  saveOutputs(folder.repository, 'a', { token: 'hunter22' }, secretsOf('hunter22'))
  rmSync(folder.path('.mikado/secrets/a.json'))
  expect(loadOutputs(folder.repository, 'a', new Secrets())).toBeNull()
  folder.write('.mikado/outputs/b.json', '{"torn":')
  expect(loadOutputs(folder.repository, 'b', new Secrets())).toBeNull()
})

it('hides what is secret in the result of a step, beside that of others', () => {
  using folder = new Folder()
  const { repository } = folder
  const secrets = secretsOf('hunter22', 'swordfish')
  const one = concealStep(repository, 'a', 'login', { key: 'hunter22' }, secrets)
  const two = concealStep(repository, 'a', 'again', 'swordfish', secrets)
  expect([one, two]).toEqual([{ key: { $secret: 'step:login/key' } }, { $secret: 'step:again' }])
  expect(restore(repository, 'a', one, new Secrets())).toEqual({ key: 'hunter22' })
  expect(restore(repository, 'a', two, new Secrets())).toBe('swordfish')
  rmSync(folder.path('.mikado/secrets/a.json'))
  expect(restore(repository, 'a', one, new Secrets())).toBeUndefined()
})

it('writes no file for secrets where there are none', () => {
  using folder = new Folder()
  saveOutputs(folder.repository, 'a', { url: 'x' }, secretsOf('hunter22'))
  expect(concealStep(folder.repository, 'a', 's', 1, secretsOf('hunter22'))).toBe(1)
  expect(folder.names('.mikado')).toEqual(['.gitignore', 'outputs', 'tmp'])
})
