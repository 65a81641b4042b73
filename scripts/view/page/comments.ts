/** Comments of a Markdown document are for whoever edits it: they are not shown. Unlike other HTML, which shows as text. */
import type MarkdownIt from 'markdown-it'

export type Reader = InstanceType<typeof MarkdownIt>
type BlockRule = Parameters<Reader['block']['ruler']['push']>[1]
type InlineRule = Parameters<Reader['inline']['ruler']['push']>[1]

export function withoutComments(reader: Reader): void {
  reader.block.ruler.before('fence', 'comment', block, { alt: ['paragraph', 'reference', 'blockquote', 'list'] })
  reader.inline.ruler.before('autolink', 'comment', inline)
}

/** From a line that begins with one, to the end of the line on which it ends. */
const block: BlockRule = (state, first, end, silent) => {
  const start = (state.bMarks[first] ?? 0) + (state.tShift[first] ?? 0)
  if ((state.sCount[first] ?? 0) - state.blkIndent >= 4 || !state.src.startsWith('<!--', start)) return false
  if (silent) return true
  let line = first
  for (let closed = false; line < end && !closed; line++) {
    const from = line === first ? start + '<!--'.length : (state.bMarks[line] ?? 0)
    closed = state.src.slice(from, state.eMarks[line]).includes('-->')
  }
  state.line = line
  return true
}

const inline: InlineRule = (state) => {
  if (!state.src.startsWith('<!--', state.pos)) return false
  const end = state.src.indexOf('-->', state.pos + '<!--'.length)
  if (end === -1 || end + '-->'.length > state.posMax) return false
  state.pos = end + '-->'.length
  return true
}
