/** A process that has worked one card works another when nothing of the first is left in it; else it ends with its card. */
import { expect, test } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'

const head = "import { appendFileSync, existsSync, writeFileSync } from 'node:fs'\n"

/** A task that writes down its process and whatever else it sees there. */
const module = (id: string, work: string, imports = '') => `${imports}${head}let times = 0
export default {
  apply: async ({ $, secret, log }) => {
    times++
    appendFileSync('seen', \`${id} \${process.pid} \${times} \${globalThis.left ?? ''}\${process.env.LEFT ?? ''}.\\n\`)
    ${work}
    writeFileSync('${id}.done', '')
  },
  verify: { 'It is done': () => existsSync('${id}.done') },
}
`

/** Works these one after the other, and answers for each, by its id, whether it had the process of the one before. */
async function shared(works: Record<string, string | [work: string, imports: string]>) {
  using repository = new TestRepository()
  const ids = Object.keys(works)
  for (const [at, [id, work]] of Object.entries(works).entries()) {
    const before = ids[at - 1]
    repository.write({
      [`docs/${id}.md`]: card({ requires: before === undefined ? [] : [before] }),
      [`tasks/${id}.ts`]: typeof work === 'string' ? module(id, work) : module(id, ...work),
    })
  }
  const { code, stdout } = await repository.mikado('run', ids.at(-1) ?? '', '-j', '1')
  const lines = repository.read('seen').trimEnd().split('\n')
  const seen = lines.map((line) => line.split(' '))
  const same = seen.map(([id, pid], at) => [id, pid === seen[at - 1]?.[1]])
  return { code, stdout, same: Object.fromEntries(same), left: seen.map((line) => line.slice(2).join(' ')) }
}

test('cards that leave nothing behind share a process, each with its module as it is when it is loaded', async () => {
  const { code, same, left } = await shared({ a: '', b: "log('spoken')", c: '' })
  expect([code, same, left]).toEqual([0, { a: false, b: true, c: true }, ['1 .', '1 .', '1 .']])
})

test('what a card leaves behind in its process is not there for the next', async () => {
  const { code, same, left } = await shared({
    silence: "process.getBuiltinModule('node:fs').closeSync(1)",
    global: 'globalThis.left = 1',
    environment: "process.env.LEFT = '2'",
    timer: 'setInterval(() => {}, 1000)',
    listener: "process.on('exit', () => {})",
    program: 'await $`true`',
    told: "await secret('a secret of it')",
    prototype: 'Array.prototype.odd = () => {}',
    mask: 'process.umask(0o77)',
    library: ['', "import 'node:http'\n"],
    last: '',
  })
  const others = [
    'global',
    'environment',
    'timer',
    'listener',
    'program',
    'told',
    'prototype',
    'mask',
    'library',
    'last',
  ]
  expect([code, same]).toEqual([0, Object.fromEntries(['silence', ...others].map((id) => [id, false]))])
  expect(left).toEqual(Array(11).fill('1 .'))
})

test('what a card prints stands in its own log, also when the next has the same process', async () => {
  const flood = 'a line of a flood\n'.repeat(50_000)
  using repository = new TestRepository({
    'docs/a.md': card({}),
    'docs/b.md': card({ requires: ['a'] }),
    'docs/c.md': card({ requires: ['b'] }),
    'tasks/a.ts': module('a', "process.stdout.write('without an end')"),
    'tasks/b.ts': module('b', "process.stdout.write('a line of a flood\\n'.repeat(50_000))"),
    'tasks/c.ts': module('c', "log('of c')"),
  })
  expect((await repository.mikado('run', 'c', '-j', '1', '--output', 'quiet')).code).toBe(0)
  const [run] = repository.names('.mikado/log')
  const logs = ['a', 'b', 'c'].map((id) => repository.read(`.mikado/log/${run}/${id}.log`))
  expect(logs[0]).toBe('without an end\n')
  expect(logs[1] === flood).toBe(true)
  expect(logs[2]).toBe('of c\n')
})
