import { exit, Refusal } from '../core/exit.ts'
import { didYouMean } from '../core/suggest.ts'
import { ownVersion } from '../io/itself.ts'
import { columnsOf } from '../io/width.ts'
import { manText } from '../view/help-man.ts'
import { commandPage, generalPage, ofEveryCommand, type Part } from '../view/help-page.ts'
import { helpText } from '../view/help-text.ts'
import type { Command } from './command.ts'
import { alone, commands, everywhere, names, purposes } from './table.ts'

export const command: Command = {
  operands: { COMMAND: 'the command to explain. Without it, all of them in a line each' },
  takes: [0, 1],
  about:
    'Explains a command, as `mikado COMMAND --help` does: what it does, its arguments and options, examples, exit codes.',
  examples: {
    'mikado help': 'all commands',
    'mikado help run': 'how to work a goal',
    'mikado help --man | man -l -': 'all of it as a manual page',
  },
  options: { man: { type: 'boolean', help: 'the whole help as one manual page, in roff' } },
  run: async (session) => {
    const [name] = session.operands
    if (session.flag('man')) session.print(await manual())
    else session.print(helpText(await pageOf(name), columnsOf(session.system), session.paint))
    return exit.ok
  },
}

async function pageOf(name: string | undefined): Promise<Part[]> {
  if (name === undefined) return wholePage()
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (entry) return commandPage(name, (await entry.load()).command, everywhere)
  const help = didYouMean(name, names()) ?? 'See `mikado --help`.'
  throw new Refusal(exit.usage, `no command \`${name}\``, help)
}

async function manual(): Promise<string> {
  const all = new Map<string, Part[]>()
  for (const [name] of listed()) {
    // What every command has stands once, in the page of the whole.
    all.set(
      name,
      (await pageOf(name)).filter(({ heading }) => heading !== ofEveryCommand),
    )
  }
  return manText(ownVersion(), wholePage(), all)
}

function wholePage(): Part[] {
  const told = listed().map(([name, { summary, purpose }]) => [name, { summary, purpose: purposes[purpose] }] as const)
  return generalPage(ownVersion(), Object.fromEntries(told), { ...everywhere, ...alone }, pages)
}

/** Commands as they are told: by what they are for. */
function listed() {
  const told = Object.entries(commands).filter(([name]) => names().includes(name))
  return Object.keys(purposes).flatMap((purpose) => told.filter(([, entry]) => entry.purpose === purpose))
}

/** In the package, beside the program. */
const pages = [
  ['docs/reference/write-a-card.md', 'cards: frontmatter, checklist'],
  ['docs/reference/write-a-task.md', 'tasks: work, checks, steps, secrets'],
  ['docs/reference/exit-codes.md', 'what to do about each exit code'],
  ['docs/reference/shell.md', 'completion, help, the schema for editors'],
] as const
