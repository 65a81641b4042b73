/** What the page may do where it was started with --control: the same commands as a person's, each in a process of its own. */
import { exit } from '../core/exit.ts'
import { type Itself, troubleOf } from '../io/itself.ts'
import type { ControlState } from '../view/page/scene.ts'

/** What came of a run, by its exit code. */
const ends: Record<number, string> = {
  [exit.ok]: 'complete',
  [exit.failed]: 'failed',
  [exit.waiting]: 'waits for a person',
  [exit.unrecorded]: 'a document could not be marked',
  130: 'stopped',
}

export class Control {
  readonly #itself: Itself
  readonly #root: string
  readonly #person: string
  readonly #changed: () => void
  #own: { what: string; stop: AbortController } | null = null
  #notice: ControlState['notice'] = null
  /** How often something about it has changed. */
  changes = 0

  constructor(itself: Itself, root: string, person: string, changed: () => void) {
    this.#itself = itself
    this.#root = root
    this.#person = person
    this.#changed = changed
  }

  get state(): ControlState {
    const own = this.#own && { what: this.#own.what, stopping: this.#own.stop.signal.aborted }
    return { own, notice: this.#notice, person: this.#person }
  }

  /** Runs a goal; `agreed`: to all that its cards want confirmed first. */
  start(goal: string, agreed: boolean): void {
    const said = (code: number | null) => `run ${goal}: ${ends[code ?? -1] ?? `ended with exit code ${code}`}`
    this.#call(`run ${goal}`, ['run', '--output', 'quiet', ...(agreed ? ['--yes'] : [])], goal, said)
  }

  /** Completes a card on the person's word. */
  confirm(card: string): void {
    this.#call(`close ${card}`, ['close', '--yes'], card, () => `${card} is complete, on the word of ${this.#person}`)
  }

  /** Stops what was started here, as Ctrl-C would. */
  stop(): void {
    this.#own?.stop.abort()
    this.#tell(this.#notice)
  }

  /** Says why nothing was done. */
  refuse(card: string, text: string): void {
    this.#tell({ card, text, bad: true })
  }

  /** Stops what was started here, and waits for its end. */
  async close(): Promise<void> {
    this.#own?.stop.abort()
    await this.#itself.idle()
  }

  #call(what: string, words: string[], operand: string, said: (code: number | null) => string): void {
    if (this.#own) {
      this.refuse(operand, `${this.#own.what} was started here and has not ended: nothing else is started.`)
      return
    }
    const stop = new AbortController()
    this.#own = { what, stop }
    this.#tell(null)
    const [command = '', ...options] = words
    const argv = [command, '--json', '--no-input', '-C', this.#root, ...options, '--', operand]
    void this.#itself.call(argv, { signal: stop.signal, tell: () => {} }).then((ended) => {
      this.#own = null
      const { code, stderr } = ended
      const trouble = stderr.trim() === '' && ends[code ?? -1] !== undefined ? null : troubleOf(ended)
      if (code === exit.ok || trouble === null) this.#tell({ card: operand, text: said(code), bad: code !== exit.ok })
      else
        this.#tell({
          card: operand,
          text: `${what}: ${trouble.message}${trouble.hint === null ? '' : `. ${trouble.hint}`}`,
          bad: true,
        })
    })
  }

  #tell(notice: ControlState['notice']): void {
    this.#notice = notice
    this.changes++
    this.#changed()
  }
}
