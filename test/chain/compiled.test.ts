import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const module = resolve(import.meta.dirname, '../../tasks/zot/lib/compiled.ts')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'compiled-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a program says of it that gets this environment. */
async function told(env: NodeJS.ProcessEnv): Promise<{ NODE_COMPILE_CACHE?: string }> {
  const { NODE_COMPILE_CACHE: _, ...plain } = process.env
  const words = [
    '--input-type=module',
    '-e',
    `console.log(JSON.stringify((await import('${module}')).compiledAlike()))`,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, words, { env: { ...plain, ...env } })
  return JSON.parse(stdout)
}

test('a program that is started keeps what Node compiled of it in the folder of whoever starts it', async () => {
  const kept = join(folder, 'kept')
  const passedOn = await told({ NODE_COMPILE_CACHE: kept })
  expect(passedOn).toEqual({ NODE_COMPILE_CACHE: kept })
  // And so does the next: nothing lies in a folder below.
  expect(await told(passedOn)).toEqual(passedOn)
  expect(readdirSync(kept)).toHaveLength(1)
})

test('and keeps nothing where its caller keeps nothing', async () => {
  expect(await told({})).toEqual({})
})
