/** What this program has taken of its terminal, given back when it ends, however it ends, and while it is suspended. */

export interface Borrowed {
  /** To be done at once, and without trouble. */
  giveBack: () => void
  takeAgain: () => void
}

/** What is taken now, the first one first. */
export const borrowed = new Set<Borrowed>()

/** The terminal is as it was before; takes nothing again by itself. */
export function giveBack(): void {
  for (const thing of [...borrowed].reverse()) thing.giveBack()
}

export function takeAgain(): void {
  for (const thing of borrowed) thing.takeAgain()
}
