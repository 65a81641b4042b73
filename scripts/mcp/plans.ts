/** Plans that were shown: a run does exactly what one of them said, or nothing. */
import { sha256 } from '../io/sha256.ts'

/** One card of a plan, with all that decides what a run does with it. */
export interface PlannedCard {
  id: string
  /** `work`, `prove`, `person` or `none`, as `plan` tells it. */
  action: string
  task: string | null
  /** Digests of the document and of the task. Null: nothing is done with it, or it has none. */
  document: string | null
  script: string | null
  /** Asked of a person before anything starts. */
  confirm: string | null
}

export interface Shown {
  goal: string
  /** The settings that the cards are proved against. */
  target: string
  cards: PlannedCard[]
}

/** So many of the latest plans are known: to say what changed. */
const known = 50

export class Plans {
  readonly #shown = new Map<string, Shown>()

  /** The plan's id: the same as long as a run would do the same. */
  show(plan: Shown): string {
    const id = digest(JSON.stringify(plan))
    this.#shown.set(id, plan)
    const [oldest] = this.#shown.keys()
    if (this.#shown.size > known && oldest !== undefined) this.#shown.delete(oldest)
    return id
  }

  /** Why a run of `now` is not what plan `id` said; null: it is. */
  differs(id: string, now: Shown): string | null {
    if (digest(JSON.stringify(now)) === id) return null
    const before = this.#shown.get(id)
    if (!before) return `no plan with the id "${id}" was shown here`
    return changes(before, now).join('; ')
  }
}

/** What a run would do otherwise now. */
export function changes(before: Shown, now: Shown): string[] {
  if (before.goal !== now.goal) return [`that plan is for ${before.goal}`]
  const found = before.target === now.target ? [] : ['the target is another one']
  const earlier = new Map(before.cards.map((card) => [card.id, card]))
  for (const card of now.cards) {
    const old = earlier.get(card.id)
    earlier.delete(card.id)
    if (!old) found.push(`${card.id} is new in the chain`)
    else if (old.action !== card.action) found.push(`${card.id} was "${old.action}", now "${card.action}"`)
    else if (old.task !== card.task) found.push(`${card.id} has another task`)
    else {
      if (old.document !== card.document) found.push(`the document of ${card.id} was edited`)
      if (old.script !== card.script) found.push(`the task of ${card.id} was edited`)
    }
  }
  found.push(...[...earlier.keys()].map((id) => `${id} is no longer in the chain`))
  return found.length > 0 ? found : ['the order of the cards is another one']
}

export function digest(text: string): string {
  return sha256(text).slice(0, 16)
}
