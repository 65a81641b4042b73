/** Where a run stands: which cards run, are ready, wait, and on whom; which have failed. Follows its events. */
import type { Stamped } from '../core/event.ts'
import type { Forecast } from '../core/forecast.ts'
import type { Plan } from '../core/plan.ts'
import { Tail } from './tail.ts'

/** A card while it is worked; whoever keeps it sees also how it ended. */
export interface Running {
  card: string
  /** Milliseconds since the epoch. */
  since: number
  /** The worker that has it, where that is another machine. */
  where: string | null
  /** Its step, or its check. */
  doing: string
  tail: Tail
  /** How long it took and what came of it; null: it runs. */
  ended: { mark: 'done' | 'failed' | 'waiting' | 'skipped'; afterMs: number } | null
}

/** A card that ended otherwise than complete, and why. */
export interface Trouble {
  card: string
  kind: 'failed' | 'waiting'
  why: string
}

/** Cards that wait for the same. `more`: how many others they wait for too. */
export interface Waiting {
  cards: string[]
  for: string[]
  more: number
}

interface Place {
  state: 'waiting' | 'ready' | 'running' | 'ended'
  /** Cards of the run that come before it, and how many of them are not complete. */
  after: readonly string[]
  left: number
  dependents: string[]
}

/** How many cards are looked at to tell who waits, however many there are. */
const looked = 64
/** How many of those that a card waits for are named. */
const named = 3

export class Standing {
  readonly total: number
  /** In the order in which they were started. */
  readonly running = new Map<string, Running>()
  readonly ready = new Set<string>()
  /** The first one first. */
  readonly troubles: Trouble[] = []
  complete = 0
  failed = 0
  /** Not started, because of another. */
  skipped = 0
  /** How many have not been started, and are not ready. */
  waiting: number
  /** Why no card is started any more; null: those that are ready will be. */
  halted: string | null = null
  readonly #places: Map<string, Place>
  readonly #forecast: Forecast
  readonly #keepGoing: boolean

  /** `keepGoing`: after a failure, other cards are still started. */
  constructor(plan: Plan, forecast: Forecast, keepGoing: boolean) {
    this.total = plan.length
    this.#forecast = forecast
    this.#keepGoing = keepGoing
    this.waiting = plan.length
    this.#places = new Map(
      plan.map(({ card, after }) => [card.id, { state: 'waiting', after, left: after.length, dependents: [] }]),
    )
    for (const { card, after } of plan) for (const id of after) this.#places.get(id)?.dependents.push(card.id)
    for (const { card, blockedBy } of plan) if (blockedBy.length === 0) this.#free(card.id)
  }

  add(event: Stamped): void {
    const at = Date.parse(event.time)
    switch (event.event) {
      case 'card-started': {
        this.#move(event.card, 'running')
        const doing = 'checking what holds already'
        this.running.set(event.card, { card: event.card, since: at, where: null, doing, tail: new Tail(), ended: null })
        break
      }
      case 'card-placed': {
        const running = this.running.get(event.card)
        if (running) running.where = event.worker
        break
      }
      case 'check-passed':
        if (event.phase !== 'before') this.#doing(event.card, `checked: ${event.check}`)
        break
      case 'check-failed':
        if (event.phase === 'before') this.#doing(event.card, 'working')
        break
      case 'step-started':
        this.#doing(event.card, event.step)
        break
      case 'output':
        this.running.get(event.card)?.tail.add(event.text)
        break
      case 'card-retried':
        this.#doing(event.card, `waits for its try ${event.attempt}`)
        break
      case 'card-completed':
        this.complete++
        this.#end(event.card, 'done', at)
        for (const id of this.#places.get(event.card)?.dependents ?? []) this.#free(id, 1)
        break
      case 'card-failed':
        this.failed++
        if (!this.#keepGoing) this.halted ??= `because of ${event.card}`
        this.troubles.push({ card: event.card, kind: 'failed', why: event.message })
        this.#end(event.card, 'failed', at)
        break
      case 'card-waiting':
        this.troubles.push({ card: event.card, kind: 'waiting', why: event.instructions })
        this.#end(event.card, 'waiting', at)
        break
      case 'card-skipped':
        this.skipped++
        this.#end(event.card, 'skipped', at)
        break
      case 'card-stopped':
        this.#end(event.card, 'skipped', at)
        break
      default:
        break
    }
  }

  /** Milliseconds that the run still takes; null: nobody knows. */
  left(now: number): number | null {
    if (this.halted !== null) return null
    const running = this.running.values().map(({ card, since }) => [card, now - since] as const)
    return this.#forecast.left(running, this.ready)
  }

  /** Milliseconds that a card took last; null: it is not known. */
  expected(card: string): number | null {
    return this.#forecast.of(card)
  }

  /** Who waits for whom, those first that wait for what runs or is ready. At most so many groups. */
  waits(most: number): Waiting[] {
    const groups = new Map<string, Waiting>()
    const seen = new Set<string>()
    for (const id of this.#nearest()) {
      const place = this.#places.get(id)
      if (place?.state !== 'waiting' || seen.has(id)) continue
      if (seen.size === looked) break
      seen.add(id)
      const blockers = this.#blockers(place)
      const key = [...blockers, place.left].join('\n')
      const group = groups.get(key)
      if (group) group.cards.push(id)
      else if (groups.size < most) groups.set(key, { cards: [id], for: blockers, more: place.left - blockers.length })
    }
    return [...groups.values()]
  }

  /** Cards after what runs or is ready, step by step. */
  *#nearest(): Generator<string> {
    const reached = new Set([...this.running.keys(), ...this.ready.keys().take(looked)])
    for (const id of reached) {
      for (const dependent of this.#places.get(id)?.dependents ?? []) {
        yield dependent
        if (reached.size < looked) reached.add(dependent)
      }
    }
  }

  /** The first few that it waits for. */
  #blockers({ after, left }: Place): string[] {
    const found: string[] = []
    for (const id of after) {
      if (this.#places.get(id)?.state !== 'ended') found.push(id)
      if (found.length === Math.min(named, left)) break
    }
    return found
  }

  /** So many of those before it are complete. */
  #free(id: string, complete = 0): void {
    const place = this.#places.get(id)
    if (!place) return
    place.left -= complete
    if (place.left === 0 && place.state === 'waiting') this.#move(id, 'ready')
  }

  #end(id: string, mark: NonNullable<Running['ended']>['mark'], at: number): void {
    const running = this.running.get(id)
    if (running) running.ended = { mark, afterMs: at - running.since }
    if (this.#places.get(id)?.state !== 'ended') this.#forecast.end(id)
    this.#move(id, 'ended')
  }

  #move(id: string, state: Place['state']): void {
    const place = this.#places.get(id)
    if (!place) return
    if (place.state === 'waiting') this.waiting--
    this.ready.delete(id)
    this.running.delete(id)
    if (state === 'ready') this.ready.add(id)
    place.state = state
  }

  #doing(card: string, what: string): void {
    const running = this.running.get(card)
    if (running) running.doing = what
  }
}
