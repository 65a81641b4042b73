/** The pictures inside documents: refreshed, or compared with what the cards are now. */
import { join } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { drawingOf } from '../core/drawing.ts'
import { exit, Refusal } from '../core/exit.ts'
import { markers, pictureIn, withPicture } from '../core/picture-block.ts'
import { typed } from '../core/plain.ts'
import { readDocument } from '../io/documents.ts'
import { callAgain } from '../io/invocation.ts'
import { markEdited } from '../io/marks.ts'
import { diagnosticsText } from '../view/diagnostics-text.ts'
import { mermaidNote, mermaidOf, tooLargeForMermaid } from '../view/mermaid.ts'
import { columns, marks, oneLine } from '../view/style.ts'
import type { Session } from './command.ts'
import { withLock } from './locked.ts'

interface Picture {
  card: string
  path: string
  /** `stale`: it would be another one now. */
  state: 'written' | 'unchanged' | 'stale'
  mermaid: string
}

/** Writes those that are stale. @returns the exit code. */
export async function writePictures(session: Session): Promise<number> {
  return await withLock(session, ['graph', ...session.operands, '--write'].join(' '), async () => {
    const pictures = picturesOf(session).map((picture): Picture => {
      if (picture.state === 'unchanged') return picture
      const { path, mermaid } = picture
      const written = markEdited(session.repository, path, (text) => withPicture(path, text, mermaid))
      if (!written.ok) throw new Refusal(exit.unrecorded, written.reason, 'Mend that, then run this again.')
      return { ...picture, state: 'written' }
    })
    tell(session, pictures)
    return tellFaults(session, faultsOf(session, pictures))
  })
}

/** Says which are stale. @returns the exit code. */
export async function checkPictures(session: Session): Promise<number> {
  const pictures = picturesOf(session)
  tell(session, pictures)
  const code = tellFaults(session, faultsOf(session, pictures))
  return code === exit.ok && pictures.some(({ state }) => state === 'stale') ? exit.difference : code
}

/** Tells errors of the documents beside what was drawn of them. @returns the exit code. */
export function tellFaults(session: Session, found: readonly Diagnostic[]): number {
  const errors = new Set(found.filter(({ severity }) => severity === 'error'))
  if (errors.size === 0) return exit.ok
  if (!session.json) session.remark(`\n${diagnosticsText([...errors], session.paintStderr)}`)
  return exit.documents
}

function faultsOf({ graph }: Session, pictures: readonly Picture[]): Diagnostic[] {
  return pictures.flatMap(({ card }) => graph.faults(card))
}

/** Those of the cards named; else all there are. @throws Refusal before anything is written when one has no place. */
function picturesOf(session: Session): Picture[] {
  if (session.operands.length > 0)
    return [...new Set(session.operands.map((word) => session.cardNamed(word)))].map((id) => pictureOf(session, id))
  const paths = session.readDocuments((path, text) => (text !== null && pictureIn(path, text) ? path : null))
  const { graph } = session
  return [...graph.cards.values()].filter(({ path }) => paths.includes(path)).map(({ id }) => pictureOf(session, id))
}

function pictureOf(session: Session, id: string): Picture {
  const { graph, repository } = session
  const { path } = graph.card(id)
  const { text, why } = readDocument(join(repository.root, path))
  if (text === null) throw new Refusal(exit.documents, `${path} ${why}`)
  const place = pictureIn(path, text)
  if (place === null) {
    const help = `Put these two lines where it shall stand, outside any code, then run this again:\n  ${markers.begin}\n  ${markers.end}`
    throw new Refusal(exit.usage, `${path} has no place for a picture; nothing was changed`, help)
  }
  if (!place.ok) {
    const help = 'Nothing was changed. Mend that, then run this again.'
    throw new Refusal(exit.documents, `${path}:${place.line}: ${place.reason}`, help)
  }
  const mermaid = mermaidIn(session, id)
  const edited = withPicture(path, text, mermaid)
  return { card: id, path, state: edited.ok && edited.text === text ? 'unchanged' : 'stale', mermaid }
}

/** What a site would not draw is not put into a document. */
function mermaidIn({ graph }: Session, id: string): string {
  const drawing = drawingOf(graph, [id])
  const trouble = tooLargeForMermaid(drawing)
  return trouble === null
    ? mermaidOf(drawing)
    : mermaidNote(drawing, [trouble, `mikado graph ${typed(id)} --format svg`])
}

function tell(session: Session, pictures: readonly Picture[]): void {
  const { paint } = session
  if (session.json) {
    session.printJson('graph-pictures', { pictures: pictures.map(({ mermaid: _, ...picture }) => picture) })
    return
  }
  const words = {
    written: 'picture refreshed',
    unchanged: 'picture unchanged',
    stale: 'picture is stale',
  }
  const mark = { written: paint.green(marks.done), unchanged: paint.dim(marks.skipped), stale: paint.red(marks.failed) }
  if (pictures.length === 0) session.print(`No card has a place for a picture: see \`mikado graph --help\`.\n`)
  else session.print(`${columns(pictures.map(({ path, state }) => [mark[state], oneLine(path), words[state]]))}\n`)
  if (pictures.every(({ state }) => state !== 'stale')) return
  const again = ['graph', ...session.operands.map((word) => typed(session.cardNamed(word))), '--write'].join(' ')
  session.remark(
    `\n\`${callAgain(session.system, again)}\` refreshes ${pictures.length === 1 ? 'it' : 'what is stale'}.\n`,
  )
}
