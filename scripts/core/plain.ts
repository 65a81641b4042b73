/** Text of others, safe to be told: what a terminal or a reader would take for more than words is taken out. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: taking control characters out is its job
const drawing = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g
/** A colour of ours begins with one too. */
const colourOr = new RegExp(`\u001b\\[[0-9;]*m|${drawing.source}`, 'g')
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const unseen = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/

/** A name, see `isName`, as a regular expression. */
export const namePattern = `^[^${unseen.source.slice(1)}+$`

/** Without control characters: none reaches the terminal. Tabs and line breaks stay. */
export function plain(text: string): string {
  return text.replace(drawing, '')
}

/** The same for one line: no line break of a document forges a row. */
export function plainLine(text: string): string {
  return folded(plain(text))
}

/** With single spaces between its words. */
export function folded(text: string): string {
  return (/[^\S ]| {2}/.test(text) ? text.replace(/\s+/g, ' ') : text).trim()
}

/** What leaves for a terminal: of all that draws there, only colours. */
export function visible(text: string): string {
  return text.replace(colourOr, (sign) => (sign.length > 1 ? sign : ''))
}

/** `actions`: a runner that reads workflow commands. `other`: any other CI, which has only the words. */
export type Ci = 'actions' | 'other'

/** Null: a person, or a program that is no CI. */
export function ciOf(env: Readonly<Record<string, string | undefined>>): Ci | null {
  // What a task calls is told through the run that works the task.
  if (env.MIKADO_SESSION) return null
  if ([env.GITHUB_ACTIONS, env.FORGEJO_ACTIONS, env.GITEA_ACTIONS].includes('true')) return 'actions'
  return env.CI && env.CI !== 'false' ? 'other' : null
}

/** Characters that GitHub's runner passes over where it looks for a command. */
const passedOver = '\\p{Cf}\\p{Default_Ignorable_Code_Point}'
/** `::error::`, at the beginning of a line. */
const order = new RegExp(`^([ \\t\\p{Zs}${passedOver}]*:)(?=[${passedOver}]*:)`, 'gmu')
/** `##[error]`, anywhere. */
const mark = new RegExp(`(#[${passedOver}]*)#(?=[\\w${passedOver}]*\\[)`, 'gu')

/** Nothing in it is a command to a runner of CI: a space makes it none. */
export function inert(text: string): string {
  return text.replace(order, '$1 ').replace(mark, '$1# ')
}

/** Whether it can be a name: nothing in it draws, breaks a line, turns the reading round or is there unseen. */
export function isName(text: string): boolean {
  return text !== '' && !unseen.test(text)
}

/** JSON on one line that draws nothing and orders nothing, wherever it is shown; read again, it is the same value. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value)
    .replace(
      /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replace(mark, '$1\\u0023')
}

/** A card's id as a shell, and then the command line, takes it for one word: file names may hold anything. */
export function typed(id: string): string {
  const word = id.startsWith('-') ? `./${id}.md` : id
  return /^[\w.@/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
