/** A card's checks, asked. */
import type { Card } from './core/card.ts'
import type { ChecklistLine } from './core/checklist.ts'
import type { Phase } from './core/event.ts'
import type { OpenTask, World } from './core/world.ts'

/** What the checks of a card said. */
export interface Proof {
  /** How many hold. */
  held: number
  /** Those that do not, each with its reason. */
  failed: string[]
  /** Those that only a person can tell, each with what to look at. */
  left: string[]
  /** The machine on which they were asked is away: this says nothing about the card. */
  lost: boolean
}

/** Asks the checks in the order of the checklist. */
export async function prove(
  card: Card,
  lines: readonly ChecklistLine[],
  phase: Phase,
  task: OpenTask,
  world: World,
  signal: AbortSignal,
): Promise<Proof> {
  const failed: string[] = []
  const left: string[] = []
  let held = 0
  for (const line of lines) {
    const result = await task.check(line.key)
    if (result.held === false && result.lost) return { held, failed, left, lost: true }
    // What a stop cut short has said nothing about the card.
    if (result.held === false && signal.aborted) failed.push(`${line.key}: ${result.message}`)
    if (!result.held && signal.aborted) break
    if (result.held) {
      held++
      world.emit({ event: 'check-passed', card: card.id, check: line.key, phase, detail: result.detail })
    } else if (result.held === null) {
      const { instructions } = result
      world.emit({ event: 'check-waiting', card: card.id, check: line.key, phase, instructions })
      left.push(`${line.text}: ${instructions}`)
    } else {
      world.emit({ event: 'check-failed', card: card.id, check: line.key, phase, message: result.message })
      failed.push(`${line.key}: ${result.message}`)
    }
  }
  return { held, failed, left, lost: false }
}
