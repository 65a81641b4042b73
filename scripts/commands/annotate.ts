/** Annotations beside the documents, where a CI runner reads them. */
import { join, relative } from 'node:path'
import type { Account } from '../core/account.ts'
import { parseCard } from '../core/card.ts'
import { type Diagnostic, type Place, placesIn } from '../core/diagnostic.ts'
import type { Stamped } from '../core/event.ts'
import { readText } from '../io/documents.ts'
import { plainScreen } from '../io/screen.ts'
import { type Annotation, Annotations, annotationOf, type Remark, remarkOf } from '../view/annotations.ts'
import type { Session } from './command.ts'

/** Says which commands an event is worth, and in the end what was left out. Nothing where nobody reads them. */
export class Annotator {
  readonly #session: Session
  readonly #account: Account
  readonly #annotations = new Annotations()

  /** `account`: of the run; it must have each event before this has it. */
  constructor(session: Session, account: Account) {
    this.#session = session
    this.#account = account
  }

  lines(event: Stamped): string[] {
    if (!reads(this.#session)) return []
    const remark = remarkOf(event, this.#account)
    const line = remark && this.#annotations.line(placed(this.#session, remark))
    return line === null ? [] : [line]
  }

  rest(): string[] {
    return [this.#annotations.rest() ?? []].flat()
  }
}

/** Annotates what is wrong in documents, errors first. */
export function annotate(session: Session, diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  const warnings = diagnostics.filter(({ severity }) => severity !== 'error')
  tell(session, [...errors, ...warnings].map(annotationOf))
}

/** The same for remarks about cards. */
export function annotateCards(session: Session, remarks: readonly Remark[]): void {
  tell(
    session,
    remarks.map((remark) => placed(session, remark)),
  )
}

function tell(session: Session, found: readonly Annotation[]): void {
  if (!reads(session) || found.length === 0) return
  // Told again from what was kept, it would be without them.
  session.said = null
  const annotations = new Annotations()
  const screen = plainScreen(session.system)
  for (const each of found) {
    const { place } = each
    const line = annotations.line({ ...each, place: place && fromWorkspace(session, place) })
    if (line !== null) screen.line(line)
  }
  const rest = annotations.rest()
  if (rest !== null) screen.line(rest)
}

function reads({ ci, json }: Session): boolean {
  return ci === 'actions' && !json
}

function placed(session: Session, { level, card, meant, message }: Remark): Annotation {
  if (card === null) return { level, place: null, title: 'mikado', message }
  return { level, place: fromWorkspace(session, placeOf(session, card, meant)), title: card, message }
}

/** In the document as it is now: its status may have gone meanwhile, and people edit. */
function placeOf({ repository, graph }: Session, id: string, meant: Remark['meant']): Place {
  const { path, place } = graph.card(id)
  const text = readText(join(repository.root, path))
  if (text === null) return { ...place, line: 1, column: 1 }
  const { card } = parseCard(path, text)
  const line = card.checklist.find(meant)
  return line ? placesIn(path, text)(line.box) : card.place
}

/** A forge counts paths from the folder that the job has checked out. */
function fromWorkspace({ repository, system }: Session, place: Place): Place {
  const workspace = system.env.GITHUB_WORKSPACE
  const file = workspace ? relative(workspace, join(repository.root, place.file)) : place.file
  return file.startsWith('..') ? place : { ...place, file }
}
