/** Documents for tests of the lint rules: texts in, everything told and everything mended out. No disk. */
import { parseCard } from '../../scripts/core/card.ts'
import { CardGraph } from '../../scripts/core/graph.ts'
import type { Desk } from '../../scripts/core/lint/desk.ts'
import { type Files, Library } from '../../scripts/core/lint/library.ts'
import { findingsOf, graded, mendDocument, mendsOf, type Tasks } from '../../scripts/core/lint/lint.ts'
import { Page } from '../../scripts/core/lint/page.ts'
import { Scope } from '../../scripts/core/lint/scope.ts'
import { defaultLintSettings, type LintSettings } from '../../scripts/core/lint/settings.ts'
import { told } from './documents.ts'

export type Texts = Record<string, string>

const noTasks: Tasks = { works: new Map(), strays: [] }

/** What the rules have before them when these are the files of a repository; documents are the Markdown files in `docs`. */
export function deskOf(texts: Texts, lint: Partial<LintSettings> = {}): Desk {
  const settings = { ...defaultLintSettings(), ...lint }
  const files = filesOf(texts)
  const documents = Object.entries(texts).filter(([path]) => /^docs\/.*\.md$/.test(path))
  const pages = documents.map(([path, text]) => new Page(path, text))
  const parsed = documents.map(([path, text]) => parseCard(path, text))
  const graph = CardGraph.of(
    parsed.map(({ card }) => card),
    parsed.flatMap(({ diagnostics }) => diagnostics),
  )
  const scope = new Scope(settings, graph, 'docs', (path) => files.kind(path) === 'folder')
  return { graph, settings, scope, library: new Library(pages, files, 'docs') }
}

/** Everything that lint says of these files, a line for each. */
export function linted(texts: Texts, lint: Partial<LintSettings> = {}, tasks: Tasks = noTasks): string[] {
  const desk = deskOf(texts, lint)
  const found = findingsOf(desk, tasks).findings.map(({ diagnostic }) => diagnostic)
  return told(graded([...desk.graph.diagnostics, ...found], desk))
}

/** The documents that `--fix` changes, as they are afterwards. */
export function mendedTexts(texts: Texts, lint: Partial<LintSettings> = {}): Texts {
  const desk = deskOf(texts, lint)
  const pages = [...desk.library.pages.values()].filter((page) => mendsOf(page, desk).length > 0)
  return Object.fromEntries(pages.map(({ path, text }) => [path, mendDocument(path, text, desk).text]))
}

function filesOf(texts: Texts): Files {
  const paths = Object.keys(texts)
  const inside = (folder: string) => paths.filter((path) => folder === '' || path.startsWith(`${folder}/`))
  const names = (folder: string) => {
    const rest = inside(folder).map((path) => path.slice(folder === '' ? 0 : folder.length + 1))
    return [...new Set(rest.map((path) => path.split('/')[0] ?? ''))]
  }
  return {
    kind: (path) => (path in texts ? 'file' : inside(path).length > 0 ? 'folder' : null),
    names,
    text: (path) => texts[path] ?? null,
  }
}

/** A how-to with everything that its frontmatter must have; `body` after it. */
export function howTo(body = '', ...front: string[]): string {
  return ['---', 'title: T', 'modified: 2026-01-01', 'tags: [a]', ...front, '---', body].join('\n')
}

/** The lines of `--fix` and of what is told, for a body at docs/how-to/page.md. `line` 6 is the first of the body. */
export const at = (texts: Texts, body: string): Texts => ({ ...texts, 'docs/how-to/page.md': howTo(body) })
