/** The help: what it tells of the whole and of each command, and that what it tells is so. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { afterAll, describe, expect, it, test } from 'vitest'
import { commands, everywhere } from '../../scripts/commands/table.ts'
import { exit } from '../../scripts/core/exit.ts'
import { commandAt, kindOf, type Options, operandsOf, type Usage } from '../../scripts/core/usage.ts'
import { widthOf } from '../../scripts/view/fit.ts'
import { commandPage } from '../../scripts/view/help-page.ts'
import { helpText } from '../../scripts/view/help-text.ts'
import { plainPaint } from '../../scripts/view/style.ts'
import { TestRepository } from '../rig/repository.ts'
import { hasTerminal, openTerminal } from '../rig/terminal.ts'
import { diamond } from './diamond.ts'

const repository = new TestRepository(diamond)
afterAll(() => repository[Symbol.dispose]())

const usages = await Promise.all(
  Object.entries(commands).map(async ([name, { load }]) => ({ name, usage: (await load()).command as Usage })),
)

describe('of the whole', () => {
  test('names every command under what it is for, the options and the exit codes in a line each', async () => {
    expect(await repository.tell('--help')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      mikado 0.1.0: documentation that runs. Works through how-to cards in the order of what they require.

      Usage: mikado [COMMAND] [OPTIONS]

      See where things stand:
        list     the goals, how far they are, and what is ready (the default)
        show     a goal and everything it requires, as a tree
        graph    a picture of goals and what they require: Mermaid, DOT, SVG or JSON
        view     a page of the graph in the browser, live
        where    where the branch and its goal stand, and what to do next
        ready    the cards that can be worked on now
        why      why a card is ready, or what it waits for
        brief    all that is needed to work one card, on one screen
        workers  which workers there are on an engine, and what they do
        log      past runs, or what a card printed last

      Work a goal:
        plan    what a run would do, without doing it
        run     work a goal: run, prove and mark every card it requires
        resume  go on with the goal of this branch, or of the last run
        verify  ask again whether what is marked complete still holds
        worker  work cards that runs on other machines offer
        close   complete a card on your word
        reopen  make a complete card active again, and what requires it

      Write and mend the documents:
        lint      what is wrong in the documents, each with its place
        discover  write down a prerequisite found while working on a card
        finalize  end a complete chain: its cards become plain documentation

      Set up:
        init        start in a repository without cards
        doctor      whether all is there that the tasks need, and what is missing
        hook        the rules of branches mikado/<goal>: install the commit-msg hook, or judge a branch
        completion  the script that has a shell complete commands, options and cards
        mcp         serve this repository to a coding agent (Model Context Protocol)
        help        explain a command

      Options of every command:
        -C, --cd DIR      work in the repository of DIR
            --json        answer in JSON on stdout
            --color WHEN  colours: auto (on a terminal), always or never; default: auto
        -q, --quiet       no progress, only results and trouble
        -v, --verbose     more: evidence of each check
            --no-input    never ask a person; what needs one is left waiting
        -h, --help        explain the command
            --version     print the version

      Exit codes: 0 all that was asked for is true · 1 a card failed · 2 a difference was found ·
        3 waiting for a person · 64 wrong usage · 65 bad documents · 69 a tool is missing · 70 a bug ·
        73 a document could not be marked · 75 locked by another run · 129/130/143 stopped by a signal

      Read on:
        mikado help COMMAND             a command, its options, examples and exit codes
        docs/reference/write-a-card.md  cards: frontmatter, checklist
        docs/reference/write-a-task.md  tasks: work, checks, steps, secrets
        docs/reference/exit-codes.md    what to do about each exit code
        docs/reference/shell.md         completion, help, the schema for editors
      "
    `)
    expect(await repository.tell('help')).toBe(await repository.tell('--help'))
    expect(await repository.tell('-h')).toBe(await repository.tell('--help'))
  })

  test('names all commands but hidden ones, and each exit code', async () => {
    const { stdout } = await repository.mikado('--help')
    const named = [...stdout.matchAll(/^ {2}([a-z]\S+) {2,}/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== 'docs')
    const told = Object.keys(commands).filter((name) => !commands[name]?.hidden)
    expect(named.filter((name) => !name?.includes('/')).sort()).toEqual(told.sort())
    const codes = /Exit codes: ([\s\S]*?)\n\n/.exec(stdout)?.[1]?.replace(/\n */g, ' ')
    expect([...(codes ?? '').matchAll(/(?:^|· )(\d+) /g)].map(([, code]) => Number(code))).toEqual(Object.values(exit))
  })
})

