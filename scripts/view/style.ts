/** Colours and marks, decided once for a stream. */
import { createRequire } from 'node:module'
import { widthOf } from './fit.ts'

export { plain, plainLine as oneLine } from '../core/plain.ts'

const colors = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan', 'magenta'] as const
export type Colour = (text: string) => string
export type Paint = Record<(typeof colors)[number], Colour>
export type ColorChoice = 'auto' | 'always' | 'never'

/** Leaves everything as it is. */
export const uncoloured: Colour = (text) => text
export const plainPaint = Object.fromEntries(colors.map((color) => [color, uncoloured])) as Paint

/** Colour for a stream: asked for, or fit for it: a terminal that is not dumb, and no NO_COLOR. */
export function paintFor(
  stream: 'stdout' | 'stderr',
  terminal: boolean,
  choice: ColorChoice,
  env: NodeJS.ProcessEnv,
): Paint {
  const refused = choice === 'never' || (env.NO_COLOR !== undefined && env.NO_COLOR !== '') || env.TERM === 'dumb'
  if (choice !== 'always' && (refused || (!terminal && env.FORCE_COLOR === undefined))) return plainPaint
  // Loaded only here: most calls have a pipe for a terminal, and chalk looks around in the whole environment.
  const { Chalk, supportsColor, supportsColorStderr } = createRequire(import.meta.url)(
    'chalk',
  ) as typeof import('chalk')
  const found = stream === 'stdout' ? supportsColor : supportsColorStderr
  const level = found === false ? 0 : found.level
  return new Chalk({ level: choice === 'always' && level === 0 ? 1 : level })
}

export const marks = {
  done: '✓',
  failed: '✗',
  running: '▶',
  ready: '●',
  blocked: '○',
  waiting: '?',
  skipped: '–',
} as const

/** Columns padded to their widest entry; the last one is left as it is. */
export function columns(rows: readonly string[][], indent = ''): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, widthOf(cell))
  }
  return rows
    .map((row) => {
      const cells = row.map((cell, at) =>
        at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell)),
      )
      return `${indent}${cells.join('  ')}`.trimEnd()
    })
    .join('\n')
}

export function withoutColour(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what it takes out
  return text.replace(/\u001b\[[0-9;]*m/g, '')
}

/** `1 card`, `2 cards`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
