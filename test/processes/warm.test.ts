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

/** Works `a`, then `b`, whose module does this when it is imported; answers the processes of all imports (both are looked at first), and what `b` saw. */
async function imported(first: string): Promise<{ code: number | null; pids: string[]; left: string }> {
  const note = "appendFileSync('imported', process.pid + '\\n')\n"
  using repository = new TestRepository({
    'docs/a.md': card(),
    'docs/b.md': card({ requires: ['a'] }),
    'tasks/a.ts': module('a', '') + note,
    'tasks/b.ts': module('b', "appendFileSync('seen', early ? 'a.done is there' : 'too early')") + note + first,
  })
  const { code } = await repository.mikado('run', 'b', '-j', '1')
  const [, left = ''] = repository.read('seen').split('\n')
  return {
    code,
    pids: repository.read('imported').trimEnd().split('\n'),
    left: `${left} ${repository.read('seen').split('\n')[2]}`,
  }
}

test('a card is worked in the process that looked at its module, which is imported anew for it', async () => {
  const { code, pids, left } = await imported("const early = existsSync('a.done')\n")
  expect([code, pids.length, new Set(pids).size]).toEqual([0, 4, 1])
  expect(left).toMatch(/^b \d+ 1 \. a\.done is there$/)
})

test('what a module leaves behind when it is only looked at is not there for a card', async () => {
  const { code, pids, left } = await imported("const early = existsSync('a.done')\nglobalThis.left = 'left'\n")
  const [looked, alsoLooked, worked, workedNext] = pids
  expect([code, pids.length, alsoLooked]).toEqual([0, 4, looked])
  expect([worked, workedNext]).not.toContain(looked)
  // Its own, from its own import.
  expect(left).toMatch(/^b \d+ 1 left\. a\.done is there$/)
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
