/** A picture of cost against size: both axes logarithmic, so that what grows in proportion is a straight line of slope one. */

export interface Line {
  label: string
  /** Ours are bold, peers thin, what no program could beat is dashed. */
  kind: 'own' | 'peer' | 'floor'
  points: readonly (readonly [x: number, y: number])[]
}

export interface Plot {
  title: string
  x: string
  y: string
  lines: readonly Line[]
}

const width = 760
const height = 460
const room = { left: 64, right: 170, top: 44, bottom: 48 }
/** Told apart by people who see colours otherwise (Okabe and Ito), and dark or light enough on both backgrounds. */
const colours = { own: ['#1a7fc4', '#0a8f68', '#7a5fd0'], peer: ['#d55e00', '#c2539a', '#b38600'], floor: ['#808080'] }
const labelHeight = 14

export function plot({ title, x, y, lines }: Plot): string {
  const drawn = lines.filter(({ points }) => points.length > 0)
  const all = drawn.flatMap(({ points }) => points)
  if (all.length === 0) throw new Error('nothing to draw')
  const xs = axis(
    all.map(([value]) => value),
    room.left,
    width - room.right,
  )
  const ys = axis(
    all.map(([, value]) => value),
    height - room.bottom,
    room.top,
  )
  const used = { own: 0, peer: 0, floor: 0 }
  const coloured = drawn.map((line) => {
    const choice = colours[line.kind]
    return { ...line, colour: choice[used[line.kind]++ % choice.length] ?? '#808080' }
  })
  const labels = spread(coloured.map(({ points }) => ys.place(points.at(-1)?.[1] ?? 1)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    style,
    `<text class="title" x="${room.left}" y="24">${escaped(title)}</text>`,
    ...xs.ticks.map((tick) => gridLine(xs.place(tick), room.top, xs.place(tick), height - room.bottom)),
    ...ys.ticks.map((tick) => gridLine(room.left, ys.place(tick), width - room.right, ys.place(tick))),
    ...xs.ticks.map((tick) => text(xs.place(tick), height - room.bottom + 18, 'middle', tick.toLocaleString('en'))),
    ...ys.ticks.map((tick) =>
      text(
        room.left - 8,
        ys.place(tick) + 4,
        'end',
        Number(tick.toPrecision(1)).toLocaleString('en', { maximumFractionDigits: 9 }),
      ),
    ),
    text((room.left + width - room.right) / 2, height - 10, 'middle', x),
    `<text text-anchor="middle" transform="translate(16 ${(room.top + height - room.bottom) / 2}) rotate(-90)">${escaped(y)}</text>`,
    ...coloured.flatMap(({ label, kind, points, colour }, at) => {
      const places = points.map(([px, py]) => [round(xs.place(px)), round(ys.place(py))] as const)
      const [endX = 0, endY = 0] = places.at(-1) ?? []
      const labelY = round(labels[at] ?? 0)
      const edge = width - room.right
      return [
        `<polyline class="${kind}" stroke="${colour}" points="${places.map((place) => place.join(',')).join(' ')}"/>`,
        ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
        `<path class="lead" stroke="${colour}" d="M${endX + 4} ${endY} L${edge + 6} ${labelY} h6"/>`,
        `<text x="${edge + 16}" y="${labelY + 4}" style="fill:${colour}">${escaped(label)}</text>`,
      ]
    }),
    '</svg>\n',
  ].join('\n')
}

const style = `<style>
svg { background: #fff; font: 12px system-ui, sans-serif; }
text { fill: #424a53; }
.title { font-size: 14px; font-weight: 600; }
.grid { stroke: #d0d7de; }
polyline { fill: none; stroke-width: 1.5; }
.own { stroke-width: 3; }
.floor { stroke-dasharray: 4 4; }
.lead { fill: none; stroke-width: 0.75; opacity: 0.6; }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117; }
  text { fill: #b6bec8; }
  .grid { stroke: #30363d; }
}
</style>`

interface Axis {
  place: (value: number) => number
  /** The powers of ten. */
  ticks: number[]
}

/** From the power of ten at or below all values to the one at or above. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9))
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at))
  return { place: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from), ticks }
}

/** Moves labels that would lie on each other apart, up and down from where they would stand. */
function spread(wanted: readonly number[]): number[] {
  const order = wanted.map((_, at) => at).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))
  const placed = [...wanted]
  for (let turn = 0; turn < 50; turn++) {
    for (const [at, label] of order.entries()) {
      const next = order[at + 1]
      if (next === undefined) continue
      const [one = 0, two = 0] = [placed[label], placed[next]]
      const lacks = labelHeight - (two - one)
      if (lacks <= 0) continue
      placed[label] = one - lacks / 2
      placed[next] = two + lacks / 2
    }
  }
  return placed
}

function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="grid" x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"/>`
}

function text(x: number, y: number, anchor: string, words: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

const round = (number: number) => Math.round(number * 10) / 10
