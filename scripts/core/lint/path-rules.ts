/** Relative links: the file must be there, and the heading in it. Addresses elsewhere are not looked at. */
import { posix } from 'node:path'
import type { Desk } from './desk.ts'
import { type Finding, finding, type Mend } from './finding.ts'
import type { PathLink } from './inline.ts'
import type { Library } from './library.ts'
import type { Page } from './page.ts'
import { slugOf } from './slug.ts'

/** A scheme, a host, a path from the root of whatever site serves it, or a placeholder of a template. */
const elsewhere = /^(?:[a-z][a-z0-9+.-]*:|\/|\\|\{\{|\{%|<%|\$\{)/i

/** What a link leads to inside the repository. */
export interface Target {
  /** The file as it is written; empty: the document itself. */
  file: string
  /** Relative to the root. */
  path: string
  /** What stands behind `#`. */
  anchor: string
}

/** Where a link leads; null: outside the repository, where nothing can be said. */
export function targetOf(page: Page, { target }: PathLink): Target | null {
  if (elsewhere.test(target)) return null
  const hash = target.indexOf('#')
  const file = (hash === -1 ? target : target.slice(0, hash)).replace(/\?.*$/s, '')
  const anchor = hash === -1 ? '' : target.slice(hash + 1)
  if (file === '') return { file, path: posix.normalize(page.path), anchor }
  const path = posix.join(posix.dirname(page.path), plainOf(file)).replace(/\/$/, '')
  // Beyond the root is whatever holds the repository: a forge's own pages, say.
  return path === '.' || path === '..' || path.startsWith('../') ? null : { file, path, anchor }
}

export function pathFindings(page: Page, link: PathLink, { library }: Desk): Finding[] {
  const target = targetOf(page, link)
  if (!target) return []
  const { file, path, anchor } = target
  if (link.target === '') {
    const help = 'Write a target between the parentheses, or take the link away.'
    return [finding(page, 'broken-link', link.start, 'the link leads nowhere', { help })]
  }
  if (file === '') return anchor === '' ? [] : anchorFindings(page, link, page, anchor)
  const kind = library.files.kind(path)
  if (kind === null) return [missing(page, link, file, path, library)]
  const found = kind === 'file' && anchor !== '' ? library.page(path) : null
  return found ? anchorFindings(page, link, found, anchor) : []
}

function missing(page: Page, link: PathLink, file: string, path: string, library: Library): Finding {
  const spelled = library.spelled(path)
  const written = spelled === null ? null : posix.relative(posix.dirname(page.path), spelled)
  // Only a target that stands for itself, letter by letter, can be written anew.
  const same = written !== null && written.toLowerCase() === file.replace(/^\.\//, '').toLowerCase()
  const start = link.start + (file.startsWith('./') ? 2 : 0)
  const mend = same && !link.heading ? { start, end: link.start + file.length, text: written } : null
  const help = written === null ? nearby(page, path, library) : `Did you mean \`${written}\`?`
  return finding(page, 'broken-link', link.start, `there is no file ${path}`, { help, mend })
}

/** A document of that name elsewhere, or a name near it in the same folder. */
function nearby(page: Page, path: string, library: Library): string {
  const stem = posix.basename(path).replace(/\.md$/i, '')
  const named = library.named(stem)
  const [only] = named
  if (only !== undefined && named.length === 1) {
    return `Did you mean \`${posix.relative(posix.dirname(page.path), only)}\`?`
  }
  const near = library.near(posix.basename(path), library.files.names(posix.dirname(path)))
  return near ?? 'Write that file, or take the link away.'
}

/** Anchors count to the letter; one that would be right as a heading's anchor is written so. */
function anchorFindings(page: Page, link: PathLink, target: Page, written: string): Finding[] {
  const anchor = decoded(written).replace(/^user-content-/, '')
  // Lines of a file, text to be found, the top: not headings.
  if (!target.readable || /^(?:L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?|:~:.*|top)$/s.test(anchor)) return []
  const { anchors } = target
  if (anchors.has(anchor)) return []
  const start = link.start + link.target.indexOf('#') + 1
  const slug = slugOf(anchor)
  const right = anchors.has(slug) ? slug : null
  const mend: Omit<Mend, 'code'> | null = right && !link.heading ? { start, end: link.end, text: right } : null
  const help = right ? `Write \`#${right}\`.` : anchorHelp(target)
  return [
    finding(page, 'broken-anchor', start, `${target.path} has no heading with the anchor \`${anchor}\``, {
      help,
      mend,
    }),
  ]
}

function anchorHelp({ anchors }: Page): string {
  const shown: string[] = []
  for (const anchor of anchors) if (shown.push(`\`#${anchor}\``) === 6) break
  return shown.length === 0 ? 'It has none.' : `It has ${shown.join(', ')}${anchors.size > shown.length ? ', …' : ''}.`
}

/** The path that is meant: escapes of Markdown and of addresses undone. */
function plainOf(file: string): string {
  return decoded(file.replace(/\\([!-/:-@[-`{-~])/g, '$1').replaceAll('&amp;', '&'))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
