/** Notices that something may have changed: told by the system where it tells, and looked for again and again where it does not. */
import { type FSWatcher, watch } from 'node:fs'
import type { System } from './system.ts'

/** Milliseconds between two looks when nothing is told; and from the first word of a change to the look, since seldom one comes alone. */
const pause = { idle: 1000, told: 80 }
/** Looking takes no more than one part in so many of the time. */
const share = 8

export class Notice {
  readonly #system: Pick<System, 'after' | 'now'>
  readonly #folders: () => Iterable<string>
  readonly #look: () => Promise<void>
  readonly #watchers = new Map<string, FSWatcher>()
  #cancel: (() => void) | null = null
  #due = Infinity
  #looking = false
  /** Told while it looked. */
  #again = false
  #over = false
  /** How long the last look took. */
  #took = 0

  /** Begins at once. `look` is called whenever something may have changed, never while it still looks. */
  constructor(system: Pick<System, 'after' | 'now'>, folders: () => Iterable<string>, look: () => Promise<void>) {
    this.#system = system
    this.#folders = folders
    this.#look = look
    this.#plan(0)
  }

  /** Something may have changed. */
  told(): void {
    this.#again = this.#looking
    this.#plan(Math.max(pause.told, Math.min(pause.idle, this.#took * share)))
  }

  close(): void {
    this.#over = true
    this.#cancel?.()
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #plan(milliseconds: number): void {
    const due = this.#system.now() + milliseconds
    if (this.#over || this.#looking || due >= this.#due) return
    this.#cancel?.()
    this.#due = due
    this.#cancel = this.#system.after(milliseconds, () => void this.#turn())
  }

  async #turn(): Promise<void> {
    this.#due = Infinity
    this.#looking = true
    const began = this.#system.now()
    await this.#look()
    this.#took = this.#system.now() - began
    this.#looking = false
    this.#rewatch()
    if (this.#again) this.told()
    this.#plan(Math.max(pause.idle, this.#took * share))
  }

  /** Folders come and go. */
  #rewatch(): void {
    if (this.#over) return
    const wanted = new Set(this.#folders())
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue
      watcher.close()
      this.#watchers.delete(folder)
    }
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#watch(folder)
  }

  /** Where it cannot be watched (too many are, it is not there yet), looking again and again must do. */
  #watch(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.told())
      const end = () => {
        watcher.close()
        this.#watchers.delete(folder)
      }
      watcher.on('error', end)
      this.#watchers.set(folder, watcher)
    } catch {
      // The next look comes all the same.
    }
  }
}
