/** The cards and what they require, as a graph: what is a goal, what is ready, what a chain is. */
import { createRequire } from 'node:module'
import type { Graph } from '@dagrejs/graphlib'
import type { Card } from './card.ts'
import { Compact } from './compact.ts'
import { findCycles } from './cycle.ts'
import { byPlace, compare, type Diagnostic } from './diagnostic.ts'
import { cycle, doubled, tooEarly, unknown } from './graph-faults.ts'
import { type Progress, progressOf, trait } from './progress.ts'

/** Why a card is not ready. */
export interface Blocker {
  id: string
  why: 'active' | 'missing' | 'unsound'
}

export interface Readiness {
  ready: boolean
  blockedBy: Blocker[]
}

/** Proven documents: every query answers for the documents as they were read. */
export class CardGraph {
  /** Every card by id. Of two files with one name, the first by path stands here, and is not sound. */
  readonly cards: ReadonlyMap<string, Card>
  readonly diagnostics: readonly Diagnostic[]
  readonly #compact: Compact
  /** As far as it was asked: a card is asked for by each that requires it. */
  readonly #readiness = new Map<string, Readiness>()
  #edges: Graph | null = null

  private constructor(cards: Map<string, Card>, diagnostics: Diagnostic[]) {
    this.cards = cards
    this.#compact = new Compact(cards)
    this.diagnostics = diagnostics
  }

  /** Builds the graph of all documents; `found` are the faults of reading them, and come first in `diagnostics`. */
  static of(documents: readonly Card[], found: readonly Diagnostic[] = []): CardGraph {
    const diagnostics = [...found]
    const byId = Map.groupBy(
      documents.toSorted((a, b) => compare(a.path, b.path)),
      (card) => card.id,
    )
    const required = new Set<string>()
    for (const { requires } of documents) for (const { id } of requires) required.add(id)
    const cards = new Map<string, Card>()
    for (const [id, sharing] of byId) {
      const rivals = required.has(id) ? sharing : sharing.filter(isOfGraph)
      const [first] = rivals
      if (first && rivals.length > 1) {
        diagnostics.push(...rivals.map((card) => doubled(card, rivals)))
        cards.set(id, { ...first, sound: false })
      } else {
        // A page among pages is no card; one with a checklist is, also when it is complete and stands alone.
        const card = first ?? sharing.find((page) => !page.sound || page.checklist.length > 0)
        if (card) cards.set(id, card)
      }
    }
    // Where all names are of small letters without accents, no two of them can be alike.
    const some = [...cards.keys()].every((id) => simple.test(id)) ? [] : cards.values()
    for (const alike of Map.groupBy(some, (card) => card.id.normalize().toLowerCase()).values()) {
      if (alike.length === 1) continue
      diagnostics.push(...alike.map((card) => doubled(card, alike, ', but for its case or accents')))
      for (const card of alike) cards.set(card.id, { ...card, sound: false })
    }
    if ([...required].some((id) => !byId.has(id))) diagnostics.push(...unknown(documents, byId))

    const graph = new CardGraph(cards, diagnostics)
    const rings = graph.#compact.cyclic ? findCycles([...cards.keys()], (id) => graph.requires(id)) : []
    for (const ring of rings) {
      diagnostics.push(cycle(ring, cards))
      for (const id of ring) cards.set(id, { ...graph.card(id), sound: false })
    }
    diagnostics.push(...tooEarly(cards))
    diagnostics.sort(byPlace)
    return graph
  }

  /** The card of that id. @throws when there is none: ask `cards` first. */
  card(id: string): Card {
    const card = this.cards.get(id)
    if (!card) throw new Error(`no card ${id}`)
    return card
  }

  /** Ids that the card requires, each once, in the order written; ids without a document among them. */
  requires(id: string): string[] {
    return [...new Set(this.cards.get(id)?.requires.map((reference) => reference.id) ?? [])]
  }

  /** Ids of the cards that require this one, in order of their paths. */
  requiredBy(id: string): string[] {
    this.#edges ??= edgesOf(this.cards)
    return (this.#edges.predecessors(key(id)) ?? [])
      .map((name) => name.slice(1))
      .sort((a, b) => compare(this.card(a).path, this.card(b).path))
  }

  /** The one definition of ready: active, and every card it requires is there, sound and complete. */
  readiness(id: string): Readiness {
    const known = this.#readiness.get(id) ?? this.#look(id)
    this.#readiness.set(id, known)
    return known
  }

  #look(id: string): Readiness {
    const card = this.card(id)
    const blockedBy: Blocker[] = []
    for (const required of this.requires(id)) {
      const other = this.cards.get(required)
      if (!other) blockedBy.push({ id: required, why: 'missing' })
      else if (!other.sound) blockedBy.push({ id: required, why: 'unsound' })
      else if (other.status === 'active') blockedBy.push({ id: required, why: 'active' })
    }
    return { ready: card.status === 'active' && card.sound && blockedBy.length === 0, blockedBy }
  }

