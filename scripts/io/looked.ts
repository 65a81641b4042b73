/** Files and folders that were looked at, and how they looked: what was made of them holds for as long as all of them look the same. */
import { type Stats, statSync } from 'node:fs'

/** How a file looks; of its times, the second is that of the last change of any kind, which no program can set. */
type Look = Pick<Stats, 'size' | 'ino' | 'mtimeMs' | 'ctimeMs'>

/** In a few letters, and when the latest of them changed. */
interface Looks {
  text: string
  latest: number
}

/** Numbers of each. */
const parts = 4
const nothing: Look = { size: -1, ino: -1, mtimeMs: -1, ctimeMs: -1 }

/** How all of these look now, relative to the root or absolute. */
export function looksOf(root: string, paths: readonly string[]): Looks {
  const looks = new Float64Array(paths.length * parts)
  for (let at = 0; at < paths.length; at++) put(looks, at, lookAt(root, paths[at] ?? ''))
  return told(looks)
}

export class Looked {
  readonly #root: string
  readonly #numbers = new Map<string, number>()
  #looks = new Float64Array(64 * parts).fill(Number.NaN)

  constructor(root: string, paths: Iterable<string> = []) {
    this.#root = root
    for (const path of paths) this.add(path)
  }

  get size(): number {
    return this.#numbers.size
  }

  get paths(): string[] {
    return [...this.#numbers.keys()]
  }

  /** A path relative to the root, or absolute. `look`: how it looked when it was read; without one, `looks` looks at it. */
  add(path: string, look: Look | null = null): this {
    const number = this.#numbers.get(path) ?? this.#numbers.size
    if (number === this.size) this.#numbers.set(path, number)
    if (number * parts >= this.#looks.length) {
      const more = new Float64Array(2 * this.#looks.length).fill(Number.NaN)
      more.set(this.#looks)
      this.#looks = more
    }
    if (look) put(this.#looks, number, look)
    return this
  }

  /** How all of them look: as when they were read, or else as now. */
  looks(): Looks {
    const looks = this.#looks.slice(0, this.size * parts)
    for (const [path, number] of this.#numbers) {
      if (Number.isNaN(looks[number * parts])) put(looks, number, lookAt(this.#root, path))
    }
    return told(looks)
  }
}

function lookAt(root: string, path: string): Look {
  return statSync(path.startsWith('/') ? path : `${root}/${path}`, { throwIfNoEntry: false }) ?? nothing
}

function put(looks: Float64Array, number: number, { size, ino, mtimeMs, ctimeMs }: Look): void {
  const at = number * parts
  looks[at] = size
  looks[at + 1] = ino
  looks[at + 2] = mtimeMs
  looks[at + 3] = ctimeMs
}

function told(looks: Float64Array): Looks {
  let latest = -Infinity
  for (let at = parts - 1; at < looks.length; at += parts) latest = Math.max(latest, looks[at] ?? 0)
  return { text: digestOf(new Uint32Array(looks.buffer)), latest }
}

/**
 * Tells apart what nobody means to look alike: two that differ have the same once in 2^64 times, and against somebody who wants that,
 * nothing is promised. Loading `node:crypto` takes longer than all else that a kept answer takes.
 */
export function digestOf(units: Uint8Array | Uint32Array): string {
  let multiplied = 1
  let turned = 1
  for (let at = 0; at < units.length; at++) {
    const unit = units[at] ?? 0
    multiplied = Math.imul(multiplied ^ unit, 0x01000193)
    turned = Math.imul(((turned << 5) | (turned >>> 27)) ^ unit, 0x9e3779b1)
  }
  return `${(multiplied >>> 0).toString(36)}.${(turned >>> 0).toString(36)}`
}

/** What shells and terminals set anew for each window and folder. Nothing told rests on it: in two windows, the same is asked. */
const ofWindow: ReadonlySet<string> = new Set([
  ...['_', 'OLDPWD', 'PWD', 'SHLVL'],
  ...['SSH_AGENT_PID', 'SSH_AUTH_SOCK', 'SSH_CLIENT', 'SSH_CONNECTION', 'SSH_TTY', 'GPG_TTY', 'XDG_SESSION_ID'],
  ...['STY', 'WINDOW', 'TMUX', 'TMUX_PANE', 'ZELLIJ_PANE_ID', 'TERM_SESSION_ID', 'ITERM_SESSION_ID', 'WINDOWID'],
  ...['ALACRITTY_WINDOW_ID', 'KITTY_WINDOW_ID', 'KONSOLE_DBUS_SESSION', 'KONSOLE_DBUS_WINDOW', 'WEZTERM_PANE'],
])

/** Of an environment a digest: secrets stand in it. */
export function environmentDigest(env: NodeJS.ProcessEnv): string {
  const own = Object.entries(env).filter(([name]) => !ofWindow.has(name))
  return digestOf(Buffer.from(JSON.stringify(own.sort())))
}
