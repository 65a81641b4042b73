/** A document's body as HTML: raw HTML in it shows as text, comments are left out, links lead to pages of ours or openly out into the world. */
import { posix } from 'node:path'
import MarkdownIt from 'markdown-it'
import { idOf } from '../../core/card.ts'
import { anchorsOfEach, slugOf } from '../../core/lint/slug.ts'
import { plain, plainLine } from '../../core/plain.ts'
import { type Reader, withoutComments } from './comments.ts'
import { escaped, Html } from './html.ts'
import type { Scene } from './scene.ts'

/** Where the links of a document lead. */
export interface Links {
  /** `[[name]]`: the address of the card's page; null: there is none. */
  named: (name: string) => string | null
  /** A relative path: the same. */
  path: (path: string) => string | null
}

/** Links of the document at `path`: to cards, in whatever folder they stand. */
export function linksFrom({ standing, ways }: Pick<Scene, 'standing' | 'ways'>, path: string): Links {
  const { cards } = standing.graph
  const named = (name: string) => {
    const id = cards.has(name) ? name : idOf(name)
    return cards.has(id) ? ways.card(id) : null
  }
  return {
    named,
    path: (file) => {
      const target = posix.join(posix.dirname(path), file)
      const id = idOf(target)
      return cards.get(id)?.path === target ? ways.card(id) : null
    },
  }
}

type Token = ReturnType<Reader['parse']>[number]
type InlineRule = Parameters<Reader['inline']['ruler']['push']>[1]

/** Characters of a document that are shown. */
const most = 2 ** 20

let reader: Reader | null = null

/** Renders a body. Its headings stand one level lower, below the page's own; the first is left out where it only says `title`. */
export function markdown(text: string, title: string, links: Links): Html {
  reader ??= make()
  const shown = plain(text.slice(0, most)).toWellFormed()
  const cut = text.length > most ? '<p class="muted">… the rest of this document is too long for a page.</p>' : ''
  return Html.trusted(reader.render(shown, { links, title: plainLine(title) }) + cut)
}

/** One line: a line of a checklist. */
export function markdownLine(text: string, links: Links): Html {
  reader ??= make()
  return Html.trusted(reader.renderInline(plain(text).toWellFormed(), { links }))
}

function make(): Reader {
  const made = new MarkdownIt({ html: false, linkify: false })
  withoutComments(made)
  made.inline.ruler.before('link', 'wiki', wikiLink)
  made.core.ruler.push('ours', ({ tokens, env }) => {
    const links = env.links as Links
    const [first, inline] = tokens
    if (first?.type === 'heading_open' && inline && plainLine(inline.content) === env.title) tokens.splice(0, 3)
    const headings = tokens.filter((_, at) => tokens[at - 1]?.type === 'heading_open')
    const anchors = anchorsOfEach(headings.map(({ content }) => content)).values()
    let level = panel
    for (const [at, token] of tokens.entries()) {
      if (token.type === 'heading_open') level = levelIn(level, Number(token.tag.slice(1)))
      if (token.type.startsWith('heading_')) token.tag = `h${level}`
      if (token.type === 'heading_open') token.attrSet('id', anchorId(anchors.next().value?.at(-1) ?? ''))
      if (token.type === 'th_open' || token.type === 'td_open') align(token)
      if (token.type !== 'inline' || token.children === null) continue
      if (tokens[at - 2]?.type === 'list_item_open') tick(token.children, tokens[at - 2])
      address(token.children, links)
    }
  })
  const { rules } = made.renderer
  rules.fence = (tokens, at) => code(tokens[at])
  rules.code_block = (tokens, at) => code(tokens[at])
  rules.table_open = () => '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>\n'
  rules.table_close = () => '</table></div>\n'
  rules.checkbox = (tokens, at) => {
    const done = tokens[at]?.markup !== ' '
    return `<input type="checkbox" disabled${done ? ' checked' : ''} aria-label="${done ? 'done' : 'not done'}"> `
  }
  // No file of the repository is served: what an image shows is told, and where it lies.
  rules.image = (tokens, at, options, env, renderer) => {
    const { children, attrs } = tokens[at] ?? {}
    const alt = renderer.renderInlineAsText(children ?? [], options, env)
    const [, source = ''] = attrs?.find(([name]) => name === 'src') ?? []
    return `<span class="image">image: ${alt === '' ? '' : `${escaped(alt)} `}<code>${escaped(String(source))}</code></span>`
  }
  return made
}

