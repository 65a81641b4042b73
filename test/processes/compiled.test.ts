/** Where nobody looks at modules before they are worked, as on a worker's machine, a process leaves to the next what Node compiled. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Pool } from '../../scripts/io/pool.ts'

const root = mkdtempSync(join(tmpdir(), 'mikado-compiled-'))
const compiled = join(root, 'cache')

afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Opens the module in a process of its own, which is killed then. Answers how many files Node keeps. */
async function open(file: string): Promise<number> {
  const pool = new Pool({ root, env: { ...process.env, NODE_COMPILE_CACHE: compiled }, after: () => () => {} })
  const one = pool.take(true)
  const card = { id: 'a', title: 'A', path: 'docs/a.md' }
  const rest = { root, data: root, run: '1', inputs: {}, steps: [], turns: false }
  const answer = await one.ask({ type: 'open', file, kind: 'module', card, ...rest }).next()
  expect(answer).toMatchObject({ type: 'opened', checks: ['It is done'] })
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
