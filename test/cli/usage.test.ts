import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { TestRepository } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

const repository = new TestRepository(diamond)
afterAll(() => repository[Symbol.dispose]())

describe('help', () => {
  test('of the whole names every command and every exit code', async () => {
    expect(await repository.tell('--help')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      mikado 0.1.0: documentation that runs. Works through how-to cards in the order of what they require.

      Usage: mikado [COMMAND] [OPTIONS]

        list      the goals, how far they are, and what is ready (the default)
        show      a goal and everything it requires, as a tree
        graph     a picture of goals and what they require: Mermaid, DOT, SVG or JSON
        view      a page of the graph in the browser, live
        where     where the branch and its goal stand, and what to do next
        ready     the cards that can be worked on now
        why       why a card is ready, or what it waits for
        brief     all that is needed to work one card, on one screen
        lint      what is wrong in the documents, each with its place
        plan      what a run would do, without doing it
        run       work a goal: run, prove and mark every card it requires
        resume    go on with the goal of this branch, or of the last run
        verify    ask again whether what is marked complete still holds
        close     complete a card on your word
        reopen    make a complete card active again, and what requires it
        discover  write down a prerequisite found while working on a card
        finalize  end a complete chain: its cards become plain documentation
        hook      the rules of branches mikado/<goal>: install the commit-msg hook, or judge a branch
        log       past runs, or what a card printed last
        doctor    whether all is there that the tasks need, and what is missing
        mcp       serve this repository to a coding agent (Model Context Protocol)
        init      start in a repository without cards

      Options of every command:
        -C, --cd DIR      work in the repository of DIR
            --json        answer in JSON on stdout
            --color WHEN  auto, always or never
        -q, --quiet       no progress, only results and trouble
        -v, --verbose     more: evidence of each check
            --no-input    never ask a person; what needs one is left waiting
        -h, --help        explain a command
            --version     print the version

      \`mikado COMMAND --help\` explains one. Exit codes: 0 all that was asked for is true · 1 a card failed ·
      2 a difference was found · 3 waiting for a person · 64 usage · 65 bad documents · 69 a tool is missing ·
      70 a bug · 73 a document could not be marked · 75 locked by another run · 130/143 stopped by a signal.
      "
    `)
    expect(await repository.tell('help')).toBe(await repository.tell('--help'))
    expect(await repository.tell('-h')).toBe(await repository.tell('--help'))
  })

  test('of run', async () => {
    expect(await repository.tell('run', '--help')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Usage: mikado run [GOAL] [OPTIONS]

      Works a goal: every active card it requires, requirements first, side by side where the graph allows. Each card is
      asked first whether its checks hold already; if not, its task runs and the checks are asked again. Only then is the
      document marked complete. Stop it anywhere and run it again: it goes on from what is true.

      Options:
        -j, --jobs N        how many cards at once (default: the cores)
        -k, --keep-going    after a failure, go on with cards that do not need the failed one
        -n, --dry-run       say what would be done; never asks, never writes
            --only          just this card, nothing that it requires
            --from CARD     start at CARD: what comes before it is taken as it is
        -f, --force CARD    do CARD again, whatever its checks say
            --downstream    with --force: also every card of the chain that requires CARD
            --timeout TIME  limit for each card that names none, for instance 5m
        -y, --yes           answer yes to what cards want confirmed before they start
            --output HOW    of tasks: stream (as it comes), fold (card by card, as in CI), group (when a card ends) or quiet
            --junit FILE    write the results there as JUnit XML, however it ends
            --notify CMD    tell CMD, by JSON on its stdin, of the end, the first failure, and cards that wait for a person
            --commit        commit each change on the branch mikado/<goal>; wants a clean tree

      Options of every command:
        -C, --cd DIR      work in the repository of DIR
            --json        answer in JSON on stdout
            --color WHEN  auto, always or never
        -q, --quiet       no progress, only results and trouble
        -v, --verbose     more: evidence of each check
            --no-input    never ask a person; what needs one is left waiting
        -h, --help        explain a command

      Examples:
        mikado run harden-zot-registry
        mikado run harden-zot-registry -j 1 --output stream
        mikado run deploy --force migrate --downstream
        mikado run deploy --commit
      "
    `)
    expect(await repository.tell('help', 'run')).toBe(await repository.tell('run', '--help'))
  })

  test.each([
    ['list', ''],
    ['show', ' [GOAL]'],
    ['where', ' [CARD]'],
    ['ready', ' [GOAL]'],
    ['why', ' CARD'],
    ['lint', ''],
    ['plan', ' [GOAL]'],
    ['resume', ' [GOAL]'],
    ['verify', ' [GOAL]'],
    ['close', ' CARD'],
    ['reopen', ' CARD…'],
    ['log', ' [CARD]'],
  ])('of %s says how it is called, what it does, and gives examples', async (name, operands) => {
    const ran = await repository.mikado(name, '-h')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    const shape =
      /^Usage: mikado (.*) \[OPTIONS\]\n\n[A-Z][\s\S]+\.\n(\nOptions:\n(?: {2}.+\n)+)?\nOptions of every command:\n(?: {2}.+\n)+\nExamples:\n((?: {2}mikado.*\n)+)$/
    const [, usage] = shape.exec(ran.stdout) ?? []
    expect(usage).toBe(name + operands)
  })

  test('works where there is no repository', async () => {
    expect((await repository.start(['run', '--help'], {}, { cwd: '/' }).ended).code).toBe(0)
  })

  test('its columns are straight', async () => {
    const { stdout } = await repository.mikado('--help')
    const starts = stdout.split('\n').flatMap((line) => /^ {2,6}-.*? {2,}(?=[a-z])/.exec(line)?.[0].length ?? [])
    expect(new Set(starts).size).toBe(1)
  })
})

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
