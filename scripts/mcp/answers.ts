/** What tools answer: bounded, the rest kept to be asked for, trouble with its code and its next safe step. */
import type { CallToolResult } from '@modelcontextprotocol/server'
import { jsonOf, plain } from '../core/plain.ts'
import type { Trouble } from '../io/itself.ts'

/** Characters of one answer. */
const pageSize = 8000
/** Of how many long answers the rest is kept. */
const keptAnswers = 16

export function refuse({ code, message, hint }: Trouble): CallToolResult {
  const text = seen(jsonOf({ error: { code, message, hint } }))
  return { isError: true, content: [{ type: 'text', text }] }
}

/** Long answers, given page by page. */
export class Answers {
  readonly #pages = new Map<string, string[]>()
  #made = 0

  /** The first page; a second part says how to ask for the next. */
  of(text: string): CallToolResult {
    return this.#give(pagesOf(seen(text)), 'more')
  }

  /** The last page first, for what grows at its end. */
  ofEnd(text: string): CallToolResult {
    return this.#give(pagesOf(seen(text)).toReversed(), 'earlier')
  }

  /** The page that a cursor names. */
  at(cursor: string): CallToolResult {
    const [name = '', number = ''] = cursor.split(':')
    const pages = this.#pages.get(name)
    const page = pages?.[Number(number)]
    if (pages !== undefined && page !== undefined) return this.#page(name, pages, Number(number), 'more')
    return refuse({ code: 64, message: `no answer is kept for cursor "${cursor}"`, hint: 'Ask the first tool again.' })
  }

  #give(pages: string[], word: string): CallToolResult {
    const name = `a${++this.#made}`
    if (pages.length > 1) this.#pages.set(name, pages)
    const [oldest] = this.#pages.keys()
    if (this.#pages.size > keptAnswers && oldest !== undefined) this.#pages.delete(oldest)
    return this.#page(name, pages, 0, word)
  }

  #page(name: string, pages: readonly string[], at: number, word: string): CallToolResult {
    const content: CallToolResult['content'] = [{ type: 'text', text: pages[at] ?? '' }]
    const left = pages.slice(at + 1).reduce((sum, page) => sum + page.length, 0)
    if (left > 0) {
      const text = `… ${left} ${word} characters: ask \`more\` with cursor "${name}:${at + 1}".`
      content.push({ type: 'text', text })
    }
    return { content }
  }
}

/** Whole lines, together no longer than a page; a line that is longer is parted. */
function pagesOf(text: string): string[] {
  const pages: string[] = []
  let page = ''
  for (const line of text.split('\n').flatMap(parted)) {
    if (page.length + line.length + 1 > pageSize) {
      pages.push(page)
      page = ''
    }
    page += page === '' ? line : `\n${line}`
  }
  return [...pages, page].filter((part, _, all) => part !== '' || all.length === 1)
}

/** In characters, of which one may have two units. */
function parted(line: string): string[] {
  return line.length < pageSize ? [line] : (line.match(/[\s\S]{1,3999}/gu) ?? [])
}

/** JSON with each entry of a list on a line of its own: a page of it can be read. */
export function spread(data: object): string {
  const fields = Object.entries(data).map(([name, value]) => {
    const list = Array.isArray(value) && value.length > 0
    const text = list ? `[\n${value.map(jsonOf).join(',\n')}\n]` : jsonOf(value)
    return `${jsonOf(name)}:${text}`
  })
  return `{${fields.join(',\n')}}`
}

/** Text safe to be read: no control characters, and none of those that a person does not see and a model reads. */
function seen(text: string): string {
  return plain(text).replace(/[\u{e0000}-\u{e007f}]/gu, '')
}
