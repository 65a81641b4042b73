/** A recording as a picture that moves by itself: an SVG with its text as text, without a script. */

import type { Size } from './pseudo-terminal.ts'
import { type Frame, framesOf, type Recording } from './recording.ts'
import type { Row, Run } from './rows.ts'

/** In pixels: a character, and what is around them all. */
const cell = { width: 8.4, height: 18, baseline: 13 }
const margin = 12

const style = `
svg { --back: #ffffff; --text: #1f2328; --dim: #636c76; --red: #c01722; --green: #1a7f37; --yellow: #8a6100; --magenta: #8250df; --cyan: #0a6c87; --edge: #d1d9e0 }
@media (prefers-color-scheme: dark) {
  svg { --back: #0d1117; --text: #e6edf3; --dim: #9198a1; --red: #ff8078; --green: #4ac26b; --yellow: #d8a63d; --magenta: #bf8fff; --cyan: #56c2d6; --edge: #3d444d }
}
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; fill: var(--text); white-space: pre }
.bold { font-weight: 700 }
.dim { fill: var(--dim) }
.red { fill: var(--red) }
.green { fill: var(--green) }
.yellow { fill: var(--yellow) }
.magenta { fill: var(--magenta) }
.cyan { fill: var(--cyan) }
`

/** @param title what is seen, for those who do not see it. */
export async function pictureOf(recording: Recording, title: string): Promise<string> {
  const { frames, speed } = await framesOf(recording)
  const faster = speed < 1.1 ? '' : `; shown ${speed.toFixed(1)} times as fast`
  return movingPicture(frames, recording.size, title + faster)
}

function movingPicture(frames: readonly Frame[], { columns, rows }: Size, title: string): string {
  const used = Math.max(...frames.map((frame) => frame.rows.findLastIndex((row) => row.length > 0) + 1))
  const high = Math.min(rows, used)
  const [width, height] = [rounded(columns * cell.width), high * cell.height]
  const drawn = new Map<string, string>()
  const nameOf = (row: Row) => {
    const text = row.map(runText).join('')
    const known = drawn.get(text) ?? `r${drawn.size.toString(36)}`
    drawn.set(text, known)
    return known
  }
  const film = frames.map((frame, at) => {
    const uses = frame.rows.flatMap((row, y) =>
      row.length === 0 ? [] : [`<use href="#${nameOf(row)}" y="${y * cell.height}"/>`],
    )
    return `<g transform="translate(${rounded(at * width)})">${uses.join('')}</g>`
  })
  const definitions = [...drawn].map(([text, name]) => `<g id="${name}">${text}</g>`)
  const last = frames.at(-1)?.rows.map(wordsOf).join('\n').trimEnd() ?? ''
  const whole = `width="${width + 2 * margin}" height="${height + 2 * margin}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${whole} viewBox="0 0 ${width + 2 * margin} ${height + 2 * margin}" role="img" aria-labelledby="title last">
<title id="title">${escaped(title)}</title>
<desc id="last">At the end the terminal shows:
${escaped(last)}</desc>
<style>${style}${animation(frames, width)}</style>
<rect x="0.5" y="0.5" width="${width + 2 * margin - 1}" height="${height + 2 * margin - 1}" rx="6" fill="var(--back)" stroke="var(--edge)"/>
<defs>
${definitions.join('\n')}
</defs>
<svg aria-hidden="true" x="${margin}" y="${margin}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><g class="film">
${film.join('\n')}
</g></svg>
</svg>
`
}

/** All frames lie side by side, and are drawn past one after the other; who wants no motion sees the last one. */
function animation(frames: readonly Frame[], width: number): string {
  const whole = frames.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const stops: string[] = []
  let gone = 0
  for (const [at, { milliseconds }] of frames.entries()) {
    stops.push(`${((100 * gone) / whole).toFixed(3)}% { transform: translateX(${rounded(-at * width)}px) }`)
    gone += milliseconds
  }
  const last = `translateX(${rounded(-(frames.length - 1) * width)}px)`
  return `.film { animation: film ${(whole / 1000).toFixed(1)}s step-end infinite }
@keyframes film {
${stops.join('\n')}
100% { transform: ${last} }
}
@media (prefers-reduced-motion: reduce) { .film { animation: none; transform: ${last} } }
`
}

/** Of given length: whatever the reader's font, columns stand below each other. */
function runText({ column, columns, text, looks }: Run): string {
  const x = column === 0 ? '' : ` x="${rounded(column * cell.width)}"`
  const look = looks.length === 0 ? '' : ` class="${looks.join(' ')}"`
  const length = ` textLength="${rounded(columns * cell.width)}" lengthAdjust="spacingAndGlyphs"`
  return `<text${x} y="${cell.baseline}"${look}${length}>${escaped(text)}</text>`
}

function wordsOf(row: Row): string {
  let line = ''
  let at = 0
  for (const { column, columns, text } of row) {
    line += ' '.repeat(Math.max(0, column - at)) + text
    at = column + columns
  }
  return line
}

function rounded(number: number): number {
  return Math.round(number * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