  /** Active cards that no active card requires, by path. */
  goals(): string[] {
    return idsByPath(this.#goals().map((goal) => this.card(this.#compact.ids[goal] ?? '')))
  }

  /** Every ready card, by path. */
  ready(): string[] {
    return idsByPath([...this.cards.values()].filter(({ id }) => this.readiness(id).ready))
  }

  /** How far each of these goals is. */
  progress(goals: readonly string[]): Progress[] {
    const { ids } = this.#compact
    const traits = Uint8Array.from(ids, (id) => this.#traitsOf(id))
    const numbers = goals.map((id) => this.#compact.number(id))
    return progressOf(this.#compact, numbers, traits, (card) => this.#missing(ids[card] ?? ''))
  }

  /** The goal and all it requires, directly or not, in run order: requirements first, as they are written. */
  chain(goal: string): string[] {
    return this.chains([goal])
  }

  /** The same of several, each card once. */
  chains(goals: readonly string[]): string[] {
    const numbers = goals.map((id) => this.#compact.number(id))
    if (numbers.includes(-1)) return [...goals]
    return Array.from(this.#compact.order(numbers), (card) => this.#compact.ids[card] ?? '')
  }

  /** Active cards that no goal reaches: all that require them require each other. */
  unreached(): Card[] {
    const reached = new Uint8Array(this.cards.size)
    for (const card of this.#compact.order(this.#goals())) reached[card] = 1
    return [...this.cards.values()].filter(({ status }, card) => status === 'active' && !reached[card])
  }

  /** The cards that require one of these, directly or not, nearest last; the given ones not among them. */
  dependents(ids: readonly string[]): string[] {
    return this.#walk(ids, (id) => this.requiredBy(id)).filter((id) => !ids.includes(id))
  }

  /** The goals that the card serves, itself among them when it is one, by path. */
  goalsOf(id: string): string[] {
    const above = new Set([id, ...this.dependents([id])])
    return this.goals().filter((goal) => above.has(goal))
  }

  /** Errors that make this chain untrue. Trouble elsewhere is not among them. */
  faults(goal: string): Diagnostic[] {
    const files = new Set(this.chain(goal).map((id) => this.card(id).path))
    return this.diagnostics.filter((found) => found.severity === 'error' && files.has(found.file))
  }

  /** As numbers, in no order that counts. */
  #goals(): number[] {
    const active = Uint8Array.from(this.cards.values(), ({ status }) => Number(status === 'active'))
    return this.#compact.tops(active)
  }

  #traitsOf(id: string): number {
    const { status, sound } = this.card(id)
    // Asked once for each: of a hundred thousand, the answers would take much room.
    const { ready, blockedBy } = this.#readiness.get(id) ?? this.#look(id)
    const state = status === 'active' ? trait.active : sound ? 0 : trait.unsound
    const lacks = blockedBy.some(({ why }) => why === 'missing')
    return state | (ready ? trait.ready : 0) | (lacks ? trait.missing : 0)
  }

  #missing(id: string): string[] {
    return this.requires(id).filter((required) => !this.cards.has(required))
  }

  /** Depth first, each node after all that lies behind it; without recursion, each node once. */
  #walk(roots: readonly string[], next: (id: string) => readonly string[]): string[] {
    const seen = new Set<string>(roots)
    const done: string[] = []
    const work = roots.toReversed().map((id) => ({ id, children: next(id), at: 0 }))
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const child = frame.children[frame.at++]
      if (child === undefined) {
        done.push(frame.id)
        work.pop()
      } else if (!seen.has(child)) {
        seen.add(child)
        work.push({ id: child, children: next(child), at: 0 })
      }
    }
    return done
  }
}

/** Loaded when somebody asks what requires a card, which few do. */
const load = createRequire(import.meta.url)

function edgesOf(cards: ReadonlyMap<string, Card>): Graph {
  const { Graph } = load('@dagrejs/graphlib') as typeof import('@dagrejs/graphlib')
  const edges = new Graph()
  for (const [id, card] of cards) {
    edges.setNode(key(id))
    for (const { id: required } of card.requires) edges.setEdge(key(id), key(required))
  }
  return edges
}

const simple = /^[a-z0-9._-]*$/

function idsByPath(cards: Card[]): string[] {
  return cards.sort((a, b) => compare(a.path, b.path)).map(({ id }) => id)
}

/** A document with a place in the graph of its own: whether another requires it, it does not know. */
function isOfGraph({ status, requires }: Card): boolean {
  return status === 'active' || requires.length > 0
}

/** graphlib keeps nodes in a plain object: the prefix keeps a card called `__proto__` out of its prototype. */
function key(id: string): string {
  return `:${id}`
}
