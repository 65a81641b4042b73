/** Wiki links: `[[stem]]` names the one document of that name, `[[stem#heading]]` a heading in it. */
import type { Desk } from './desk.ts'
import { type Finding, finding } from './finding.ts'
import type { WikiLink } from './inline.ts'
import type { Page } from './page.ts'
import { slugOf } from './slug.ts'

/** Files that are no documents may be shown by a link too; where they stand is not asked. */
const attachment =
  /\.(?:png|jpe?g|gif|svg|webp|avif|bmp|pdf|mp[34]|webm|mov|wav|ogg|csv|txt|json|ya?ml|zip|canvas|base)$/i

export function wikiFindings(page: Page, link: WikiLink, { library }: Desk): Finding[] {
  const hash = link.target.indexOf('#')
  const written = hash === -1 ? link.target : link.target.slice(0, hash)
  const heading = hash === -1 ? null : link.target.slice(hash + 1)
  const name = written.trim()
  if (attachment.test(name)) return []
  if (name === '') {
    if (heading === null) return [finding(page, 'broken-link', link.start, 'the link names no document', unwritten)]
    return headingFindings(page, link, page, heading)
  }
  const meaning = library.meaning(name, page.path)
  if (!meaning) {
    const help = library.didYouMean(name.replace(/^.*\//, '')) ?? 'Write that document, or take the link away.'
    return [finding(page, 'broken-link', link.start, `no document is called \`${name}\``, { help })]
  }
  const stem = 'stem' in meaning ? meaning.stem : name
  const paths = 'stem' in meaning ? library.named(stem) : meaning.pages
  const [path, ...others] = paths
  if (path === undefined) return []
  if (others.length > 0) {
    const related = paths.slice(0, 8).map((file) => ({ file, line: 1, column: 1, message: 'one of them' }))
    const help = 'Rename all but one of them, or write its path as a relative link.'
    const message = `\`${name}\` could mean ${paths.length} documents`
    return [finding(page, 'ambiguous-link', link.start, message, { related, help })]
  }
  const tidy = tidyFinding(page, link, name, heading === null ? stem : `${stem}#${heading.trim()}`)
  const target = library.page(path)
  const wrong = heading === null || !target ? [] : headingFindings(page, link, target, heading)
  return tidy ? [tidy, ...wrong] : wrong
}

const unwritten = { help: 'Write the name of a document between the brackets, or take them away.' }

/** The link as it should be written, when it is not. */
function tidyFinding(page: Page, link: WikiLink, name: string, tidy: string): Finding | null {
  if (link.target === tidy && !link.spaced) return null
  const bar = link.spaced ? (/^\\?\|[ \t]+/.exec(page.text.slice(link.end, link.end + 80))?.[0] ?? '') : ''
  const stray = link.target.trim() === tidy
  const message = stray ? 'stray spaces in the link' : `\`${name}\` is not how the document is called`
  const mend = { start: link.start, end: link.end + bar.length, text: tidy + bar.trimEnd() }
  const help = `Write \`[[${tidy}${link.spaced ? '|…' : ''}]]\`.`
  return finding(page, 'untidy-link', link.start, message, { help, mend: link.heading ? null : mend })
}

/** A heading may be written in its own words or as its anchor; of `A#B` the last is asked. A block (`^…`) is not looked for. */
function headingFindings(page: Page, link: WikiLink, target: Page, heading: string): Finding[] {
  const words = heading.slice(heading.lastIndexOf('#') + 1).trim()
  if (words === '' || words.startsWith('^') || !target.readable) return []
  if (target.anchors.has(words) || target.anchors.has(slugOf(words))) return []
  const offset = link.start + link.target.indexOf('#') + 1
  const help = headingHelp(target)
  return [finding(page, 'broken-anchor', offset, `${target.path} has no heading "${words}"`, { help })]
}

function headingHelp({ headings }: Page): string {
  const shown = headings.slice(0, 6).map(({ heading }) => `"${heading}"`)
  return shown.length === 0
    ? 'It has none.'
    : `It has ${shown.join(', ')}${headings.length > shown.length ? ', …' : ''}.`
}
