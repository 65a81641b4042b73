import { compileGlob } from '../config/glob.ts'
import type { SyncContent } from '../config/shape.ts'

/**
 * The upstream name of a local repository by the first content rule that covers it; undefined when none does.
 * No rules at all means that everything is taken under its own name.
 */
export function sourceOf(
  contents: SyncContent[],
  repository: string,
): { name: string; content?: SyncContent } | undefined {
  if (contents.length === 0) return { name: repository }
  for (const content of contents) {
    const prefix = trim(content.prefix ?? '')
    const destination = trim(content.destination ?? '')
    const glob = content.stripPrefix ? prefix.slice(fixedPart(prefix).length) : prefix
    const pattern = trim(`${destination}/${glob}`)
    if (!compileGlob(pattern)?.test(repository)) continue
    const rest = trim(repository.startsWith(destination) ? repository.slice(destination.length) : repository)
    const name = content.stripPrefix ? trim(`${trim(fixedPart(prefix))}/${rest}`) : rest
    if (name !== '') return { name, content }
  }
  return undefined
}

/** Whether a content rule takes this tag. */
export function takesTag(content: SyncContent | undefined, tag: string): boolean {
  const { regex, excludeRegex, semver } = content?.tags ?? {}
  if (regex !== undefined && !new RegExp(regex).test(tag)) return false
  if (excludeRegex !== undefined && new RegExp(excludeRegex).test(tag)) return false
  return !semver || /^v?\d+(\.\d+){0,2}([-+][\w.+-]+)?$/.test(tag)
}

/** Everything of a pattern before its first special character, up to a slash. */
function fixedPart(pattern: string): string {
  const special = pattern.search(/[*?[{\\]/)
  return special < 0 ? pattern : pattern.slice(0, pattern.lastIndexOf('/', special) + 1)
}

function trim(name: string): string {
  return name.replace(/^\/+|\/+$/g, '')
}
