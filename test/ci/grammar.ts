/**
 * What the runners of CI make of a step's output, after their own grammar: GitHub's runner (its sources of 2026-08), the act engine
 * in Forgejo's and Gitea's runners, Forgejo's reporter and page. Strict: what they would pass over in silence is an error here.
 */

export interface Command {
  name: string
  properties: Record<string, string>
  message: string
}

/** Commands that GitHub's runner knows; all others are words. */
const known = new Set(
  'stop-commands set-env set-output save-state add-mask add-path add-matcher remove-matcher debug warning error notice group endgroup echo'.split(
    ' ',
  ),
)

/** Culture-sensitive comparison passes over these. */
const ignored = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu

/** A line as GitHub's runner reads it: `::name properties::message` first, then `##[name properties]message` anywhere. */
export function githubCommand(line: string): Command | null {
  const words = line.replace(ignored, '')
  return colons(words.trimStart()) ?? marked(words)
}

function colons(text: string): Command | null {
  const end = text.startsWith('::') ? text.indexOf('::', 2) : -1
  if (end === -1) return null
  const command = named(text.slice(2, end), ',', unescaped)
  return command && { ...command, message: unescaped(text.slice(end + 2), false) }
}

function marked(text: string): Command | null {
  const start = text.indexOf('##[')
  const end = start === -1 ? -1 : text.indexOf(']', start)
  if (end === -1) return null
  const command = named(text.slice(start + 3, end), ';', (value) => value)
  return command && { ...command, message: text.slice(end + 1) }
}

function named(info: string, separator: string, read: (value: string) => string): Omit<Command, 'message'> | null {
  const [name = '', ...rest] = info.split(' ')
  if (!known.has(name.toLowerCase())) return null
  const properties: Record<string, string> = {}
  for (const pair of rest.join(' ').split(separator)) {
    if (pair === '') continue
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? []
    if (key === undefined || value === undefined) throw new Error(`no property: ${pair}`)
    if (key in properties) throw new Error(`a property twice: ${key}`)
    properties[key] = read(value)
  }
  return { name: name.toLowerCase(), properties }
}

/** The percent sign last: what it stands for is not read again. */
function unescaped(text: string, property = true): string {
  const signs = property ? { '%3A': ':', '%2C': ',' } : {}
  const all = Object.entries({ '%0D': '\r', '%0A': '\n', ...signs, '%25': '%' })
  return all.reduce((read, [code, sign]) => read.replaceAll(code, sign), text)
}

/** A line as the act engine reads it: greedy, at the very beginning of the line. Its name decides what is done. */
export function actCommand(line: string): string | null {
  const found = /^::([^ ]+)( (.+))?::([^\r\n]*)$/s.exec(line) ?? /^##\[([^ ]+)( (.+))?]([^\r\n]*)$/s.exec(line)
  return found?.[1] ?? null
}

/** What the act engine and Forgejo's reporter do something about, other than showing it. */
export const actActs = new Set('set-env set-output add-path add-mask stop-commands save-state add-matcher'.split(' '))

/** A line as Forgejo's reporter hands it to the page; null: it shows none. */
export function forgejoLine(line: string): string | null {
  const [, name, , message = ''] = /^::([^ :]+)( .*)?::(.*)$/s.exec(line) ?? []
  if (name === 'group') return `##[group]${message}`
  if (name === 'endgroup') return '##[endgroup]'
  return name === 'add-mask' || name === 'stop-commands' || name === 'debug' ? null : line
}

/** A part of a log: a line, or a fold with lines. */
export interface Fold {
  title: string
  lines: string[]
}

/** A log as somebody sees it on the page: folds that do not nest, lines, and annotations apart. */
export interface Page {
  parts: (string | Fold)[]
  annotations: Command[]
  /** All other commands that were understood: none should be. */
  others: Command[]
}

/** The page of GitHub. @throws when a fold is opened in another, or closed where none is open. */
export function githubPage(output: string): Page {
  const page: Page = { parts: [], annotations: [], others: [] }
  let fold: Fold | null = null
  for (const line of linesOf(output)) {
    const command = githubCommand(line)
    if (command === null) (fold ? fold.lines : page.parts).push(line)
    else if (command.name === 'group') {
      if (fold) throw new Error(`a fold in a fold: ${command.message}`)
      fold = { title: command.message, lines: [] }
      page.parts.push(fold)
    } else if (command.name === 'endgroup') {
      if (!fold) throw new Error('a fold is closed that is not open')
      fold = null
    } else if (['error', 'warning', 'notice'].includes(command.name)) {
      if (fold) throw new Error(`an annotation in a fold: ${command.message}`)
      page.annotations.push(command)
    } else page.others.push(command)
  }
  if (fold) throw new Error(`a fold is left open: ${fold.title}`)
  return page
}

/** The page of Forgejo: annotations are lines there. @throws as above, and when a line would be an order. */
export function forgejoPage(output: string): (string | Fold)[] {
  const parts: (string | Fold)[] = []
  let fold: Fold | null = null
  for (const line of linesOf(output)) {
    const name = actCommand(line)
    if (name !== null && actActs.has(name)) throw new Error(`an order: ${line}`)
    const shown = forgejoLine(line)
    if (shown === null) throw new Error(`not shown: ${line}`)
    if (shown.startsWith('##[group]')) {
      if (fold) throw new Error(`a fold in a fold: ${shown}`)
      fold = { title: shown.slice('##[group]'.length), lines: [] }
      parts.push(fold)
    } else if (shown.startsWith('##[endgroup]')) {
      if (!fold) throw new Error('a fold is closed that is not open')
      fold = null
    } else (fold ? fold.lines : parts).push(shown)
  }
  if (fold) throw new Error(`a fold is left open: ${fold.title}`)
  return parts
}

/** GitHub's runner ends a line at a carriage return too. */
function linesOf(output: string): string[] {
  const lines = output.split(/\r\n|\r|\n/)
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}
