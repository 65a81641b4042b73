/** A run as it is followed on stderr: lines, folds of a CI log, or a live picture. */
import { join } from 'node:path'
import type { Account } from '../core/account.ts'
import { Forecast } from '../core/forecast.ts'
import { inert } from '../core/plain.ts'
import type { Plan } from '../core/plan.ts'
import { type Keys, listen, noKeys } from '../io/keys.ts'
import { linesOf } from '../io/output.ts'
import { liveScreen, noScreen, plainScreen, type Screen } from '../io/screen.ts'
import type { RunOptions } from '../run.ts'
import { Folds } from '../view/folds.ts'
import { Live } from '../view/live.ts'
import { type OutputChoice, Progress } from '../view/progress.ts'
import { Standing } from '../view/standing.ts'
import { Annotator } from './annotate.ts'
import type { Session } from './command.ts'
import { showsPicture } from './live-view.ts'
import type { Reporter } from './reporter.ts'

export interface RunView extends Reporter {
  pause: Screen['pause']
  /** A word in between; after the end, a remark. */
  say: (text: string) => void
}

interface Options extends Required<RunOptions> {
  output: OutputChoice
  /** Nobody else reads the terminal meanwhile. */
  keys: boolean
}

/** `account`: has each event before this has it. */
export function openRunView(session: Session, plan: Plan, account: Account, options: Options): RunView {
  const { system, ci, stop, verbose } = session
  const { output, expected, jobs, keepGoing, keys } = options
  const live = showsPicture(session, output) && plan.length > 0
  const standing = new Standing(plan, new Forecast(plan, expected, jobs), keepGoing)
  const progress = new Progress(session.paintStderr, { verbose, stream: output === 'stream', live })
  const plain = plainScreen(system)
  const silent = session.json || session.quiet
  const screen = silent ? noScreen : live ? openPicture(session, standing, keys) : plain
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
  const hurry = () => {
    standing.halted = 'since the run is stopped'
    show('Stopping: ending what runs; nothing is marked undone. Once more to kill it at once.')
  }
  stop.addEventListener('abort', hurry, { once: true })
  return {
    pause: screen.pause,
    say,
    see: (event) => {
      standing.add(event)
      screen.changed()
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

/** The picture of where a run stands. `keys`: nobody else reads the terminal meanwhile. While it stands, remarks go above it. */
function openPicture(session: Session, standing: Standing, keys: boolean): Screen {
  const { system, interactive, paintStderr } = session
  const live = new Live(standing, paintStderr, { began: system.now(), keys: keys && interactive })
  const screen = liveScreen(system, live)
  const press = (key: string) => {
    live.press(key)
    screen.changed()
  }
  const pressed: Keys = keys && interactive ? listen(system, press) : noKeys
  session.aside = screen.line
  return {
    ...screen,
    pause: (question) => pressed.pause(() => screen.pause(question)),
    close: () => {
      session.aside = null
      pressed.close()
      screen.close()
    },
  }
}
