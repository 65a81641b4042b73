import { exit, Refusal } from '../core/exit.ts'
import { didYouMean } from '../core/suggest.ts'
import { ownVersion } from '../io/itself.ts'
import { columnsOf } from '../io/width.ts'
import { commandPage, generalPage, type Part } from '../view/help-page.ts'
import { helpText } from '../view/help-text.ts'
import type { Command, Session } from './command.ts'
import { alone, commands, everywhere, purposes } from './table.ts'

export const command: Command = {
  operands: { COMMAND: 'the command to explain. Without it, all of them in a line each' },
  takes: [0, 1],
  about:
    'Explains a command, as `mikado COMMAND --help` does: what it does, its arguments and options, examples, exit codes.',
  examples: { 'mikado help': 'all commands', 'mikado help run': 'how to work a goal' },
  options: {},
  run: async (session) => {
    session.print(helpText(await pageOf(session), columnsOf(session.system), session.paint))
    return exit.ok
  },
}

async function pageOf({ operands: [name] }: Session): Promise<Part[]> {
  if (name === undefined) {
    const told = Object.entries(commands).filter(([, { hidden }]) => !hidden)
    const listed = told.map(([word, { summary, purpose }]) => [word, { summary, purpose: purposes[purpose] }] as const)
    const inOrder = Object.values(purposes).flatMap((purpose) =>
      listed.filter(([, entry]) => entry.purpose === purpose),
    )
    return generalPage(ownVersion(), Object.fromEntries(inOrder), { ...everywhere, ...alone }, pages)
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!entry)
    throw new Refusal(
      exit.usage,
      `no command \`${name}\``,
      didYouMean(name, Object.keys(commands)) ?? 'See `mikado --help`.',
    )
  const { command: asked } = await entry.load()
  return commandPage(name, asked, everywhere)
}

/** In the package, beside the program. */
const pages = [
  ['docs/reference/write-a-card.md', 'cards: frontmatter, checklist'],
  ['docs/reference/write-a-task.md', 'tasks: work, checks, steps, secrets'],
  ['docs/reference/exit-codes.md', 'what to do about each exit code'],
  ['docs/reference/shell.md', 'completion, help, the schema for editors'],
] as const
