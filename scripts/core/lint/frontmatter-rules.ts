/** What frontmatter must have, and where it may say what. */
import type { DiagnosticCode } from '../diagnostic.ts'
import { houseKeys } from '../keys.ts'
import type { Desk } from './desk.ts'
import { type Finding, finding, type Mend, scalarMend } from './finding.ts'
import type { Library } from './library.ts'
import type { Page } from './page.ts'

/** Required fields, and `status` or `requires` outside the how-to folder. Frontmatter that cannot be read is told elsewhere. */
export function frontmatterFindings(page: Page, { scope }: Desk): Finding[] {
  if (page.faults.length > 0) return []
  const { keys, span } = page.front
  const missing = scope.required.flatMap((name) => {
    const key = keys.get(name)
    if (key && !key.empty) return []
    const message = key ? `\`${name}\` has no value` : `the frontmatter has no \`${name}\``
    const help = span
      ? `Add \`${name}: …\` to it.`
      : `Begin the document with frontmatter: \`${name}: …\` between \`---\`.`
    return finding(page, houseKeys.get(name) ?? 'missing-field', key?.offset ?? 0, message, {
      help: key ? `Write one, or take the line away from what is required.` : help,
    })
  })
  if (scope.howTo === null || scope.isHowTo(page)) return missing
  const misplaced = ['status', 'requires'].flatMap((name) => {
    const key = keys.get(name)
    const help = `Move the document to ${scope.howTo}/, or take the line away.`
    return key
      ? finding(page, 'misplaced-field', key.offset, `\`${name}\` is for how-tos, in ${scope.howTo}/`, { help })
      : []
  })
  return [...missing, ...misplaced]
}

/**
 * Answers to errors of the graph, where there is only one. `Active` can only mean `active`, which completes nothing. A required
 * name that no document has, and that as a path, without `.md`, brackets or in another case is the name of one document, means
 * that one; a single name that should be a list is a list of it.
 */
export function graphMends(page: Page, library: Library): Mend[] {
  if (page.faults.length > 0) return []
  const { fields } = page.front
  const [status, requires] = [fields.get('status'), fields.get('requires')]
  const mends: Mend[] = []
  const add = (code: DiagnosticCode, mend: Omit<Mend, 'code'> | null) => {
    if (mend) mends.push({ code, ...mend })
  }
  if (typeof status?.value === 'string' && status.value !== 'active' && /^\s*active\s*$/i.test(status.value)) {
    add('unknown-status', scalarMend(page, status.offset, status.value, 'active'))
  }
  for (const { value, offset } of requires?.items ?? []) {
    if (typeof value === 'string') add('unknown-card', nameMend(page, library, value, offset))
  }
  if (requires && !requires.items && typeof requires.value === 'string' && isOther(page, library, requires.value)) {
    const mend = scalarMend(page, requires.offset, requires.value, requires.value)
    const [start, end] = [requires.offset, requires.range[1]]
    if (mend) add('frontmatter-value', { start, end, text: `[${page.text.slice(start, end)}]` })
  }
  return mends
}

function nameMend(page: Page, library: Library, value: string, offset: number): Omit<Mend, 'code'> | null {
  if (library.named(value).length > 0) return null
  const name = /^\[\[([^[\]|#]+)\]\]$/.exec(value)?.[1] ?? value
  const meaning = library.meaning(name, page.path)
  if (!meaning) return null
  const stem = 'stem' in meaning ? meaning.stem : name
  return isOther(page, library, stem) ? scalarMend(page, offset, value, stem) : null
}

/** Whether it is the name of exactly one document, another than this one: a card that requires itself is no answer. */
function isOther(page: Page, library: Library, stem: string): boolean {
  const [path, ...more] = library.named(stem)
  return path !== undefined && more.length === 0 && library.pages.has(path) && stem !== page.stem
}
