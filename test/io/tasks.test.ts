import { createHash } from 'node:crypto'
import { mkdirSync, symlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { type TaskFile, TaskFolder } from '../../scripts/io/tasks.ts'
import { Folder } from './folder.ts'

const find = (folder: Folder, ...front: string[]) => {
  const text = ['---', 'status: active', ...front, '---', ''].join('\n')
  return new TaskFolder(folder.repository).of(parseCard('docs/a.md', text).card)
}
const told = (found: TaskFile | { code: string; message: string; help: string | null } | null) =>
  found !== null && 'code' in found ? [found.code, found.message, found.help] : found

const program = '#!/bin/sh\nexit 0\n'

it('has no task where none is called like the card', () => {
  using folder = new Folder()
  expect(find(folder)).toBeNull()
  folder.write('tasks/b.ts', 'export default {}\n')
  folder.write('tasks/a.test.ts', '')
  expect(find(folder)).toBeNull()
})

it('finds the task by its name, however deep, with the digest of its text', () => {
  using folder = new Folder({ 'tasks/x/y/a.ts': 'export default {}\n' })
  expect(find(folder)).toEqual({
    path: 'tasks/x/y/a.ts',
    file: folder.path('tasks/x/y/a.ts'),
    kind: 'module',
    digest: createHash('sha256').update('export default {}\n').digest('hex').slice(0, 16),
    selfContained: true,
  })
})

it.each([
  ["import { join } from 'node:path'\nexport default {}", true],
  ["import type { Task } from './types.ts'\nexport default {}", true],
  ["import { help } from './help.ts'\nexport default {}", false],
  ["import 'node:child_process'\nexport default {}", false],
  ["export default { apply: () => import('node:fs') }", false],
  ["module.exports = { apply: () => require('./help.cjs') }", false],
  ['module.exports = { apply() {} }', false],
  ["import { createRequire } from 'node:module'\nexport default {}", false],
])('knows of %j whether others may be worked in its process: %j', (text, selfContained) => {
  using folder = new Folder()
  folder.write('tasks/a.js', text)
  expect(find(folder)).toMatchObject({ kind: 'module', selfContained })
})

it.each([
  ['a.ts', 'export default { apply() {} }', 'module'],
  ['a.mjs', 'const task = {}\nexport { task as default }', 'module'],
  ['a.ts', "import x from 'y'\nexport default task({ apply: async ({ $ }) => {} })", 'module'],
  ['a.ts', 'export const x = 1', 'node'],
  ['a.mts', '// export default is only spoken of\nconsole.log("export default {}")', 'node'],
  ['a.cjs', 'require("node:fs")', 'node'],
  ['a.js', '', 'node'],
  ['a.ts', 'export default {', 'module'],
  ['a.ts', '"', 'module'],
  ['a.sh', program, 'executable'],
  ['a', program, 'executable'],
  ['a.py', '#!/usr/bin/env python3\n', 'executable'],
])('takes %s with %j for a %s', (name, text, kind) => {
  using folder = new Folder()
  folder.write(`tasks/${name}`, text, 0o755)
  expect(find(folder)).toMatchObject({ path: `tasks/${name}`, kind })
})

it('never runs a script to see what it is', () => {
  using folder = new Folder()
  folder.write('tasks/a.ts', `import { writeFileSync } from 'node:fs'\nwriteFileSync('${folder.path('ran')}', '')\n`)
  expect([find(folder), folder.names()]).toMatchObject([{ kind: 'node' }, ['tasks']])
})

it('refuses a program that is not executable', () => {
  using folder = new Folder({ 'tasks/a.sh': program })
  expect(told(find(folder))).toEqual([
    'missing-task',
    'tasks/a.sh is not executable',
    'Make it so: `chmod +x tasks/a.sh`.',
  ])
})

it('refuses two tasks of one name, until the card names one', () => {
  using folder = new Folder({ 'tasks/x/a.ts': '', 'tasks/a.js': '' })
  expect(find(folder)).toEqual({
    ...{ code: 'doubled-task', severity: 'error', file: 'docs/a.md', line: 2, column: 9, related: [] },
    message: '`a` has more than one task: tasks/a.js, tasks/x/a.ts',
    help: 'Rename one of them, or name the right one in the card: `run: path`.',
  })
  expect(find(folder, 'run: tasks/x/a.ts')).toMatchObject({ path: 'tasks/x/a.ts', kind: 'node' })
})

it('does not count what stands beside a task', () => {
  using folder = new Folder({ 'tasks/a.ts': '' })
  for (const name of ['a.md', 'a.json', 'a.yaml', 'a.yml', 'a.toml', 'a.txt', 'a.lock', 'a.d.ts', 'a.sh~', '.a.sh']) {
    folder.write(`tasks/${name}`, '')
  }
  folder.write('tasks/node_modules/a.ts', '')
  folder.write('tasks/.cache/a.ts', '')
  expect(find(folder)).toMatchObject({ path: 'tasks/a.ts' })
})

it('takes the file that `run` names, from anywhere in the repository', () => {
  using folder = new Folder({ 'tasks/a.ts': '', 'ops/do it.mjs': 'export default {}' })
  expect(find(folder, 'run: ops/do it.mjs')).toMatchObject({ path: 'ops/do it.mjs', kind: 'module' })
})

it('keeps the checks of a manual card', () => {
  using folder = new Folder({ 'tasks/a.ts': 'export default {}' })
  expect(find(folder, 'run: manual')).toMatchObject({ path: 'tasks/a.ts', kind: 'module' })
})

it.each(['gone.ts', 'folder', '../gone.ts', '/etc/hostname'])('refuses `run: %s`, which is no file', (path) => {
  using folder = new Folder()
  mkdirSync(folder.path('folder'))
  expect(told(find(folder, `run: ${path}`))).toEqual([
    'missing-task',
    `\`run\` names ${path}, which is no file`,
    'Write it, or take `run:` away.',
  ])
})

it('refuses a file outside the repository, by its path or by a link', () => {
  using folder = new Folder()
  using other = new Folder({ 'a.ts': 'export default {}' })
  const outside = `../${other.root.split('/').at(-1)}/a.ts`
  symlinkSync(other.path('a.ts'), folder.path('link.ts'))
  for (const path of [outside, 'link.ts']) {
    expect(told(find(folder, `run: ${path}`))).toEqual([
      'missing-task',
      `${path} lies outside the repository`,
      'Move it into the repository.',
    ])
  }
})

it('works without a tasks folder, and with a file in its place', () => {
  using folder = new Folder({ tasks: 'a file' })
  expect(find(folder)).toBeNull()
})
