/** The live picture of a run on a terminal, and the keys that can be pressed there. */
import { type Keys, listen, noKeys } from '../io/keys.ts'
import { liveScreen, noScreen, type Screen } from '../io/screen.ts'
import type { System } from '../io/system.ts'
import { rowsOf } from '../view/fit.ts'
import { Live } from '../view/live.ts'
import type { OutputChoice } from '../view/progress.ts'
import type { Standing } from '../view/standing.ts'
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

/** The picture of where a run stands. `keys`: nobody else reads the terminal meanwhile. While it stands, remarks go above it. */
export function openPicture(session: Session, standing: Standing, keys: boolean): Screen {
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
