import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { TestRepository } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

const repository = new TestRepository(diamond)
afterAll(() => repository[Symbol.dispose]())

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await repository.tell('--version')).toBe(`exit 0\n--- stdout\n${version}\n`)
})

describe('a call that cannot be meant ends with 64, says what is wrong, and what may be meant', () => {
  test.each([
    [['lsit'], 'no command `lsit`', 'Did you mean `init` or `lint` or `list`?'],
    [['help', 'lsit'], 'no command `lsit`', 'Did you mean `init` or `lint` or `list`?'],
    [['__proto__'], 'no command `__proto__`', 'See `mikado --help`.'],
    [['run', '--keep'], "unknown option '--keep'", 'Did you mean `--help` or `--keep-going`?'],
    [['list', '--jsno'], "unknown option '--jsno'", 'Did you mean `--json`?'],
    [['why'], '`why` needs CARD', 'See `mikado why --help`.'],
    [['-C', '/nowhere'], '/nowhere is not a folder', 'Name the repository, or a folder in it, with -C.'],
    [['-x'], "unknown option '-x'", 'See `mikado list --help`.'],
    [['list', '-C'], "option '-C, --cd <value>' argument missing", 'See `mikado list --help`.'],
    [['list', '--json=1'], "option '--json' does not take an argument", 'See `mikado list --help`.'],
    [['list', '--color', 'pink'], '--color pink: no such choice', 'There are auto, always and never.'],
    [['list', 'goal'], '`list` takes no names', 'See `mikado list --help`.'],
    [['show', 'gaol'], 'no card `gaol` in docs/ (4 cards)', 'Did you mean `goal`?'],
    [['run', 'xyzzy'], 'no card `xyzzy` in docs/ (4 cards)', 'See `mikado list` for the goals there are.'],
    [['run', '--timeout', 'soon'], '--timeout soon: no duration', 'For instance 90s, 5m or 1h.'],
    [['run', '--output', 'loud'], '--output loud: no such choice', 'There are stream, fold, group and quiet.'],
    [['run', '--downstream'], '--downstream needs --force', 'It does again what requires the forced card.'],
    [['run', 'left', '--from', 'right'], '`right` is not in the chain of `left`', 'See `show left`.'],
  ])('%j', async (words, what, help) => {
    expect(await repository.tell(...words)).toBe(`exit 64\n--- stderr\nmikado: ${what}\n  ${help}\n`)
  })

  test.each([
    [['run', '-j', 'all'], '--jobs all: must be a whole number from 1'],
    [['run', '--only', '--from', 'base'], '--only and --from exclude each other'],
    [['log', '--last', '0'], '--last must be a whole number from 1'],
  ])('%j', async (words, what) => {
    expect(await repository.tell(...words)).toBe(`exit 64\n--- stderr\nmikado: ${what}\n`)
  })

  test('in JSON it is one object on stderr, and stdout stays empty', async () => {
    const ran = await repository.mikado('show', 'gaol', '--json')
    expect([ran.code, ran.stdout]).toEqual([64, ''])
    const error = { code: 64, message: 'no card `gaol` in docs/ (4 cards)', card: null, hint: 'Did you mean `goal`?' }
    expect(JSON.parse(ran.stderr)).toEqual({ error })
  })

  test('a goal must be named when there are several', async () => {
    using several = new TestRepository({ ...diamond, 'docs/other.md': diamond['docs/base.md'] })
    expect(await several.tell('run')).toMatchInlineSnapshot(`
      "exit 64
      --- stderr
      mikado: there are 2 goals: say which
        One of goal, other.
      "
    `)
    expect(await several.tell('show')).toMatchInlineSnapshot(`
      "exit 64
      --- stderr
      mikado: there are 2 goals: say which
        One of goal, other.
      "
    `)
  })

  test('nothing was written', () => {
    expect(repository.names('.')).toEqual(['docs', 'tasks'])
  })
})

test('options may stand before the command', async () => {
  expect(await repository.tell('--last', '2', 'log')).toBe(await repository.tell('log', '--last', '2'))
})

test('global options may stand before the command', async () => {
  expect(await repository.tell('--color', 'never', '-C', '.', 'show')).toBe(await repository.tell('show'))
})

describe('where no documents are, it ends with 65 and says where it looked', () => {
  test('up to the root of the disk', async () => {
    using empty = new TestRepository({ 'README.md': '' })
    expect(await empty.tell('list')).toMatchInlineSnapshot(`
      "exit 65
      --- stderr
      mikado: no docs folder in ROOT or above, up to /
        Make a docs folder there, name another repository with -C, or set \`mikado.docs\` in package.json.
      "
    `)
  })

  test('up to the root of the repository', async () => {
    using empty = new TestRepository({ '.git/HEAD': '', 'deep/inside/README.md': '' })
    const ran = await empty.start(['list'], {}, { cwd: empty.path('deep/inside') }).ended
    expect(empty.told(ran)).toMatchInlineSnapshot(`
      "exit 65
      --- stderr
      mikado: no docs folder in ROOT/deep/inside or above, up to ROOT
        Make a docs folder there, name another repository with -C, or set \`mikado.docs\` in package.json.
      "
    `)
    expect(await empty.tell('run', '--json')).toMatchInlineSnapshot(`
      "exit 65
      --- stderr
      {"error":{"code":65,"message":"no docs folder in ROOT","card":null,"hint":"Make a docs folder there, name another repository with -C, or set \`mikado.docs\` in package.json."}}
      "
    `)
    expect(empty.names('.')).toEqual(['.git', 'deep'])
  })
})

test('a reader that goes away early is no trouble', async () => {
  const child = repository.start(['show', 'goal', '--json'])
  child.child.stdout?.destroy()
  expect(await child.ended).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
})