/** A column's side as a class: pages take no style that stands in them. */
function align(token: Token): void {
  const side = /^text-align:(\w+)$/.exec(String(token.attrGet('style') ?? ''))?.[1]
  token.attrs = side === undefined ? null : [['class', side]]
}

/** The level of the heading above the document. */
const panel = 2

/** No level of the page's headings is left out, whatever the document does. */
function levelIn(before: number, written: number): number {
  return Math.min(6, before + 1, Math.max(panel + 1, written + 1))
}

function code(token: Token | undefined): string {
  return `<pre tabindex="0"><code>${escaped(token?.content ?? '')}</code></pre>\n`
}

/** Of a heading of a document: no id of the page's own is like it. */
function anchorId(anchor: string): string {
  return `in-${anchor}`
}

/** `[ ] words` as a box with words. */
function tick(children: Token[], item: Token | undefined): void {
  const [first] = children
  const box = first?.type === 'text' ? /^\[([ xX])\][ \t]+/.exec(first.content) : null
  if (!first || !box) return
  item?.attrSet('class', 'check')
  first.content = first.content.slice(box[0].length)
  const token = Object.assign(Object.create(Object.getPrototypeOf(first)), first) as Token
  children.unshift(Object.assign(token, { type: 'checkbox', content: '', markup: box[1] ?? ' ' }))
}

/** Gives each link the address that it leads to; one that leads to nothing that can be shown stays words. */
function address(children: Token[], links: Links): void {
  const open: Token[] = []
  for (const token of children) {
    if (token.type === 'link_close') token.tag = open.pop()?.tag ?? 'span'
    if (token.type !== 'link_open') continue
    open.push(token)
    const written = String(token.attrGet('href') ?? '')
    const known = token.markup === 'wiki' ? wikiAddress(wordsIn(written), links) : addressOf(written, links)
    token.attrs = []
    if (known === null) {
      token.tag = 'span'
      token.attrSet('class', 'elsewhere')
      token.attrSet('title', plainLine(wordsIn(written)))
    } else {
      token.attrSet('href', known)
      if (/^(?:https?|mailto):/i.test(known)) token.attrSet('rel', 'noopener noreferrer')
    }
  }
}

function addressOf(written: string, links: Links): string | null {
  if (/^(?:https?:\/\/|mailto:)/i.test(written)) return written
  if (/^(?:[a-z][a-z0-9+.-]*:|\/|\\)/i.test(written)) return null
  const [, path = '', heading] = /^([^?#]*)[^#]*(?:#(.*))?$/s.exec(written) ?? []
  return placeIn(path === '' ? '' : links.path(wordsIn(path)), wordsIn(heading ?? ''))
}

/** `name#heading`, where a card is not called so as a whole. */
function wikiAddress(written: string, links: Links): string | null {
  const whole = links.named(written)
  if (whole !== null) return whole
  const [name = '', ...heading] = written.split('#')
  return placeIn(name === '' ? '' : links.named(name.trim()), heading.join('#'))
}

/** A heading of a page. `page`: empty for this one; null: there is none. */
function placeIn(page: string | null, heading: string): string | null {
  const slug = slugOf(heading)
  const address = (page ?? '') + (slug === '' ? '' : `#${anchorId(slug)}`)
  return page === null || address === '' ? null : address
}

function wordsIn(address: string): string {
  try {
    return decodeURIComponent(address)
  } catch {
    return address
  }
}

const wiki = /\[\[([^[\]|\n]*)(?:\|([^[\]\n]*))?\]\](?!\()/y

/** `[[name#heading|words]]`. */
const wikiLink: InlineRule = (state, silent) => {
  wiki.lastIndex = state.pos
  const found = wiki.exec(state.src)
  if (!found || wiki.lastIndex > state.posMax) return false
  if (!silent) {
    const [, written = '', label] = found
    // In a table the bar is escaped.
    const name = label === undefined ? written : written.replace(/\\$/, '')
    const link = state.push('link_open', 'a', 1)
    link.markup = 'wiki'
    link.attrSet('href', encodeURIComponent(name.trim()))
    state.push('text', '', 0).content = (label ?? name).trim()
    state.push('link_close', 'a', -1)
  }
  state.pos = wiki.lastIndex
  return true
}
