/** The last lines of what a card prints, as a terminal would show them. */
import { unpainted } from './fit.ts'
import { plain } from './style.ts'

/** Lines that are kept: as many as the tallest screen shows. And characters of a line: as many as the widest. */
const kept = { lines: 200, characters: 1000 }

export class Tail {
  /** As they came. */
  readonly #lines: string[] = []
  /** Where the oldest one stands. */
  #oldest = 0

  add(text: string): void {
    const line = text.slice(0, kept.characters)
    if (this.#lines.length < kept.lines) this.#lines.push(line)
    else {
      this.#lines[this.#oldest] = line
      this.#oldest = (this.#oldest + 1) % kept.lines
    }
  }

  /** At most so many lines, the last one last. Empty ones are left out: those at the end, or with `dense` all of them. */
  last(most: number, dense = false): string[] {
    const found: string[] = []
    for (let back = 1; back <= this.#lines.length && found.length < most; back++) {
      const line = this.#lines[(this.#oldest - back + 2 * this.#lines.length) % this.#lines.length] ?? ''
      const seen = asSeen(line)
      if (seen !== '' || (found.length > 0 && !dense)) found.push(seen)
    }
    return found.reverse()
  }
}

/** Without colours; of a line that was written over and over, what stands there last. */
function asSeen(line: string): string {
  const [last = ''] = unpainted(line).split('\r').filter(Boolean).slice(-1)
  return plain(last).replaceAll('\t', '    ').trimEnd()
}
