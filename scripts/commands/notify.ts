/** `--notify`: tells a command of the user's what a run comes to. Whatever that command does, the run goes its way. */
import type { Account } from '../core/account.ts'
import type { RunOutcome } from '../core/event.ts'
import { jsonOf, plain, typed } from '../core/plain.ts'
import { notify } from '../io/notify.ts'
import { headline } from '../view/summary.ts'
import type { Session } from './command.ts'
import type { Reporter } from './reporter.ts'

interface Notification {
  /** `failed`: a card did, the first one. `waiting`: a card waits for a person. */
  reason: 'ended' | 'failed' | 'waiting'
  goal: string
  card: string | null
  message: string
  outcome: RunOutcome | null
  exitCode: number | null
  durationMs: number | null
  run: string
  /** What a person types to go on; null: nothing is left to do. */
  resume: string | null
}

/** Null: nobody wants to be told. `say`: tells the person who watches. */
export function notifyReporter(
  session: Session,
  goal: string,
  account: Account,
  callOf: (words: string) => string,
  say: (text: string) => void,
): Reporter | null {
  const command = session.text('notify')
  if (command === null) return null
  let [run, failed, slow] = ['', false, false]
  /** One after the other, in order. */
  let last = Promise.resolve()
  const send = (about: Pick<Notification, 'reason' | 'card' | 'message'>) => {
    const words = account.end === null ? `resume ${typed(goal)}` : account.resume(goal)
    const { outcome = null, exitCode = null, durationMs = null } = account.end ?? {}
    const resume = words === null ? null : callOf(words)
    const data: Notification = { ...about, goal, outcome, exitCode, durationMs, run, resume }
    const text = `${jsonOf({ schemaVersion: 1, kind: 'notification', data })}\n`
    last = last.then(async () => {
      // One that hangs is not waited for again and again.
      if (slow && about.reason !== 'ended') return
      const went = await notify(command, text, session.system, (line) => say(`notify │ ${plain(line)}`))
      if (went === 'slow') slow = true
      if (went !== 'ok')
        say(`mikado: --notify (${about.reason}): ${went === 'slow' ? 'it was killed after 10 s' : went.trouble}`)
    })
  }
  return {
    see: (event) => {
      run = event.run
      if (event.event === 'card-waiting') {
        send({ reason: 'waiting', card: event.card, message: [event.instructions, ...event.lines].join('; ') })
      } else if (event.event === 'card-failed' && !failed) {
        failed = true
        send({ reason: 'failed', card: event.card, message: event.message })
      }
    },
    end: () => {
      send({ reason: 'ended', card: account.end?.failed ?? null, message: headline(account, goal) })
      return last
    },
  }
}
