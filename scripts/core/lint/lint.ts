/** All rules over all documents: what they find, worth what the settings say, and the mends that are safe. */
import { byPlace, type Diagnostic } from '../diagnostic.ts'
import { proofFindings, type Stray, strayFindings, unreachedFindings, type Work } from './card-rules.ts'
import { checklistFindings, maybeChecklist } from './checklist-rules.ts'
import type { Desk } from './desk.ts'
import { type Finding, type Mend, mended } from './finding.ts'
import { frontmatterFindings, graphMends } from './frontmatter-rules.ts'
import { Page } from './page.ts'
import { pathFindings } from './path-rules.ts'
import { levelOf } from './settings.ts'
import { doubledFindings, indexFindings, unlinkedFindings } from './shelf-rules.ts'
import { wikiFindings } from './wiki-rules.ts'

/** What is known of the tasks. */
export interface Tasks {
  works: ReadonlyMap<string, Work>
  strays: readonly Stray[]
}

/** What the rules of `core/lint` find, in no order, and how many places `--fix` would mend: among these, and among what the graph finds. */
export function findingsOf(desk: Desk, tasks: Tasks): { findings: Finding[]; mends: number } {
  const { graph, library, settings } = desk
  let mends = 0
  const proofs = (page: Page) => {
    const card = graph.cards.get(page.stem)
    // Where it is asked whether a heading is the checklist's, it is not yet known that there is none.
    if (card?.path !== page.path || desk.scope.ignores(page) || isAsked(page, desk)) return []
    return proofFindings(page, card, tasks.works.get(card.id) ?? null)
  }
  const isOn = (code: Diagnostic['code']) => levelOf(code, settings) !== 'off'
  const workless = tasks.strays.length > 0 ? [...graph.cards.keys()].filter((id) => !tasks.works.has(id)) : []
  // Only what the graph tells of may have a mend of its own.
  const told = new Set(graph.diagnostics.map(({ file }) => file))
  const findings = [...library.pages.values()].flatMap((page) => {
    const found = [...pageFindings(page, desk), ...proofs(page)]
    if (told.has(page.path)) mends += graphMends(page, library).length
    // The texts of all documents at once would take much room.
    page.forget()
    return found
  })
  findings.push(
    ...unreachedFindings(desk),
    ...strayFindings(tasks.strays, workless),
    ...doubledFindings(desk),
    ...(isOn('unlinked-document') ? unlinkedFindings(desk) : []),
    ...(isOn('missing-from-index') ? indexFindings(desk) : []),
  )
  mends += findings.filter(({ mend }) => mend && isOn(mend.code)).length
  return { findings, mends }
}

/** What the settings make of diagnostics: those that are off are left out, and the rest is sorted by place. */
export function graded(diagnostics: readonly Diagnostic[], { settings }: Desk): Diagnostic[] {
  return diagnostics
    .flatMap((found) => {
      const severity = levelOf(found.code, settings)
      return severity === 'off' ? [] : { ...found, severity }
    })
    .sort(byPlace)
}

/** The mends of a document: of what the graph finds wrong with it, and of the rules that are on. */
export function mendsOf(page: Page, desk: Desk): Mend[] {
  const style = pageFindings(page, desk).flatMap(({ mend }) => mend ?? [])
  return [...graphMends(page, desk.library), ...style].filter(({ code }) => levelOf(code, desk.settings) !== 'off')
}

/** The document's text as it is now, with what can be mended mended. */
export function mendDocument(path: string, text: string, desk: Desk): { text: string; made: Mend[]; page: Page } {
  const page = new Page(path, text)
  return { page, ...mended(text, mendsOf(page, desk)) }
}

function isAsked(page: Page, { settings }: Desk): boolean {
  return (
    page.checklist.length === 0 && levelOf('checklist-heading', settings) !== 'off' && maybeChecklist(page).length > 0
  )
}

/** What is found in one document, whatever it is worth. */
function pageFindings(page: Page, desk: Desk): Finding[] {
  if (!desk.scope.covers(page)) return []
  const links = page.links.flatMap((link) =>
    link.kind === 'wiki' ? wikiFindings(page, link, desk) : pathFindings(page, link, desk),
  )
  return [...frontmatterFindings(page, desk), ...checklistFindings(page, desk), ...links]
}