describe('of a command', () => {
  test('run', async () => {
    expect(await repository.tell('run', '--help')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Usage: mikado run [GOAL] [OPTIONS]

      Works a goal: every active card it requires, requirements first, side by side where the graph
      allows. Each card is asked first whether its checks hold already; if not, its task runs and the
      checks are asked again. Only then is the document marked complete. Stop it anywhere and run it
      again: it goes on from what is true.

      Arguments:
        GOAL  the goal, or any card: its id, or the path of its document. Without it, the only goal there
              is

      Options:
        -j, --jobs N        how many cards at once (default: the cores, with --engine 1000)
        -k, --keep-going    after a failure, go on with cards that do not need the failed one
        -n, --dry-run       say what would be done; never asks, never writes
            --timeout TIME  limit for each card that names none, for instance 5m
        -y, --yes           answer yes to what cards want confirmed before they start
            --output HOW    what tasks print: stream (as it comes), fold (card by card, as in CI), group
                            (when a card ends) or quiet (in the log only); default: quiet on a terminal,
                            fold in CI, elsewhere stream
            --engine URL    work the cards on other machines, by \`mikado worker\`; where the engine is:
                            redis://user@host:6379/0, or rediss:// with TLS; a password may stand in
                            MIKADO_ENGINE_PASSWORD
            --junit FILE    write the results there as JUnit XML, however it ends
            --notify CMD    tell CMD, by JSON on its stdin, of the end, the first failure, and cards that
                            wait for a person
            --commit        commit each change on the branch mikado/<goal>; wants a clean tree

      Which cards:
            --only        just this card, nothing that it requires
            --from CARD   start at CARD: what comes before it is taken as it is
        -f, --force CARD  do CARD again, whatever its checks say
            --downstream  with --force: also every card of the chain that requires CARD

      Options of every command:
        -C, --cd DIR      work in the repository of DIR
            --json        answer in JSON on stdout
            --color WHEN  colours: auto (on a terminal), always or never; default: auto
        -q, --quiet       no progress, only results and trouble
        -v, --verbose     more: evidence of each check
            --no-input    never ask a person; what needs one is left waiting
        -h, --help        explain the command

      Examples:
        mikado run harden-zot-registry
            work the goal and all it requires
        mikado run harden-zot-registry -j 1 --output stream
            one card after the other, with all they print
        mikado run deploy --dry-run
            say what would be done, and do nothing
        mikado run deploy --force migrate --downstream
            do a card again, and all of the chain that requires it
        mikado run deploy --commit
            on the branch mikado/deploy, each card a commit of its own

      Exit codes:
        0              all that was asked for is true
        1              a card failed, or could not start
        3              a card waits for a person
        64             an option, a word or a name that cannot be meant
        65             the chain or its tasks have errors, nothing was started
        69             a tool, a setting or a host is missing, nothing was started
        70             a bug
        73             a document could not be marked
        75             locked by another run
        129, 130, 143  stopped by a signal

      See also: mikado plan, mikado resume, mikado verify, mikado worker, docs/reference/exit-codes.md,
        docs/reference/engines.md
      "
    `)
    expect(await repository.tell('help', 'run')).toBe(await repository.tell('run', '--help'))
  })

  test('discover, 60 columns wide: a call that is too long goes on behind a backslash', async () => {
    const ran = await repository.start(['discover', '-h'], { COLUMNS: '60' }).ended
    expect(repository.told(ran)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Usage: mikado discover TITLE [OPTIONS]

      Writes down a prerequisite that was found while working on a
      card: a new card beside it, with the last failure filled in,
      and one line in what the card requires. Says where the
      branch must go back to before the plan may grow; it never
      resets anything by itself.

      Arguments:
        TITLE  what the new card is called, in words; its id is
               made of them

      Options:
            --for CARD  the card that cannot go on without it
            --why TEXT  why it is needed, in a sentence
            --id ID     name of the new card (default: from the
                        title)
        -n, --dry-run   show what would be written, and write
                        nothing

      Options of every command:
        -C, --cd DIR      work in the repository of DIR
            --json        answer in JSON on stdout
            --color WHEN  colours: auto (on a terminal), always or
                          never; default: auto
        -q, --quiet       no progress, only results and trouble
        -v, --verbose     more: evidence of each check
            --no-input    never ask a person; what needs one is
                          left waiting
        -h, --help        explain the command

      Examples:
        mikado discover "Open port 5050" --for deploy-zot
            a new card, which deploy-zot requires from now on
        mikado discover "Open port 5050" --for deploy-zot --why \\
          "the firewall drops it" --dry-run
            show what would be written, with the reason in it

      Exit codes:
        0              all that was asked for is true
        64             an option, a word or a name that cannot be
                       meant
        65             the card that needs it has errors
        70             a bug
        73             a document could not be marked
        75             locked by another run
        129, 130, 143  stopped by a signal

      See also: mikado brief,
        docs/reference/branch-discipline.md,
        docs/reference/write-a-card.md
      "
    `)
  })

  test('hook, whose first argument is one of some words', async () => {
    expect(await repository.tell('hook', '--help')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Usage: mikado hook install|uninstall|commit-msg [FILE] [OPTIONS]

      Keeps the order of a branch mikado/<goal>: commits are called \`C2(<goal>): plan|impl|close|finalize
      …\`, plans come before any work, a close after an impl, a finalize last, and an impl touches no card.
      \`commit-msg FILE\` judges the branch with the commit that FILE is the message of, as git asks its
      hook; without FILE, the branch as it is. Other branches are left alone.

      Arguments:
        install|uninstall|commit-msg  put the hook in its place, take it away, or judge the branch
        FILE                          for commit-msg: the file with the message of the commit that is
                                      being made

      Options of every command:
        -C, --cd DIR      work in the repository of DIR
            --json        answer in JSON on stdout
            --color WHEN  colours: auto (on a terminal), always or never; default: auto
        -q, --quiet       no progress, only results and trouble
        -v, --verbose     more: evidence of each check
            --no-input    never ask a person; what needs one is left waiting
        -h, --help        explain the command

      Examples:
        mikado hook install
            have git ask before each commit
        mikado hook commit-msg
            judge the branch as it is

      Exit codes:
        0              all that was asked for is true
        64             an option, a word or a name that cannot be meant
        65             the branch breaks its rules
        69             this is no git repository
        70             a bug
        73             a hook is there already that is not ours
        129, 130, 143  stopped by a signal

      See also: mikado where, docs/reference/branch-discipline.md
      "
    `)
  })

  test('is told where there is no repository, and by a name only', async () => {
    expect((await repository.start(['run', '--help'], {}, { cwd: '/' }).ended).code).toBe(0)
    expect(await repository.tell('help', 'run', 'plan')).toBe(
      'exit 64\n--- stderr\nmikado: `help` takes at most 1\n  See `mikado help --help`.\n',
    )
  })
})

