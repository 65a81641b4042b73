/** What may stand in a place, told to the shell that asks. */
import { plainLine } from '../core/plain.ts'

/** Words, each with what it means; or that the shell should look for files or folders itself. */
export type Speech = readonly (readonly [word: string, about: string])[] | 'file' | 'folder'

/** What every shell takes for one word as it stands: mise hands words on to bash without quoting them. */
const bare = /^[\p{L}\p{N}_.@/:=+-]+$/u

/** One a line: the word, a tab, what it means. For `mise` a colon parts them, and words that want quotes are left out. */
export function candidatesText(speech: Speech, reader: 'shell' | 'mise'): string {
  // mise looks for files by itself when it is told nothing.
  if (typeof speech === 'string') return reader === 'mise' ? '' : `\t${speech}\n`
  return speech
    .filter(([word]) => reader === 'shell' || bare.test(word))
    .map(([word, about]) => {
      const meaning = plainLine(about)
      return reader === 'mise' ? `${word.replaceAll(':', '\\:')}:${meaning}\n` : `${word}\t${meaning}\n`
    })
    .join('')
}
