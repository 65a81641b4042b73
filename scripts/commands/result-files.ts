/** Files that tell of a run: JUnit, and the summary of a CI job. */
import { resolve } from 'node:path'
import type { Account } from '../core/account.ts'
import type { Card } from '../core/card.ts'
import { drawingOf } from '../core/drawing.ts'
import { exit, Refusal } from '../core/exit.ts'
import { readGraph } from '../io/documents.ts'
import { reportFile, writeReport } from '../io/report-file.ts'
import { addToStepSummary, stepSummaryOf } from '../io/step-summary.ts'
import { jobSummary } from '../view/job-summary.ts'
import { junitText, type Suite, suitesOf, unfinished } from '../view/junit.ts'
import type { Session } from './command.ts'
import type { Reporter } from './reporter.ts'

/** Writes what came of each case, and how long all took, in milliseconds. */
export type WriteJunit = (suites: Suite[], tookMs: number) => void

/**
 * The JUnit file of a call, when it is asked for: says at once that nothing has ended yet, and answers how to write what came.
 * @throws Refusal (64) when it cannot be written.
 */
export function openJunit(session: Session, name: string): WriteJunit | null {
  const file = session.text('junit')
  if (file === null) return null
  const { repository, system } = session
  const attempt = (action: () => void): string | null => {
    try {
      action()
      return null
    } catch (error) {
      return (error as Error).message
    }
  }
  let path = resolve(system.cwd, file)
  const trouble = attempt(() => {
    path = reportFile(path)
    writeReport(repository, path, junitText(name, unfinished(name), null))
  })
  if (trouble !== null) {
    const help = 'Name a file in a folder that is there and can be written.'
    throw new Refusal(exit.usage, `--junit ${file}: ${trouble}`, help)
  }
  return (suites, tookMs) => {
    const late = attempt(() => writeReport(repository, path, junitText(name, suites, tookMs)))
    if (late !== null) session.remark(`mikado: --junit ${file} cannot be written any more: ${late}\n`)
  }
}

/** The JUnit file of a run, for its cards in run order. */
export function junitReporter(write: WriteJunit, cards: readonly Card[], account: Account, data: string): Reporter {
  return { end: () => write(suitesOf(cards, account, data), account.end?.durationMs ?? 0) }
}

/** The job summary of a run; null: no CI runner shows one. */
export function jobSummaryReporter(
  session: Session,
  goal: string,
  cards: readonly Card[],
  account: Account,
  callOf: (words: string) => string,
): Reporter | null {
  const path = session.ci === 'actions' ? stepSummaryOf(session.system) : null
  if (path === null) return null
  const ids = cards.map(({ id }) => id)
  return {
    end: async () => {
      try {
        addToStepSummary(path, jobSummary(account, goal, ids, await pictureOf(session, goal), callOf))
      } catch (error) {
        session.remark(`mikado: the job summary is left out: ${(error as Error).message}\n`)
      }
    },
  }
}

/** The chain as it is now, as Mermaid; null: it is too large for a page. */
async function pictureOf({ repository }: Session, goal: string): Promise<string | null> {
  const { mermaidOf, tooLargeForMermaid } = await import('../view/mermaid.ts')
  const drawing = drawingOf(readGraph(repository), [goal])
  return tooLargeForMermaid(drawing) === null ? mermaidOf(drawing) : null
}
