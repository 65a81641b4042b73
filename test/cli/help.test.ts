/** The help of the whole, as it is printed. */
import { afterAll, describe, expect, test } from 'vitest'
import { commands } from '../../scripts/commands/table.ts'
import { exit } from '../../scripts/core/exit.ts'
import { TestRepository } from '../rig/repository.ts'
import { hasTerminal, openTerminal } from '../rig/terminal.ts'
import { diamond } from './diamond.ts'

const repository = new TestRepository(diamond)
afterAll(() => repository[Symbol.dispose]())

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
