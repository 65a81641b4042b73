/** Annotations: what a forge shows beside a line of a document, told to it by a workflow command. */
import type { Account } from '../core/account.ts'
import { clip } from '../core/bounded.ts'
import type { ChecklistLine } from '../core/checklist.ts'
import type { Diagnostic, Place } from '../core/diagnostic.ts'
import type { Stamped } from '../core/event.ts'
import { commandLine } from '../core/workflow-command.ts'
import { count, oneLine } from './style.ts'

const levels = ['error', 'warning', 'notice'] as const
export type Level = (typeof levels)[number]

export interface Annotation {
  level: Level
  /** Null: it is about no document. */
  place: Place | null
  title: string
  message: string
}

/** What is to be said of a card, beside the first line of its checklist that is meant; if none is, beside the card as a whole. */
export interface Remark {
  level: Level
  card: string | null
  meant: (line: ChecklistLine) => boolean
  message: string
}

/** A forge shows so many of each level for a step, and no word of the rest. */
const most = 10

/** Characters of a message. */
const longest = 1000

/** The annotations of one step: as many as are shown, and how many are not. */
export class Annotations {
  readonly #counts: Record<Level, number> = { error: 0, warning: 0, notice: 0 }

  /** The command for it; null: there were too many of its level before. */
  line({ level, place, title, message }: Annotation): string | null {
    this.#counts[level]++
    if (this.#counts[level] > most) return null
    const { file, line, column } = place ?? { file: null, line: null, column: null }
    const col = column === 1 ? null : column
    return commandLine(level, { file, line, col, title: oneLine(title) }, clip(oneLine(message), longest))
  }

  /** Says what is left out; null: nothing. */
  rest(): string | null {
    const left = levels.flatMap((level) => {
      const over = this.#counts[level] - most
      return over > 0 ? [count(over, `more ${level}`)] : []
    })
    return left.length === 0 ? null : `No annotation for ${left.join(', ')}: a forge shows ${most} of a kind.`
  }
}

/** What an event is worth saying beside the card; null: nothing. `account`: of the run, that event included. */
export function remarkOf(event: Stamped, account: Account): Remark | null {
  switch (event.event) {
    case 'card-failed': {
      const { card, reason, message } = event
      const failed = reason === 'checks' ? failing(account, card) : undefined
      const head = reason === 'unrecorded' || reason === 'outputs' ? 'not recorded' : 'failed'
      return { level: 'error', card, meant: ({ key }) => key === failed, message: `${head}: ${message}` }
    }
    case 'card-waiting': {
      const { card, instructions, lines } = event
      const [first] = lines
      const message = `waits for a person: ${[instructions, ...lines].join('; ')}`
      return { level: 'notice', card, meant: ({ text }) => first?.startsWith(text) === true, message }
    }
    case 'card-completed': {
      if (event.verified || event.how !== 'ran') return null
      return { level: 'warning', card: event.card, meant: () => false, message: 'complete, but not verified' }
    }
    case 'card-reopened': {
      const failed = failing(account, event.card)
      if (failed === undefined) return null
      const message = `was complete, and is no longer true: ${event.because}`
      return { level: 'warning', card: event.card, meant: ({ key }) => key === failed, message }
    }
    case 'warning':
      return { level: 'warning', card: event.card, meant: () => false, message: event.message }
    default:
      return null
  }
}

/** The first check that did not hold. */
function failing(account: Account, card: string): string | undefined {
  for (const [check, { held }] of account.answers(card)) if (held === false) return check
  return undefined
}

export function annotationOf({ code, severity, message, file, line, column, help }: Diagnostic): Annotation {
  const place = { file, line, column }
  return { level: severity, place, title: code, message: help === null ? message : `${message}. ${help}` }
}
