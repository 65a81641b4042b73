/** What the words of a run ask for: which cards, how many at once, what is seen of it. */
import { exit, Refusal } from '../core/exit.ts'
import type { Selection } from '../core/plan.ts'
import type { RunOptions } from '../run.ts'
import type { OutputChoice } from '../view/progress.ts'
import type { Session } from './command.ts'
import { usualOutput } from './live-view.ts'
import { jobsOf, offeredAtOnce, timeoutOf } from './options.ts'

export interface Words {
  selection: Selection
  options: Required<RunOptions>
  output: OutputChoice
}

/** @throws Refusal (64) when they cannot be meant. */
export function wordsOf(session: Session, goal: string): Words {
  const commit = session.flag('commit')
  const usual = commit ? '1' : session.text('engine') === null ? null : String(offeredAtOnce)
  const jobs = jobsOf(session.text('jobs') ?? usual)
  if (commit && jobs > 1) {
    const help = 'Leave one of them out.'
    throw new Refusal(exit.usage, '--commit works one card after the other, so that each commit is one card’s', help)
  }
  if (session.text('notify')?.trim() === '') throw new Refusal(exit.usage, '--notify: there is no command in it')
  const options = {
    jobs,
    keepGoing: session.flag('keep-going'),
    timeoutMs: timeoutOf(session) ?? session.repository.settings.timeoutMs,
    expected: (id: string) => session.history.cards.get(id)?.tookMs ?? null,
  }
  const output = (session.text('output') as OutputChoice | null) ?? usualOutput(session)
  return { selection: selectionOf(session, goal), options, output }
}

function selectionOf(session: Session, goal: string): Selection {
  const from = session.text('from')
  const force = session.text('force')
  const only = session.flag('only')
  const downstream = session.flag('downstream')
  if (downstream && force === null)
    throw new Refusal(exit.usage, '--downstream needs --force', 'It does again what requires the forced card.')
  if (only && from !== null) throw new Refusal(exit.usage, '--only and --from exclude each other')
  const inChain = (word: string): string => {
    const id = session.cardNamed(word)
    if (session.graph.chain(goal).includes(id)) return id
    throw new Refusal(exit.usage, `\`${id}\` is not in the chain of \`${goal}\``, `See \`show ${goal}\`.`)
  }
  return {
    goal,
    only,
    downstream,
    from: from === null ? null : inChain(from),
    force: force === null ? null : inChain(force),
  }
}
