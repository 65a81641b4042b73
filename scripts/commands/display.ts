/** What a person sees of a run while it goes. */
import { join } from 'node:path'
import type { Stamped } from '../core/event.ts'
import { exit, Refusal } from '../core/exit.ts'
import { Forecast } from '../core/forecast.ts'
import type { Plan } from '../core/plan.ts'
import { type Keys, listen, noKeys } from '../io/keys.ts'
import { linesOf } from '../io/output.ts'
import { liveScreen, noScreen, plainScreen, type Screen } from '../io/screen.ts'
import type { System } from '../io/system.ts'
import type { RunOptions } from '../run.ts'
import { rowsOf } from '../view/fit.ts'
import { Live } from '../view/live.ts'
import { type OutputChoice, Progress } from '../view/progress.ts'
import { Standing } from '../view/standing.ts'
import { plain } from '../view/style.ts'
import type { Session } from './command.ts'
import type { Pause } from './world.ts'

export interface Display {
  add: (event: Stamped) => void
  pause: Pause
  /** Nothing is left of it but lines that stay. */
  close: () => void
}

interface Options extends Required<RunOptions> {
  output: OutputChoice
  /** Nobody else reads the terminal meanwhile. */
  keys: boolean
}

/** Begins to show a run. While a picture stands, the session's remarks go above it. */
export function openDisplay(session: Session, plan: Plan, options: Options): Display {
  const { system, stop, verbose } = session
  const { output } = options
  const live = showsPicture(session, output) && plan.length > 0
  const forecast = new Forecast(plan, options.expected, options.jobs)
  const standing = new Standing(plan, forecast, options.keepGoing)
  const progress = new Progress(session.paintStderr, { verbose, stream: output === 'stream', live })
  const { screen, keys } = live
    ? openPicture(session, standing, options)
    : { screen: session.json || session.quiet ? noScreen : plainScreen(system), keys: noKeys }
  const logs = new Map<string, string>()
  const hurry = () => {
    standing.halted = 'since the run is stopped'
    screen.line('Stopping: ending what runs; nothing is marked undone. Once more to kill it at once.')
  }
  stop.addEventListener('abort', hurry, { once: true })
  if (live) session.aside = screen.line
  return {
    add: (event) => {
      standing.add(event)
      if (event.event === 'card-started') logs.set(event.card, join(session.repository.data, event.log))
      if (output === 'group' && (event.event === 'card-completed' || event.event === 'card-failed')) {
        for (const lines of linesOf(logs.get(event.card) ?? '')) screen.line(plain(lines.join('\n')))
      }
      const line = progress.line(event)
      if (line !== null) screen.line(line)
      screen.changed()
    },
    pause: (question) => keys.pause(() => screen.pause(question)),
    close: () => {
      stop.removeEventListener('abort', hurry)
      session.aside = null
      keys.close()
      screen.close()
    },
  }
}

function openPicture(session: Session, standing: Standing, options: Options): { screen: Screen; keys: Keys } {
  const { system, interactive, paintStderr } = session
  const pressed = interactive && options.keys
  const live = new Live(standing, paintStderr, { began: system.now(), keys: pressed })
  const screen = liveScreen(system, live)
  if (!pressed) return { screen, keys: noKeys }
  const keys = listen(system, (key) => {
    live.press(key)
    screen.changed()
  })
  return { screen, keys }
}

/** Milliseconds after which a person wonders. */
const patience = 500

/** Says on a live terminal what is done, while it takes long. */
export async function whileDoing<T>(session: Session, what: string, work: () => Promise<T>): Promise<T> {
  const { system, paintStderr } = session
  if (!showsPicture(session, outputOf(session))) return await work()
  let screen = noScreen
  const cancel = system.after(patience, () => {
    screen = liveScreen(system, { text: () => paintStderr.dim(what), whole: false, rowsOf })
  })
  try {
    return await work()
  } finally {
    cancel()
    screen.close()
  }
}

/** A terminal on which a picture can be redrawn. */
function isLive({ stderr, env }: System): boolean {
  return stderr.isTTY === true && !env.CI && env.TERM !== 'dumb'
}

function showsPicture({ system, json, quiet }: Session, output: OutputChoice): boolean {
  return !json && !quiet && output !== 'stream' && isLive(system)
}

/** What of the tasks' output is told. On a live terminal the picture shows its last lines; elsewhere it is told as it comes. */
export function outputOf(session: Session): OutputChoice {
  const asked = session.text('output')
  if (asked === null) return isLive(session.system) ? 'quiet' : 'stream'
  if (asked === 'stream' || asked === 'group' || asked === 'quiet') return asked
  throw new Refusal(exit.usage, `--output ${asked}: no such choice`, 'There are stream, group and quiet.')
}
