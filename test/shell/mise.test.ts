/**
 * mise.toml as mise reads it: its tasks complete what they take, and hand on all that they are given. To unskip: mise 2026.9 or
 * newer on PATH, which completes by itself (older ones ask the program `usage`); the package @jdxcode/mise-linux-x64 has one.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { starters } from '../../scripts/core/starter.ts'
import { diamond } from '../cli/diamond.ts'
import { card, plainEnvironment, program, TestRepository } from '../rig/repository.ts'

const top = resolve(import.meta.dirname, '../..')
const config = readFileSync(join(top, 'mise.toml'), 'utf8')
const completes = spawnSync('mise', ['__complete_word__', '--shell', 'fish', '--line', 'mise '], {
  env: { ...plainEnvironment(), MISE_OFFLINE: '1' },
})
const there = completes.status === 0

describe.skipIf(!there)('mise', () => {
  const repository = new TestRepository({
    ...diamond,
    'docs/harden-zot-registry.md': card({ title: '"Zot: hardened"', requires: ['base'] }),
    'docs/semi;touch ran.md': card(),
    // What sets the repository up has a test of its own.
    "it's here/mise.toml": config.replaceAll('depends = ["setup"]\n', ''),
    'bin/npx*': `#!/bin/sh\nshift 2\nexec '${process.execPath}' '${program}' "$@"\n`,
  })
  const folder = repository.path("it's here")
  const { PATH } = plainEnvironment()
  const environment = {
    ...plainEnvironment(),
    HOME: repository.path('home'),
    MISE_OFFLINE: '1',
    PATH: `${repository.path('bin')}:${PATH}`,
  }

  function mise(...words: string[]): { stdout: string; stderr: string } {
    return spawnSync('mise', words, { cwd: folder, env: environment, encoding: 'utf8' })
  }

  /** What is offered behind a line, without what it means. */
  function offered(line: string): string[] {
    const { stdout } = mise('__complete_word__', '--shell', 'fish', '--line', line)
    return stdout
      .split('\n')
      .map((found) => found.split('\t')[0] ?? '')
      .filter((word) => word !== '' && word !== '\u0001files')
  }

  beforeAll(() => {
    for (const name of ['scripts', 'node_modules', 'package.json']) symlinkSync(join(top, name), join(folder, name))
    symlinkSync(repository.path('docs'), join(folder, 'docs'))
    const [, , task] = starters('docs', 'tasks', '2026-01-01', true)
    repository.write({ [`it's here/${task?.path}2*`]: (task?.text ?? '').replace('--mise mikado', '--mise mikado2') })
    mise('trust', '-q', '.')
  })
  afterAll(() => repository[Symbol.dispose]())

  it.each([
    ['mise run mikado ru', ['run']],
    ['mise run mikado show ', ['goal', 'harden-zot-registry']],
    ['mise run mikado -- show g', ['goal']],
    ['mise r -q mikado -- run --keep', ['--keep-going']],
    ['mise mikado why ba', ['base']],
    ['mise run docs-mikado ba', ['base']],
    ['mise run docs-mikado -- --re', ['--resume']],
    ['mise run doctor ba', ['base']],
    ['mise run harden-zot -- --downs', ['--downstream']],
    ['mise run mikado2 show ', ['goal', 'harden-zot-registry']],
    ['mise run mikado show "$(touch ran)" --ord', []],
  ])('%s', (line, words) => {
    expect(offered(line)).toEqual(words)
    expect(repository.names("it's here")).not.toContain('ran')
  })

  it('is told what a word means, with a colon in it', () => {
    const { stdout } = mise('__complete_word__', '--shell', 'fish', '--line', 'mise run mikado why har')
    expect(stdout).toBe('harden-zot-registry\tZot: hardened\n')
  })

  it('is not told of an id that a shell would read as more than a word', () => {
    expect(offered('mise run mikado why s')).toEqual([])
  })

  it('hands on all that a task is given, with -- and without', () => {
    const { stdout } = mise('run', '-q', 'mikado', 'show', 'goal', '--order')
    expect(stdout).toMatch(/^The goal\n/)
    expect(mise('run', '-q', 'mikado', '--', 'show', 'goal', '--order').stdout).toBe(stdout)
    expect(mise('run', '-q', 'mikado2', 'show', 'goal', '--order').stdout).toBe(stdout)
    expect(mise('run', '-q', 'docs-mikado', 'goal', '--all').stdout).toMatch(/The goal/)
  })

  it('lists the tasks with what each does', () => {
    const { stdout, stderr } = mise('tasks')
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^docs-mikado +The chains/m)
  })
})
