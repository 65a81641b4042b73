/** What all pictures have in common: the words in a box, the legend, the colours. */
import type { Drawing, DrawnCard, DrawnState } from '../core/drawing.ts'
import { cut } from './fit.ts'
import { count, marks, oneLine } from './style.ts'

/** Mark and meaning of each state, in the order of a legend. */
export const states: Record<DrawnState, { mark: string; words: string }> = {
  complete: { mark: marks.done, words: 'complete' },
  ready: { mark: marks.ready, words: 'ready' },
  blocked: { mark: marks.blocked, words: 'blocked' },
  faulty: { mark: marks.failed, words: 'with an error' },
  missing: { mark: marks.failed, words: 'missing' },
}

/** How a box is painted: each set of three keeps a contrast of 7:1 for its text, on any background. */
export interface Colours {
  fill: string
  line: string
  text: string
}

export const onLight: Record<DrawnState, Colours> = {
  complete: { fill: '#dafbe1', line: '#1a7f37', text: '#0a3d1c' },
  ready: { fill: '#ddf4ff', line: '#0969da', text: '#0a3069' },
  blocked: { fill: '#f6f8fa', line: '#59636e', text: '#1f2328' },
  faulty: { fill: '#ffebe9', line: '#cf222e', text: '#660018' },
  missing: { fill: '#ffebe9', line: '#cf222e', text: '#660018' },
}

export const onDark: Record<DrawnState, Colours> = {
  complete: { fill: '#0f2a18', line: '#3fb950', text: '#aff5b4' },
  ready: { fill: '#0c2d4f', line: '#58a6ff', text: '#cae8ff' },
  blocked: { fill: '#1c2128', line: '#8b949e', text: '#d1d7e0' },
  faulty: { fill: '#3c1115', line: '#f85149', text: '#ffd1cc' },
  missing: { fill: '#3c1115', line: '#f85149', text: '#ffd1cc' },
}

/** More than that of a name or a title is not drawn. */
const columns = 44

/** Text of a document as a picture may hold it: on one line, without what draws or what no file of text can hold. */
export function inPicture(text: string): string {
  return oneLine(text.toWellFormed().replace(/[\ufffe\uffff]/g, '\ufffd'))
}

/** What stands in a box, on lines of their own: the mark and the id; the title, where it says more. Nothing in it is escaped. */
export function labelOf({ id, title, state }: DrawnCard): { name: string; about: string | null } {
  const [shown, told] = [inPicture(id), inPicture(title)]
  const about = state === 'missing' ? 'no document is called so' : told === '' || told === shown ? null : told
  return {
    name: cut(`${states[state].mark} ${shown}`, columns),
    about: about === null ? null : cut(about, columns),
  }
}

/** The states that occur, in the order of the legend. */
export function statesIn({ cards }: Drawing): DrawnState[] {
  const found = new Set(cards.map(({ state }) => state))
  return (Object.keys(states) as DrawnState[]).filter((state) => found.has(state))
}

/** A drawing in a few words: `5 cards: 2 complete, 1 ready, 2 blocked`. */
export function countsOf(drawing: Drawing): string {
  const number = (state: DrawnState) => drawing.cards.filter((card) => card.state === state).length
  const told = statesIn(drawing).map((state) => `${number(state)} ${states[state].words}`)
  return `${count(drawing.cards.length, 'card')}: ${told.join(', ')}`
}

/** What an arrow means, for who cannot see it. */
export const arrows = 'An arrow leads from a card to one that it requires.'
