/** Where nobody looks at modules before they are worked, as on a worker's machine, a process leaves to the next what Node compiled. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Question } from '../../scripts/core/protocol.ts'
import { Pool } from '../../scripts/io/pool.ts'
import type { LocalProcess } from '../../scripts/io/task-process.ts'

const root = mkdtempSync(join(tmpdir(), 'mikado-compiled-'))
const compiled = join(root, 'cache')

beforeEach(() => void mkdirSync(root, { recursive: true }))
afterEach(() => rmSync(root, { recursive: true, force: true }))

function start(): LocalProcess {
  const pool = new Pool({ root, env: { ...process.env, NODE_COMPILE_CACHE: compiled }, after: () => () => {} })
  return pool.take(true)
}

function opening(file: string, code: string | null): Question {
  const card = { id: 'a', title: 'A', path: 'docs/a.md' }
  return {
    type: 'open',
    file,
    kind: 'module',
    code,
    card,
    root,
    data: root,
    run: '1',
    inputs: {},
    steps: [],
    turns: false,
  }
}

/** Opens the module in a process of its own, which is killed then. Answers how many files Node keeps. */
async function open(file: string): Promise<number> {
  const one = start()
  expect(await one.ask(opening(file, null)).next()).toMatchObject({ type: 'opened', checks: ['It is done'] })
  await one.close()
  return readdirSync(compiled, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
}

test('what a process compiled is there for the next one, though it was killed', async () => {
  const file = join(root, 'a.ts')
  writeFileSync(file, "const done: boolean = true\nexport default { verify: { 'It is done': () => done } }\n")
  const kept = await open(file)
  expect(kept).toBeGreaterThan(0)
  expect(await open(file)).toBe(kept)
})

test('a text that is handed over stands for that of the file, once: then the file is read again', async () => {
  const file = join(root, 'a.ts')
  const one = start()
  const named = (name: string) => `export default { verify: { '${name}': () => import.meta.filename } }\n`
  const asked = async (code: string | null) => {
    const answers = one.ask(opening(file, code), { type: 'check', keys: ['Handed over', 'On disk'] })
    return [await answers.next(), await answers.next()]
  }
  const answer = (name: string) => [
    { type: 'opened', checks: [name] },
    { type: 'checked', held: true, detail: file },
  ]
  writeFileSync(file, named('On disk'))
  expect(await asked(named('Handed over'))).toMatchObject(answer('Handed over'))
  expect(await asked(null)).toMatchObject(answer('On disk'))
  expect(await asked(named('Handed over'))).toMatchObject(answer('Handed over'))
  await one.close()
})

test('what is wrong in such a text has its place in the file', async () => {
  const file = join(root, 'a.ts')
  writeFileSync(file, '')
  const one = start()
  const answer = await one.ask(opening(file, "const one = 1\n\nthrow new Error('no')\n")).next()
  expect(answer).toMatchObject({ type: 'unreadable', message: 'no', line: 3 })
  await one.close()
})
