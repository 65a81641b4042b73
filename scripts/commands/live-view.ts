/** What is shown on a terminal on which a picture can be redrawn, and what elsewhere. */
import { liveScreen, noScreen } from '../io/screen.ts'
import type { System } from '../io/system.ts'
import { rowsOf } from '../view/fit.ts'
import type { OutputChoice } from '../view/progress.ts'
import type { Session } from './command.ts'

/** Milliseconds after which a person wonders. */
const patience = 500

/** A terminal on which a picture can be redrawn. */
export function isLive({ stderr, env }: System): boolean {
  return stderr.isTTY === true && !env.CI && env.TERM !== 'dumb'
}

/** Whether a run is shown as a picture. */
export function showsPicture({ system, json, quiet }: Session, output: OutputChoice): boolean {
  return !json && !quiet && output !== 'stream' && isLive(system)
}

/** Where nothing is asked: on a live terminal the picture shows the last lines of each task, in CI one card has the log at a time. */
export function usualOutput({ system, ci }: Session): OutputChoice {
  return isLive(system) ? 'quiet' : ci === null ? 'stream' : 'fold'
}

/** Says on a live terminal what is done, while it takes long. */
export async function whileDoing<T>(
  session: Session,
  output: OutputChoice,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const { system, paintStderr } = session
  if (!showsPicture(session, output)) return await work()
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
