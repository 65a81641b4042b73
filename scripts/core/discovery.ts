/** A prerequisite found while working on a card: what its document says at first. */
import { isScalar, isSeq, parseDocument } from 'yaml'
import { readFrontmatter } from './frontmatter.ts'
import { plain, plainLine } from './plain.ts'

export interface Discovery {
  id: string
  title: string
  /** The card that cannot go on without it. */
  forCard: { id: string; title: string }
  /** Why it was found, in somebody's words; null: nobody said. */
  why: string | null
  /** What failed, and what was printed last. */
  failure: { message: string; output: readonly string[] } | null
  /** `YYYY-MM-DD`. */
  date: string
  tags: readonly string[]
}

/** The tags of a document: a card beside another takes the same. */
export function tagsOf(path: string, text: string): string[] {
  const { span } = readFrontmatter(path, text, [])
  if (!span) return []
  // Aliases stay as they are written: made into values, a few lines of them fill the memory.
  const tags = parseDocument(text.slice(...span)).get('tags')
  const values = isSeq(tags) ? tags.items.map((tag) => (isScalar(tag) ? tag.value : null)) : []
  return values.filter((tag) => typeof tag === 'string')
}

/** A file name for a title: small letters, digits and hyphens; empty when nothing of it can be kept. */
export function idOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
}

/** The new document. */
export function documentOf({ title, forCard, why, failure, date, tags }: Discovery, newline = '\n'): string {
  const found = `Found on ${date} while working on [[${forCard.id}]], which cannot be completed without it.`
  const lines = [
    '---',
    `title: ${yamlText(title)}`,
    `modified: ${date}`,
    'status: active',
    ...(tags.length > 0 ? ['tags:', ...tags.map((tag) => `  - ${yamlText(tag)}`)] : []),
    '---',
    '',
    `# ${plainLine(title)}`,
    '',
    found,
    '',
    '## Why',
    '',
    why === null ? (failure ? 'The card failed:' : 'Say here what cannot be done without this.') : plainLine(why),
    '',
    ...(failure ? [...fenced([failure.message, ...failure.output]), ''] : []),
    '## Verification',
    '',
    '- [ ] Say here what must be true afterwards',
    '',
    '## Related',
    '',
    `- [[${forCard.id}]]: ${plainLine(forCard.title)}`,
    '',
  ]
  return lines.join(newline)
}

/** A block whose fence is longer than any inside: nothing in it can end it. */
function fenced(text: readonly string[]): string[] {
  const lines = text.flatMap((part) => plain(part.replaceAll('\r\n', '\n')).split('\n'))
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}text`, ...lines, fence]
}

/** Quoted where YAML would read something else than these words. */
function yamlText(text: string): string {
  const line = plainLine(text)
  return /^[A-Za-z][\w ().,/-]*$/.test(line) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(line)
    ? line
    : JSON.stringify(line)
}