describe.each(usages)('what is told of $name', ({ name, usage }) => {
  const { operands, takes, about, options, examples, exits = {}, see = [] } = usage

  it('is whole: sentences, a word on each operand and option, two examples or more', () => {
    expect(about).toMatch(/^[A-Z][\s\S]*\.$/)
    expect(Object.values(operands).filter((text) => text === '')).toEqual([])
    for (const [option, { help }] of Object.entries(options)) {
      expect(help, option).toMatch(/^[a-z-](?!.*\.(?:\s|$)).*\S$/)
    }
    expect(Object.keys(examples).length).toBeGreaterThanOrEqual(2)
    expect(Object.values(examples).filter((text) => !/^\S.*[^.\s]$/.test(text))).toEqual([])
    expect(Object.keys(operands).length === 0).toBe(takes[1] === 0)
  })

  it('is the same where it is told without loading what works', async () => {
    const told = await commands[name]?.usage?.()
    if (told) expect(usage).toEqual(expect.objectContaining(told))
  })

  it('has examples that can be typed: the command is named, the options are there, and so many operands it takes', () => {
    for (const example of Object.keys(examples)) {
      const [program, ...words] = wordsOf(example)
      expect(program, example).toBe('mikado')
      const at = commandAt(words, commands, everywhere)
      expect(words[at] ?? 'list', example).toBe(name)
      const args = words.filter((_, place) => place !== at)
      const all: Options = { ...everywhere, ...options }
      const { positionals, values } = parseArgs({ args, options: all, allowPositionals: true, strict: true })
      expect(positionals.length, example).toBeGreaterThanOrEqual(takes[0])
      expect(positionals.length, example).toBeLessThanOrEqual(takes[1])
      for (const [option, value] of Object.entries(values)) {
        const { values: known } = all[option] ?? {}
        if (known) expect(Object.keys(known), example).toContain(value)
      }
    }
  })

  it('names commands, pages and exit codes that are there', () => {
    const missing = see.filter((page) => {
      return page.includes('/')
        ? !existsSync(resolve(import.meta.dirname, '../..', page))
        : commands[page]?.hidden !== undefined || !commands[page]
    })
    expect(missing).toEqual([])
    expect(Object.keys(exits).filter((code) => !Object.hasOwn(exit, code))).toEqual([])
  })

  it('has no short name twice, none that every command has, and values that can be told', () => {
    const all = [...Object.entries(everywhere), ...Object.entries(options)]
    const letters = all.flatMap(([, { short }]) => short ?? [])
    expect(new Set(letters).size).toBe(letters.length)
    expect(Object.keys(options).filter((option) => Object.hasOwn(everywhere, option))).toEqual([])
    for (const [option, { type, value, values, default: without }] of all) {
      expect(value === undefined, option).toBe(type === 'boolean')
      if (values && without !== undefined) expect(Object.keys(values)).toContain(without)
      expect(kindOf(value) === null || values === undefined, option).toBe(true)
    }
  })

  it.each([40, 60, 80, 100, 200, Number.POSITIVE_INFINITY])(
    'fits %d columns, and is never wider than 100',
    (columns) => {
      const page = commandPage(name, usage, everywhere)
      const lines = helpText(page, columns, plainPaint).split('\n')
      // A word that is longer than the line stands on one of its own.
      const long = lines.filter((line) => widthOf(line) > Math.min(columns, 100) && line.trim().includes(' '))
      expect(long).toEqual([])
      expect(lines.filter((line) => line !== line.trimEnd())).toEqual([])
      // Whatever the width, it is the same text.
      const words = (text: string) => text.replace(/ \\\n/g, ' ').replace(/\s+/g, ' ')
      expect(words(lines.join('\n'))).toBe(words(helpText(page, 1000, plainPaint)))
    },
  )

  it('is what --help tells', async () => {
    const { code, stdout, stderr } = await repository.mikado(name, '--help')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(helpText(commandPage(name, usage, everywhere), 1000, plainPaint))
    expect(stdout.split('\n')[0]).toBe(
      `Usage: mikado ${[name, operandsOf(usage), '[OPTIONS]'].filter(Boolean).join(' ')}`,
    )
  })
})

