/** Headings as anchors, the way GitHub makes them. */

/** The anchor of these words: small letters, no punctuation, spaces as hyphens. */
export function slugOf(words: string): string {
  return words
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

/** The anchors of a document's headings: of equal ones the second gets `-1`, the third `-2`. */
export function anchorsOf(headings: readonly string[]): Set<string> {
  return new Set(anchorsOfEach(headings).flat())
}

/** The same heading by heading: what its words make, and then one that it names itself. */
export function anchorsOfEach(headings: readonly string[]): string[][] {
  const anchors = new Set<string>()
  const times = new Map<string, number>()
  return headings.map((heading) => {
    const own = ownAnchor(heading)
    const slug = slugOf(wordsOf(own === null ? heading : heading.slice(0, heading.lastIndexOf('{#'))))
    let anchor = slug
    for (let time = times.get(slug) ?? 0; anchors.has(anchor); times.set(slug, time)) anchor = `${slug}-${++time}`
    const each = own === null ? [anchor] : [anchor, own]
    for (const one of each) anchors.add(one)
    return each
  })
}

/** The words that a reader sees: of links their text, without the marks of emphasis and without tags. */
function wordsOf(heading: string): string {
  return heading
    .split(/(`+[^`]*`+)/)
    .map((part) => (part.startsWith('`') ? part : plainOf(part)))
    .join('')
}

function plainOf(part: string): string {
  return part
    .replace(/\[\[(?:[^[\]|]*\|)?([^[\]|]*)\]\]/g, '$1')
    .replace(/!?\[([^[\]]*)\]\([^()\s]*\)/g, '$1')
    .replace(/<\/?[A-Za-z][^<>]*>/g, '')
    .replace(/_+/g, (run, at: number) => (isWord(part[at - 1]) && isWord(part[at + run.length]) ? run : ''))
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character)
}

/** `## Title {#own}`, as some sites read it. */
function ownAnchor(heading: string): string | null {
  const at = heading.lastIndexOf('{#')
  return at === -1 ? null : (/^\{#([^\s{}]+)\}$/.exec(heading.slice(at).trim())?.[1] ?? null)
}
