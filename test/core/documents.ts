/** Documents for tests of the core: texts in, cards and graphs out, diagnostics in one line each. */
import { type Card, parseCard } from '../../scripts/core/card.ts'
import type { Diagnostic } from '../../scripts/core/diagnostic.ts'
import { CardGraph } from '../../scripts/core/graph.ts'

/** A document whose frontmatter is these lines. */
export function page(...front: string[]): string {
  return ['---', ...front, '---', '', '# A page', ''].join('\n')
}

/** A card that requires these; complete ones have no status. */
export function doc(requires: string[] = [], status: 'active' | 'complete' = 'active'): string {
  const list = requires.length === 0 ? [] : ['requires:', ...requires.map((id) => `  - ${id}`)]
  return page('title: A page', ...(status === 'active' ? ['status: active'] : []), ...list)
}

/** The card that a text makes, at docs/page.md. */
export function card(text: string, path = 'docs/page.md'): Card {
  return parseCard(path, text).card
}

/** What reading a text complains about, at docs/page.md. */
export function faults(text: string): string[] {
  return told(parseCard('docs/page.md', text).diagnostics)
}

/** The graph of these documents, by path. */
export function graphOf(documents: Record<string, string>): CardGraph {
  const parsed = Object.entries(documents).map(([path, text]) => parseCard(path, text))
  return CardGraph.of(
    parsed.map((entry) => entry.card),
    parsed.flatMap((entry) => entry.diagnostics),
  )
}

/** The graph of cards by id, each `docs/<id>.md` and active. */
export function graphFrom(requires: Record<string, string[]>, complete: readonly string[] = []): CardGraph {
  const documents = Object.entries(requires).map(([id, list]) => {
    return [`docs/${id}.md`, doc(list, complete.includes(id) ? 'complete' : 'active')] as const
  })
  return graphOf(Object.fromEntries(documents))
}

/** Everything a diagnostic says, on a line, its related places after it. */
export function told(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.flatMap(({ file, line, column, severity, code, message, help, related }) => [
    `${file}:${line}:${column} ${severity} ${code}: ${message}${help === null ? '' : ` [${help}]`}`,
    ...related.map((place) => `  ${place.file}:${place.line}:${place.column} ${place.message}`),
  ])
}
