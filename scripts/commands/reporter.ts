/** Who follows a run. Documents end up the same without any of them. */
import type { Stamped } from '../core/event.ts'

export interface Reporter {
  /** Each event, when the journal has it. */
  see?: (event: Stamped) => void
  /** Nothing more comes from the cards, and the screen is given back. */
  close?: () => void
  /** The run has ended, and the journal is closed: what is told or written once. */
  end?: () => void | Promise<void>
}

/** Several as one, each told in this order. */
export function together(reporters: readonly Reporter[]): Required<Reporter> {
  return {
    see: (event) => {
      for (const { see } of reporters) see?.(event)
    },
    close: () => {
      for (const { close } of reporters) close?.()
    },
    end: async () => {
      for (const { end } of reporters) await end?.()
    },
  }
}
