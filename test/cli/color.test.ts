import { afterAll, expect, test } from 'vitest'
import { TestRepository } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

const repository = new TestRepository(diamond)
afterAll(() => repository[Symbol.dispose]())

async function coloured(args: string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> {
  const { code, stdout } = await repository.start(['list', ...args], env).ended
  expect(code).toBe(0)
  return stdout.includes('\u001b[')
}

test.each<[string, string[], NodeJS.ProcessEnv, boolean]>([
  ['none where no terminal is', [], {}, false],
  ['--color always', ['--color', 'always'], {}, true],
  ['--color=always', ['--color=always'], {}, true],
  ['--color always, though NO_COLOR is set', ['--color', 'always'], { NO_COLOR: '1' }, true],
  ['--color auto with NO_COLOR', ['--color', 'auto'], { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ['an empty NO_COLOR is none', ['--color', 'auto'], { NO_COLOR: '', FORCE_COLOR: '1' }, true],
  ['FORCE_COLOR', [], { FORCE_COLOR: '1' }, true],
  ['--color never, though FORCE_COLOR is set', ['--color', 'never'], { FORCE_COLOR: '1' }, false],
  ['a dumb terminal', [], { FORCE_COLOR: '1', TERM: 'dumb' }, false],
])('%s', async (_, args, env, expected) => {
  expect(await coloured(args, env)).toBe(expected)
})

test('colour changes nothing but colour', async () => {
  const painted = await repository.mikado('list', '--color', 'always')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is taken out
  expect(painted.stdout.replace(/\u001b\[\d+m/g, '')).toBe((await repository.mikado('list')).stdout)
})

test('JSON is never coloured', async () => {
  expect((await repository.mikado('list', '--json', '--color', 'always')).stdout).not.toContain('\u001b')
})

test('control characters of a document never reach the terminal', async () => {
  using evil = new TestRepository({
    'docs/a.md': '---\ntitle: "Bell\\u0007 and \\u001b[31mred\\u001b[0m"\nstatus: active\n---\n',
  })
  expect(await evil.tell('list')).toBe('exit 0\n--- stdout\nBell and [31mred[0m  a\n  requires nothing · ready: a\n')
})
