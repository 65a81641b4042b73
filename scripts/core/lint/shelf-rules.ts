/** Rules about the documents together: names that two of them have, and documents that nothing leads to. */
import { posix } from 'node:path'
import type { Desk } from './desk.ts'
import { type Finding, finding } from './finding.ts'
import type { Library } from './library.ts'
import type { Page } from './page.ts'
import { targetOf } from './path-rules.ts'

/** Many folders have one of these; nobody means it by its name alone. */
const common = /^(?:index|readme)$/i

/** Documents of one name. Of cards that is an error of the graph, and told as such. */
export function doubledFindings({ graph, library, scope }: Desk): Finding[] {
  const told = new Set(graph.diagnostics.filter(({ code }) => code === 'doubled-card').map(({ file }) => file))
  const groups = library.doubled.map((paths) => paths.flatMap((path) => library.pages.get(path) ?? []))
  const counted = groups.map((pages) => pages.filter((page) => !scope.ignores(page) && !common.test(page.stem)))
  const shared = counted.filter(({ length }) => length > 1)
  return shared.flatMap((group) =>
    group.flatMap((page) => {
      if (!scope.covers(page) || group.some(({ path }) => told.has(path))) return []
      const related = group
        .filter((other) => other !== page)
        .slice(0, 8)
        .map(({ path }) => ({ file: path, line: 1, column: 1, message: 'the other one' }))
      const help = 'Rename one of them, and the links that mean it.'
      return [finding(page, 'doubled-stem', 0, `more than one document is called \`${page.stem}\``, { help, related })]
    }),
  )
}

/** Documents that no other links to. */
export function unlinkedFindings({ library, scope }: Desk): Finding[] {
  const pages = [...library.pages.values()].filter((page) => !scope.ignores(page))
  const linked = new Set(pages.flatMap((page) => targetsOf(page, library)))
  return pages
    .filter((page) => scope.covers(page) && !common.test(page.stem) && !linked.has(posix.normalize(page.path)))
    .map((page) => {
      const help = `Link to it where a reader would look: \`[[${page.stem}]]\`.`
      return finding(page, 'unlinked-document', 0, 'no other document links here', { help })
    })
}

/** Documents that the index of their folder leaves out; an index is `index.md`, `README.md` or called like its folder. */
export function indexFindings({ library, scope }: Desk): Finding[] {
  const { docs } = scope
  const pages = [...library.pages.values()].filter((page) => !scope.ignores(page))
  const byFolder = Map.groupBy(pages, ({ path }) => posix.relative(docs, path).split('/').slice(0, -1)[0] ?? '')
  return [...byFolder].flatMap(([folder, inside]) => {
    const index = [`${folder}.md`, 'index.md', 'README.md']
      .map((name) => library.pages.get(posix.join(docs, folder, name)))
      .find((page) => page !== undefined)
    if (folder === '' || !index) return []
    const listed = new Set(targetsOf(index, library))
    return inside
      .filter((page) => page !== index && scope.covers(page) && !listed.has(posix.normalize(page.path)))
      .map((page) => {
        const help = `Link to it there: \`[[${page.stem}]]\`.`
        return finding(page, 'missing-from-index', 0, `${index.path} does not link here`, { help })
      })
  })
}

/** Paths of the documents that a page links to, itself left out. */
function targetsOf(page: Page, library: Library): string[] {
  const own = posix.normalize(page.path)
  const paths = page.links.flatMap((link) => {
    if (link.kind === 'path') return targetOf(page, link)?.path ?? []
    const meaning = library.meaning(link.target.replace(/#.*$/s, '').trim(), page.path)
    if (!meaning) return []
    return 'stem' in meaning ? library.named(meaning.stem) : meaning.pages
  })
  return paths.filter((path) => path !== own)
}
