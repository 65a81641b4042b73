/** The help of a command, as it is printed. */
import { afterAll, describe, expect, test } from 'vitest'
import { TestRepository } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

const repository = new TestRepository(diamond)
afterAll(() => repository[Symbol.dispose]())

describe('of a command', () => {
  test('run', async () => {
    expect(await repository.tell('run', '--help')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Usage: mikado run [GOAL] [OPTIONS]

      Works a goal: every active card it requires, requirements first, side by side where the graph
      allows, and first those on which most time hangs. Each card is asked first whether its checks hold
      already; if not, its task runs and the checks are asked again. Only then is the document marked
      complete. Stop it anywhere and run it again: it goes on from what is true.

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
