/** A task module is imported before the run to see what it can do; what it said then spares that look as long as nothing has changed. */
import { expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'

const module = (imports = '') => `import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
${imports}appendFileSync('imported', '.')
export default {
  apply: () => writeFileSync('a.done', ''),
  verify: { 'It is done': () => existsSync('a.done') },
}
`

/** A card, its task, and all of it undone again before each call. */
class Chain extends TestRepository {
  constructor(text = module(), name = 'a.ts') {
    super({ 'docs/a.md': card(), [`tasks/${name}`]: text, 'package.json': '{ "type": "module" }' })
  }

  /** How often the module was imported meanwhile, and the exit code. */
  async imports(
    words: string[] = ['run', 'a'],
    env: NodeJS.ProcessEnv = {},
  ): Promise<[times: number, code: number | null]> {
    this.write({ 'docs/a.md': card(), imported: '' })
    this.remove('a.done')
    const { code } = await this.start(words, env).ended
    return [this.read('imported').length, code]
  }
}

test('the first run imports a module to look at it, and again to work it; the next only works it', async () => {
  using chain = new Chain()
  expect([await chain.imports(), await chain.imports()]).toEqual([
    [2, 0],
    [1, 0],
  ])
})

test('what it imports from the repository, directly or not, is looked at with it', async () => {
  using chain = new Chain(module("import './lib/first.ts'\n"))
  chain.write({ 'tasks/lib/first.ts': "import './second.ts'\n", 'tasks/lib/second.ts': 'export {}\n' })
  expect([await chain.imports(), await chain.imports()]).toEqual([
    [2, 0],
    [1, 0],
  ])
  chain.write({ 'tasks/lib/second.ts': 'export const changed = true\n' })
  expect(await chain.imports()).toEqual([2, 0])
})

test('what a script of the old kind requires is looked at with it, whatever its name leaves out', async () => {
  using chain = new Chain(
    `require('./lib')
const { appendFileSync, existsSync, writeFileSync } = require('node:fs')
appendFileSync('imported', '.')
module.exports = { apply: () => writeFileSync('a.done', ''), verify: { 'It is done': () => existsSync('a.done') } }
`,
    'a.cjs',
  )
  chain.write({ 'tasks/lib/index.js': "require('./value')\n", 'tasks/lib/value.json': '1' })
  chain.write({ 'tasks/lib/package.json': '{ "type": "commonjs" }' })
  expect([await chain.imports(), await chain.imports()]).toEqual([
    [2, 0],
    [1, 0],
  ])
  chain.write({ 'tasks/lib/value.json': '2' })
  expect(await chain.imports()).toEqual([2, 0])
})

test('in another window of the terminal it need not be looked at again', async () => {
  using chain = new Chain()
  await chain.imports()
  expect(await chain.imports(['run', 'a'], { TMUX_PANE: '%9', OLDPWD: '/elsewhere' })).toEqual([1, 0])
})

test('with another environment, other packages or another text it is looked at again', async () => {
  using chain = new Chain()
  expect(await chain.imports()).toEqual([2, 0])
  expect(await chain.imports(undefined, { ZONE: 'test' })).toEqual([2, 0])
  expect(await chain.imports(undefined, { ZONE: 'test' })).toEqual([1, 0])
  chain.write({ 'node_modules/.package-lock.json': '{}' })
  expect(await chain.imports(undefined, { ZONE: 'test' })).toEqual([2, 0])
  chain.write({ 'tasks/a.ts': `// Changed.\n${module()}` })
  expect(await chain.imports(undefined, { ZONE: 'test' })).toEqual([2, 0])
})

test('one that cannot be loaded is told before anything starts, each time', async () => {
  using chain = new Chain(`${module()}if (existsSync('broken')) throw new Error('broken')\n`)
  chain.write({ broken: '' })
  const refused = [await chain.imports(), await chain.imports()]
  chain.remove('broken')
  expect([...refused, await chain.imports()]).toEqual([
    [1, 65],
    [1, 65],
    [2, 0],
  ])
})

test('a check that its document has no line for is told before anything starts, also when the module is known', async () => {
  using chain = new Chain()
  await chain.imports()
  chain.write({ 'docs/a.md': card({ checks: ['Something else'] }) })
  const { code, stderr } = await chain.mikado('run', 'a')
  expect(code).toBe(65)
  expect(stderr).toContain('tasks/a.ts proves "It is done", which is no line of the checklist')
})

test('what is kept is not believed when it is not what was written', async () => {
  using chain = new Chain()
  await chain.imports()
  const place = '.mikado/cache/inspected.json'
  for (const text of ['', '{', '[]', 'null', chain.read(place).replace(/"checks":\[[^\]]*\]/, '"checks":null')]) {
    chain.write({ [place]: text })
    expect([text, await chain.imports()]).toEqual([text, [2, 0]])
  }
})

test('only a run keeps it, and `doctor` and `lint` look for themselves', async () => {
  using chain = new Chain()
  expect(await chain.imports(['plan', 'a'])).toEqual([1, 0])
  expect(await chain.imports(['run', 'a', '--dry-run'])).toEqual([1, 0])
  expect(chain.names('.mikado')).toEqual([])
  await chain.imports()
  expect(await chain.imports(['plan', 'a'])).toEqual([0, 0])
  expect((await chain.imports(['lint']))[0]).toBe(1)
  expect((await chain.imports(['doctor']))[0]).toBe(1)
})
