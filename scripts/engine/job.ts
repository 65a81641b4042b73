/** A card as a job: what it is called, and where it waits. */
import type { Question } from '../core/protocol.ts'
import type { Description } from '../io/offer.ts'
import { sha256 } from '../io/sha256.ts'

/** The queue of a label; without one, any worker takes the card. */
export function queueOf(label: string | null): string {
  return label === null ? 'any' : `on-${label}`
}

/** A card as it is offered. */
export interface Offer {
  label: string | null
  description: Description
  /** What its process will be asked first, as far as that is known: a worker asks it while it waits for the run's word. */
  opening: readonly Question[]
}

/** What is sealed for whoever takes it. */
export type Sheet = Pick<Offer, 'description' | 'opening'>

/** Bytes. What is longer, as what other cards have handed on may be, is asked when a worker has the card: what waits should not weigh much. */
const longest = 16 * 1024

/** The same offer, without an opening that is long. */
export function light(offer: Offer): Offer {
  return JSON.stringify(offer.opening).length > longest ? { ...offer, opening: [] } : offer
}

/** The same for the same work, whoever offers it: a run that is started again finds what it had offered. */
export function jobOf({ label, description: { card, document, task, target } }: Offer): string {
  const settings = Object.entries(target).sort(([one], [other]) => (one < other ? -1 : 1))
  const work = JSON.stringify([label, card, document, task, settings])
  return sha256(work).slice(0, 32)
}
