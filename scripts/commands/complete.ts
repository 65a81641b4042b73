import { resolve } from 'node:path'
import { Call, type CardToChoose, cardChoices, choices, unquoted } from '../core/completion.ts'
import { exit } from '../core/exit.ts'
import { holds, Question } from '../io/answers.ts'
import { readGraph } from '../io/documents.ts'
import { findRepository } from '../io/repository.ts'
import { candidatesText, type Speech } from '../view/candidates-text.ts'
import type { Command, Session } from './command.ts'
import { alone, commands, everywhere } from './table.ts'

/** What the completion scripts ask. A key press is no moment to complain: whatever is wrong, less is told. */
export const command: Command = {
  operands: { WORD: 'the words behind the program’s name; the last is being typed' },
  takes: [0, Number.POSITIVE_INFINITY],
  about:
    'Tells what may stand where the last word is being typed: a candidate a line, a tab, what it means. One line that is a tab and `file` or `folder` asks the shell for those instead. Changes nothing, waits for nothing, says nothing on stderr.',
  examples: {
    'mikado complete -- run ""': 'what may follow `mikado run`',
    'mikado complete -- run --output=': 'the values of an option',
  },
  options: {
    typed: { type: 'boolean', help: 'the words are as they were typed, quotes and all' },
    mise: {
      type: 'string',
      value: 'TASK',
      help: 'the words are those of `mise run TASK …`, and the answer is for mise',
    },
    before: {
      type: 'string',
      value: 'WORDS',
      default: '',
      help: 'with --mise: what the task calls before its own words',
    },
  },
  see: ['completion'],
  run: async (session) => {
    const task = session.text('mise')
    try {
      session.print(candidatesText(await answer(session, task), task === null ? 'shell' : 'mise'))
    } catch {
      // No repository, wrong settings, documents that cannot be read: the command that is typed will say so.
    }
    return exit.ok
  },
}

async function answer(session: Session, task: string | null): Promise<Speech> {
  const { system, operands } = session
  const words = session.flag('typed') ? operands.map(unquoted) : operands
  const call = new Call(
    task === null ? words : behind(task, session.text('before') ?? '', words),
    commands,
    everywhere,
    alone,
  )
  const entry = call.command === null ? undefined : commands[call.command]
  const usage = (await entry?.usage?.()) ?? (await entry?.load())?.command ?? null
  const wanted = call.wanted(usage)
  const { among } = wanted
  if (among === null || typeof among === 'object') return choices(wanted)
  if (among === 'file' || among === 'folder') return among
  const folder = call.folder.replace(/^~(?=\/|$)/, system.env.HOME ?? '~')
  const cards = cardChoices(await cardsIn(session, folder), among, wanted)
  // A card may be named by the path of its document, too.
  return cards.length === 0 && wanted.typed.includes('/') ? 'file' : cards
}

/** The words of `mise run TASK …` as those of the call that the task makes. */
function behind(task: string, before: string, words: readonly string[]): string[] {
  const own = words.slice(words.indexOf(task) + 1)
  // mise takes the first -- for itself.
  if (own[0] === '--' && own.length > 1) own.shift()
  return [...before.split(' ').filter((word) => word !== ''), ...own]
}

/** The cards of the repository that a folder lies in, kept for as long as its documents look the same. */
async function cardsIn({ system }: Session, folder: string): Promise<CardToChoose[]> {
  const question = await Question.of(system, 'complete', [], folder)
  const known = question.known()
  if (known && holds(known)) {
    return JSON.parse(Buffer.concat(known.said.map(([, text]) => text)).toString()) as CardToChoose[]
  }
  const repository = findRepository(resolve(system.cwd, folder))
  const graph = readGraph(repository)
  const goals = new Set(graph.goals())
  const cards = [...graph.cards.values()].map(({ id, title, status, sound }): CardToChoose => {
    const active = graph.readiness(id).ready ? 'ready' : 'waiting'
    return { id, title, state: sound ? (status === 'complete' ? status : active) : 'faulty', goal: goals.has(id) }
  })
  await question.keep(repository, {
    said: [['stdout', Buffer.from(JSON.stringify(cards))]],
    code: exit.ok,
    settled: null,
  })
  return cards
}