describe('on a terminal', () => {
  // To unskip: util-linux, whose `script` makes a terminal.
  test.skipIf(!hasTerminal)('headings are bold, and lines as wide as it is; with NO_COLOR nothing is', async () => {
    const bold = openTerminal(repository, ['plan', '--help'])
    await bold.ended
    expect(bold.written()).toContain('\u001b[1mExit codes:\u001b[22m')
    const plain = openTerminal(repository, ['plan', '--help'], { NO_COLOR: '1' })
    await plain.ended
    expect(plain.written()).not.toContain('\u001b[1m')
    expect(plain.written()).toContain('Exit codes:')
  })
})

describe('as a manual page', () => {
  test('it has every command but hidden ones, once, and no line that roff would take for more than text', async () => {
    const { code, stdout, stderr } = await repository.mikado('help', '--man')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^\.TH MIKADO 1 "" "mikado \d+\.\d+\.\d+"\n\.SH NAME\nmikado \\- documentation that runs\n/)
    const told = Object.keys(commands).filter((name) => !commands[name]?.hidden)
    expect([...stdout.matchAll(/^\.SH "mikado (.*)"$/gm)].map(([, name]) => name?.replaceAll('\\', '')).sort()).toEqual(
      told.sort(),
    )
    expect([...stdout.matchAll(/^\.SH "Options of every command"$/gm)]).toHaveLength(1)
    expect([...new Set([...stdout.matchAll(/^[.'].*$/gm)].map(([line]) => line.split(' ')[0]))].sort()).toEqual([
      '.B',
      '.PP',
      '.SH',
      '.SS',
      '.TH',
      '.TP',
    ])
    expect(stdout).toMatch(/^[\n -~]*$/)
  })

  // To unskip: groff.
  test.skipIf(spawnSync('groff', ['--version']).status !== 0)('groff sets it without a warning', async () => {
    const { stdout } = await repository.mikado('help', '--man')
    const set = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], { input: stdout, encoding: 'utf8' })
    expect(set.stderr).toBe('')
    expect(set.stdout).toContain('mikado run harden-zot-registry -j 1 --output stream')
    expect(set.stdout).toContain('C2(<goal>): plan|impl|close|finalize …')
  })
})

/** As a shell parts a line that has no more than quotes in it. */
function wordsOf(line: string): string[] {
  return [...line.replace(/ (?:> ?\S+|\| .*)$/, '').matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) =>
    word.replaceAll('"', ''),
  )
}
