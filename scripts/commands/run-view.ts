/** A run as it is followed on stderr: lines, folds of a CI log, or a live picture. */
import { join } from 'node:path'
import type { Account } from '../core/account.ts'
import { inert } from '../core/plain.ts'
import type { Plan } from '../core/plan.ts'
import { linesOf } from '../io/output.ts'
import { liveScreen, noScreen, plainScreen, type Screen } from '../io/screen.ts'
import type { System } from '../io/system.ts'
import { Folds } from '../view/folds.ts'
import { type OutputChoice, Progress } from '../view/progress.ts'
import { Annotator } from './annotate.ts'
import type { Session } from './command.ts'
import type { Reporter } from './reporter.ts'

export interface RunView extends Reporter {
  pause: Screen['pause']
  /** A word in between; after the end, a remark. */
  say: (text: string) => void
}

/** `account`: has each event before this has it. */
export function openRunView(session: Session, plan: Plan, output: OutputChoice, account: Account): RunView {
  const { system, ci, stop } = session
  const waits = new Map(plan.map(({ card, after }) => [card.id, after]))
  const progress = new Progress(waits, session.paintStderr, { verbose: session.verbose, stream: output === 'stream' })
  const plain = plainScreen(system)
  const silent = session.json || session.quiet
  const live = output !== 'stream' && isLive(system)
  const screen = silent ? noScreen : live ? liveScreen(system, (...room) => progress.frame(...room)) : plain
  const folds =
    silent || output === 'stream' || output === 'quiet'
      ? null
      : new Folds({ commands: ci === 'actions', streams: output === 'fold' }, (card) => {
          const log = account.log(card)
          return log === null ? [] : linesOf(join(session.repository.data, log))
        })
  const annotator = new Annotator(session, account)
  let open = true

  const show = (text: string) => screen.line(ci === null ? text : inert(text))
  const say = (text: string) => {
    if (open && !silent) show(text)
    else session.remark(`${text}\n`)
  }
  const hurry = () => show('Stopping: ending what runs; nothing is marked undone. Once more to kill it at once.')
  stop.addEventListener('abort', hurry, { once: true })
  return {
    pause: screen.pause,
    say,
    see: (event) => {
      const line = silent ? null : progress.line(event)
      const below = annotator.lines(event)
      if (folds) {
        for (const each of folds.lines(event, line, below)) screen.line(each)
        return
      }
      if (line !== null) show(line)
      for (const each of below) plain.line(each)
    },
    close: () => {
      stop.removeEventListener('abort', hurry)
      for (const each of folds?.close() ?? []) screen.line(each)
      for (const each of annotator.rest()) say(each)
      screen.close()
      open = false
    },
  }
}

/** Where nothing is asked: on a live terminal the picture shows the last line of each task, in CI one card has the log at a time. */
export function usualOutput({ system, ci }: Session): OutputChoice {
  return isLive(system) ? 'quiet' : ci === null ? 'stream' : 'fold'
}

/** A terminal on which a picture can be redrawn. */
function isLive({ stderr, env }: System): boolean {
  return stderr.isTTY === true && !env.CI && env.TERM !== 'dumb'
}
