/** What a task's process answers, or how it died instead. */
import type { Reply } from '../core/protocol.ts'

/** How the process ended, when it ended before it answered. */
export interface Death {
  type: 'died'
  code: number | null
  signal: NodeJS.Signals | null
  /** It was on another machine, which is not heard any more: its name. */
  lost?: string
  /** Why no other machine takes the card. */
  refused?: string
}

/** What ends a request. */
export type Answer = Extract<
  Reply,
  { type: 'opened' | 'unreadable' | 'checked' | 'applied' | 'apply-failed' | 'inspected' | 'rested' }
>

/** The answers to a row of questions, as they come; after a death there is nothing else. */
export class Answers {
  readonly #came: Answer[] = []
  readonly #wanted: ((answer: Answer | Death) => void)[] = []
  #death: Death | null = null

  next(): Promise<Answer | Death> {
    const came = this.#came.shift() ?? this.#death
    return came ? Promise.resolve(came) : new Promise((resolve) => this.#wanted.push(resolve))
  }

  add(answer: Answer): void {
    const wanted = this.#wanted.shift()
    if (wanted) wanted(answer)
    else this.#came.push(answer)
  }

  end(death: Death): void {
    this.#death = death
    for (const wanted of this.#wanted.splice(0)) wanted(death)
  }
}

/** The death of a task's process, in words. */
export function deathOf(answer: Answer | Death): string {
  if (answer.type !== 'died')
    return `the task's process answered out of turn (${answer.type}): this is a bug of the runner`
  if (answer.refused !== undefined) return answer.refused
  if (answer.lost !== undefined) return `${answer.lost}, where it was worked, is not heard any more`
  if (answer.signal !== null) return `its process was ended by ${answer.signal}`
  if (answer.code === null) return 'its process could not be started'
  return `its process ended by itself with exit code ${answer.code}`
}

/** The exit code that it died with, if any. */
export function codeOf(answer: Answer | Death): number | null {
  return answer.type === 'died' ? answer.code : null
}

/** Its machine is away: nobody knows how far it came. */
export function wasLost(answer: Answer | Death): boolean {
  return answer.type === 'died' && answer.lost !== undefined
}
