import { exit, Refusal } from '../core/exit.ts'
import { plainLine } from '../core/plain.ts'
import { personOf } from '../io/git.ts'
import { markComplete } from '../io/marks.ts'
import { askYesNo } from '../io/prompt.ts'
import { marks } from '../view/style.ts'
import { verifyCard } from '../work.ts'
import { openBranch } from './branch.ts'
import type { Command, Session } from './command.ts'
import { refuseFaults } from './faults.ts'
import { withLock } from './locked.ts'
import { commitOption } from './options.ts'
import { tasksOf } from './preflight.ts'
import { openRecord } from './record.ts'
import { worldOf } from './world.ts'

export const command: Command = {
  operands: {
    CARD: 'the card to complete',
  },
  takes: [1, 1],
  about:
    'Completes a card on your word: for work that no program can prove. Its requirements must be complete, and the checks that do have a function must hold; with --force only your word counts, and the journal says so. Without a terminal, --yes is your word.',
  examples: {
    'mikado close rotate-the-paper-key': 'asks for your word, line by line',
    'mikado close rotate-the-paper-key --yes': 'this call is your word',
  },
  options: {
    yes: { type: 'boolean', short: 'y', help: 'do not ask: this call is the word' },
    force: { type: 'boolean', short: 'f', help: 'even when a check does not hold or a requirement is active' },
    commit: commitOption,
  },
  exits: {
    failed: 'what it requires is not complete, or a check does not hold',
    waiting: 'your word is missing',
    documents: 'its chain has errors',
    unrecorded: '',
    locked: '',
  },
  see: ['reopen', 'brief'],
  completes: 'active',
  run: async (session) => await withLock(session, `close ${session.operands.join(' ')}`, () => close(session)),
}

async function close(session: Session): Promise<number> {
  const { graph, repository, system, target } = session
  const id = session.cardNamed(session.operands[0] ?? '')
  refuseFaults(session, id)
  const card = graph.card(id)
  const force = session.flag('force')
  if (card.status === 'complete') {
    if (session.json) session.printJson('close', { closed: null, by: null, verified: false })
    else session.print(`${id} is complete already.\n`)
    return exit.ok
  }
  const blockers = graph.readiness(id).blockedBy.map((blocker) => blocker.id)
  if (blockers.length > 0 && !force) {
    throw new Refusal(
      exit.failed,
      `${id} requires ${blockers.join(', ')}, not complete yet`,
      'Complete that first; --force closes it all the same.',
    )
  }
  const branch = session.flag('commit') ? await openBranch(session, id, ['impl', 'close']) : null
  const record = openRecord(session, 'close', id, [id])
  let verified = false
  let words = card.checklist.map((line) => line.text)
  if (!force) {
    const proven = new Set<string>()
    const { tasks } = tasksOf(session, [id])
    const watched = {
      ...record,
      emit: (event: Parameters<typeof record.emit>[0]) => {
        if (event.event === 'check-passed') proven.add(event.check)
        record.emit(event)
      },
    }
    const world = worldOf(session, watched, tasks, (question) => question())
    const verdict = await verifyCard(card, world, null).finally(world.close)
    if (verdict.kind === 'drifted' || verdict.kind === 'unknown') {
      record.close()
      const why = verdict.kind === 'unknown' ? verdict.message : verdict.failed.join('; ')
      throw new Refusal(
        exit.failed,
        `${id} is not closed, its checks do not hold: ${why}`,
        `Run it, or do the work by hand and close it again.`,
      )
    }
    verified = verdict.kind === 'holds'
    words = card.checklist.filter((line) => !proven.has(line.key)).map((line) => line.text)
  }
  const by = await personOf(repository.root, system.env)
  if (!(await given(session, words.length > 0 ? words : [plainLine(card.title)]))) {
    record.close()
    return exit.waiting
  }
  const keys = card.checklist.map((line) => line.key)
  const mark = () => markComplete(repository, card, keys)
  const written = branch ? await branch.record('close', id, [card], record.emit, mark) : mark()
  if (!written.ok) {
    record.close()
    throw new Refusal(exit.unrecorded, written.reason, branch ? null : 'Mend that, then close it again.')
  }
  record.emit({ event: 'card-completed', card: id, how: 'confirmed', verified, by, durationMs: 0, target })
  record.close()
  const freed = graph
    .requiredBy(id)
    .filter((other) => graph.readiness(other).blockedBy.every((blocker) => blocker.id === id))
  if (session.json) session.printJson('close', { closed: id, by, verified, ready: freed })
  else {
    const next = freed.length > 0 ? `; now ready: ${freed.join(', ')}` : ''
    session.print(`${session.paint.green(marks.done)} ${id} is complete, on the word of ${by}${next}\n`)
  }
  return exit.ok
}

/** The person's word: each line asked on a terminal, or --yes. */
async function given(session: Session, words: readonly string[]): Promise<boolean> {
  if (session.flag('yes')) return true
  if (session.json)
    throw new Refusal(exit.waiting, `not closed, this needs your word for: ${words.join('; ')}`, 'Say --yes.')
  if (!session.interactive) {
    session.remark(
      `Not closed: this needs your word for\n${words.map((word) => `  ${word}\n`).join('')}Answer on a terminal, or say --yes.\n`,
    )
    return false
  }
  for (const word of words) {
    if (await askYesNo(session.system, `Is this true: ${word}`, session.stop)) continue
    session.remark('Not closed.\n')
    return false
  }
  return true
}
