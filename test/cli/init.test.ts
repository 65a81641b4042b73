/** `init`: an example to start from, and nothing that exists is changed. */
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TestRepository } from '../rig/repository.ts'

test('in an empty folder makes a card and a task that run', async () => {
  using repository = new TestRepository({ 'README.md': '# Infra\n' })
  expect(await repository.tell('init')).toBe(`exit 0
--- stdout
  ✓  docs/how-to/try-mikado.md  written
  ✓  tasks/try-mikado.mjs       written

Next: mikado run try-mikado
`)
  expect((await repository.mikado('lint')).stdout).toContain('1 card: no trouble found.')
  expect((await repository.mikado('run', 'try-mikado')).code).toBe(0)
  expect(repository.read('docs/how-to/try-mikado.md')).toContain('- [x] The greeting is there\n')
})

test('a second time changes nothing, and says so; with --dry-run writes nothing', async () => {
  using repository = new TestRepository({ 'mise.toml': '', 'docs/index.md': '# Docs\n' })
  const dry = await repository.mikado('init', '-n', '--json')
  const all = ['docs/how-to/try-mikado.md', 'tasks/try-mikado.mjs', 'mise-tasks/mikado']
  expect(JSON.parse(dry.stdout).data).toEqual({ made: all, kept: [] })
  expect(repository.names('.').sort()).toEqual(['docs', 'mise.toml'])
  await repository.mikado('init')
  expect(statSync(repository.path('mise-tasks/mikado')).mode & 0o777).toBe(0o755)
  repository.write({ 'tasks/try-mikado.mjs': 'mine' })
  expect((await repository.mikado('init')).stdout).toContain(
    '  –  tasks/try-mikado.mjs       is there already, left as it is\n',
  )
  expect(repository.read('tasks/try-mikado.mjs')).toBe('mine')
})

test('takes the folders that package.json names', async () => {
  using repository = new TestRepository({
    'package.json': '{"mikado": {"docs": "handbook", "tasks": "jobs"}}',
    'handbook/index.md': '# Handbook\n',
  })
  expect(JSON.parse((await repository.mikado('init', '--json')).stdout).data.made).toEqual([
    'handbook/how-to/try-mikado.md',
    'jobs/try-mikado.mjs',
  ])
})

test('documents in another folder: only their owner can say so', async () => {
  using repository = new TestRepository({ 'doc/index.md': '# Docs\n' })
  expect(await repository.tell('init')).toBe(`exit 65
--- stderr
mikado: the documents seem to be in doc/, and mikado looks in docs/
  Put "mikado": {"docs": "doc"} into package.json, or make a docs folder; then run this again.
`)
  expect(repository.names('.')).toEqual(['doc'])
})

test('with --hook installs the hook of the branch, too', async () => {
  using repository = new TestRepository({ 'README.md': '# Infra\n' })
  execFileSync('git', ['init', '-q', repository.root])
  const { code, stdout } = await repository.mikado('init', '--hook')
  expect([code, stdout]).toEqual([0, expect.stringContaining('  ✓  .git/hooks/commit-msg      written\n')])
  expect(repository.names('.git/hooks')).toContain('commit-msg')
  const again = JSON.parse((await repository.mikado('init', '--hook', '--json')).stdout)
  expect(again.data.kept).toContain('.git/hooks/commit-msg')
})
