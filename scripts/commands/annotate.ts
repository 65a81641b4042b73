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
  /** Documents of the cards that are worked now, as they were before. */
  readonly #texts = new Map<string, string | null>()

  /** `account`: of the run; it must have each event before this has it. */
  constructor(session: Session, account: Account) {
    this.#session = session
    this.#account = account
  }

  lines(event: Stamped): string[] {
    if (!reads(this.#session)) return []
    const { graph, repository } = this.#session
    const card = 'card' in event ? event.card : null
    // A forge shows what was checked out: no status that came or went in this run.
    if (event.event === 'card-started')
      this.#texts.set(event.card, readText(join(repository.root, graph.card(event.card).path)))
    const text = this.#texts.get(card ?? '')
    const remark = remarkOf(event, this.#account)
    const line = remark && this.#annotations.line(placed(this.#session, remark, text))
    if (card !== null && this.#account.ended.has(card)) this.#texts.delete(card)
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

/** `text`: of the card's document, when it may have changed since. */
function placed(session: Session, { level, card, meant, message }: Remark, text?: string | null): Annotation {
  if (card === null) return { level, place: null, title: 'mikado', message }
  const { path, place } = session.graph.card(card)
  const read = text === undefined ? readText(join(session.repository.root, path)) : text
  const line = read === null ? undefined : parseCard(path, read).card.checklist.find(meant)
  const found = line && read !== null ? placesIn(path, read)(line.box) : place
  return { level, place: fromWorkspace(session, found), title: card, message }
}

/** A forge counts paths from the folder that the job has checked out. */
function fromWorkspace({ repository, system }: Session, place: Place): Place {
  const workspace = system.env.GITHUB_WORKSPACE
  const file = workspace ? relative(workspace, join(repository.root, place.file)) : place.file
  return file.startsWith('..') ? place : { ...place, file }
}
