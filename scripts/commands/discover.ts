import { dirname, join } from 'node:path'
import { documentOf, idOf, tagsOf } from '../core/discovery.ts'
import { addRequirement } from '../core/edit.ts'
import { exit, Refusal } from '../core/exit.ts'
import { createFile } from '../io/create.ts'
import { documentNamed, readText } from '../io/documents.ts'
import { markRequirement } from '../io/marks.ts'
import { copyLog } from '../io/output.ts'
import { diffText } from '../view/diff-text.ts'
import { showText } from '../view/graph-text.ts'
import type { Command, Session } from './command.ts'
import { withLock } from './locked.ts'
import { openRecord } from './record.ts'
import { resetAdvice } from './reset-advice.ts'

/** How many last lines of a failed card's log go into the new document. */
const outputLines = 20

export const command: Command = {
  operands: {
    TITLE: 'what the new card is called, in words; its id is made of them',
  },
  takes: [1, 1],
  about:
    'Writes down a prerequisite that was found while working on a card: a new card beside it, with the last failure filled in, and one line in what the card requires. Says where the branch must go back to before the plan may grow; it never resets anything by itself.',
  examples: {
    'mikado discover "Open port 5050" --for deploy-zot': 'a new card, which deploy-zot requires from now on',
    'mikado discover "Open port 5050" --for deploy-zot --why "the firewall drops it" --dry-run':
      'show what would be written, with the reason in it',
  },
  options: {
    for: { type: 'string', value: 'CARD', help: 'the card that cannot go on without it' },
    why: { type: 'string', value: 'TEXT', help: 'why it is needed, in a sentence' },
    id: { type: 'string', value: 'ID', without: 'from the title', help: 'name of the new card' },
    'dry-run': { type: 'boolean', short: 'n', help: 'show what would be written, and write nothing' },
  },
  exits: {
    documents: 'the card that needs it has errors',
    unrecorded: '',
    locked: '',
  },
  see: ['brief', 'docs/reference/branch-discipline.md', 'docs/reference/write-a-card.md'],
  run: async (session) => {
    if (session.flag('dry-run')) return await discover(session)
    return await withLock(session, `discover ${session.operands.join(' ')}`, () => discover(session))
  },
}

async function discover(session: Session): Promise<number> {
  const { graph, repository } = session
  const found = newCard(session)
  const { id, path, text, forCard, old } = found
  const edited = addRequirement(forCard.path, old, id)
  if (!edited.ok) {
    throw new Refusal(
      exit.unrecorded,
      `${forCard.path} was left alone: ${edited.reason}. Nothing was written`,
      `Write \`${id}\` into its \`requires\` by hand, and the new card beside it.`,
    )
  }
  const diff = diffText(path, null, text, session.paint) + diffText(forCard.path, old, edited.text, session.paint)
  if (session.flag('dry-run')) {
    if (session.json) session.printJson('discover', { ...told(found), written: false, resetTo: null })
    else session.print(`${diff}Nothing was written.\n`)
    return exit.ok
  }
  if (!createFile(join(repository.root, path), text))
    throw new Refusal(exit.unrecorded, `${path} is there already, nothing was written`, 'Choose another --id.')
  const required = markRequirement(repository, forCard.path, id)
  if (!required.ok) {
    throw new Refusal(
      exit.unrecorded,
      `${path} was written, but not what requires it: ${required.reason}`,
      `Write \`${id}\` into the \`requires\` of ${forCard.path} by hand.`,
    )
  }
  const record = openRecord(session, 'discover', forCard.id, [id])
  record.emit({ event: 'card-discovered', card: id, for: forCard.id })
  record.close()
  const advice = await resetAdvice(session, id, path)
  session.reread()
  if (session.json) session.printJson('discover', { ...told(found), written: true, resetTo: advice.resetTo })
  else {
    session.print(`${diff}\n${showText(graph.goalsOf(forCard.id)[0] ?? forCard.id, session.graph, session.paint)}\n`)
    session.print(advice.text)
  }
  return exit.ok
}

interface NewCard {
  id: string
  path: string
  text: string
  forCard: { id: string; title: string; path: string }
  /** Text of that card's document. */
  old: string
}

/** @throws Refusal when the words cannot be meant, or the name is taken. */
function newCard(session: Session): NewCard {
  const { graph, repository, system } = session
  const title = (session.operands[0] ?? '').trim()
  const named = session.text('for')
  if (named === null)
    throw new Refusal(exit.usage, 'say which card needs it', 'For instance: --for CARD, the card you were working on.')
  const card = graph.card(session.cardNamed(named))
  if (!card.sound) throw new Refusal(exit.documents, `${card.path} has an error`, 'See `mikado lint`, mend it first.')
  if (card.status === 'complete') {
    throw new Refusal(exit.usage, `${card.id} is complete: nothing is missing for it`, `Reopen it first, if it is not.`)
  }
  const id = session.text('id') ?? idOf(title)
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(id)) {
    throw new Refusal(
      exit.usage,
      `"${id}" cannot be the name of a card`,
      'Give one with --id: letters, digits, hyphens.',
    )
  }
  const taken = documentNamed(repository, id)
  if (taken !== null) {
    throw new Refusal(
      exit.usage,
      `there is a document of that name: ${taken}`,
      'Choose another with --id, or write that one into `requires` by hand.',
    )
  }
  const old = readText(join(repository.root, card.path)) ?? ''
  const failure = session.history.cards.get(card.id)?.failure
  const text = documentOf(
    {
      id,
      title,
      forCard: card,
      why: session.text('why'),
      failure: failure ? { message: failure.message, output: lastOutput(session, card.id) } : null,
      date: new Date(system.now()).toISOString().slice(0, 10),
      tags: tagsOf(card.path, old),
    },
    /\r\n/.test(old) ? '\r\n' : '\n',
  )
  return { id, path: join(dirname(card.path), `${id}.md`), text, forCard: card, old }
}

/** The end of what the card's task printed last, secrets masked as they were then. */
function lastOutput(session: Session, id: string): string[] {
  const log = session.history.cards.get(id)?.log
  if (!log) return []
  const lines: string[] = []
  const { root, data } = session.repository
  copyLog(join(data, log), (line) => {
    // Paths of this machine are nobody else's business.
    lines.push(line.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, ''))
    if (lines.length > outputLines) lines.shift()
  })
  return lines
}

function told({ id, path, forCard }: NewCard): { card: string; path: string; for: string } {
  return { card: id, path, for: forCard.id }
}
