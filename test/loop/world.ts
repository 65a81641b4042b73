/** A World in memory: documents as texts, scripted tasks, a person, and a clock that a test winds by hand. */
import { type Card, parseCard } from '../../scripts/core/card.ts'
import { complete, type Edit, reopen } from '../../scripts/core/edit.ts'
import type { RunEvent } from '../../scripts/core/event.ts'
import { CardGraph } from '../../scripts/core/graph.ts'
import type { Outcome } from '../../scripts/core/outcome.ts'
import { planOf, type Selection } from '../../scripts/core/plan.ts'
import type { ApplyResult, CheckResult, OpenTask, World, WriteBack } from '../../scripts/core/world.ts'
import { type RunOptions, run } from '../../scripts/run.ts'

/** What a task does. By default its work makes its card true, and its one check, "It is done", sees that. */
export interface Script {
  works?: boolean
  checks?: Record<string, () => boolean | string | { left: string }>
  /** Answers nothing when all is well. */
  apply?: (attempt: number) => Promise<ApplyResult | undefined> | ApplyResult | undefined
  /** Ends well when it is told to stop, as a program may. */
  deaf?: boolean
  /** Why it cannot be opened. */
  broken?: string
}

/** A card's text. */
export function card(
  requires: string[] = [],
  { checks = ['It is done'], front = [] as string[], status = 'active' as 'active' | 'complete' } = {},
): string {
  const list = requires.length === 0 ? [] : ['requires:', ...requires.map((id) => `  - ${id}`)]
  const state = status === 'active' ? ['status: active'] : []
  const boxes = checks.map((line) => `- [${status === 'active' ? ' ' : 'x'}] ${line}`)
  return ['---', 'title: A card', ...state, ...list, ...front, '---', '', '## Verification', '', ...boxes, ''].join(
    '\n',
  )
}

export const failure = (message: string): ApplyResult => ({ ok: false, reason: 'threw', message, exitCode: null })

export class Memory implements World {
  /** Documents by id. */
  readonly documents: Map<string, string>
  readonly scripts: Record<string, Script>
  /** Ids of the cards whose work has been done. */
  readonly truth = new Set<string>()
  /** Every effect, in order. */
  readonly did: string[] = []
  readonly events: RunEvent[] = []
  readonly target = 'here'
  /** Who answers questions; null: nobody is there. */
  person: string | null = null
  /** Why documents cannot be written, by id. */
  refused: Record<string, string> = {}
  /** Called before each effect. */
  before: (effect: string) => void = () => {}
  emit: (event: RunEvent) => void = (event) => void this.events.push(event)
  readonly #stop = new AbortController()
  #clock = 0
  #timers: { due: number; then: () => void }[] = []

  constructor(documents: Record<string, string>, scripts: Record<string, Script> = {}) {
    this.documents = new Map(Object.entries(documents))
    this.scripts = scripts
  }

  get stop(): AbortSignal {
    return this.#stop.signal
  }

  /** Asks the run to stop. */
  halt(): void {
    this.#stop.abort('SIGINT')
  }

  now = () => this.#clock

  after = (milliseconds: number, then: () => void) => {
    const timer = { due: this.#clock + milliseconds, then }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((entry) => entry !== timer)
    }
  }

  /** How long the pending timers have to go, soonest first. */
  get pending(): number[] {
    return this.#timers.map((timer) => timer.due - this.#clock).sort((a, b) => a - b)
  }

  /** Winds the clock, and lets everything happen that follows. */
  async advance(milliseconds: number): Promise<void> {
    await turn()
    this.wind(milliseconds)
    await turn()
  }

  /** Winds the clock at once. */
  wind(milliseconds: number): void {
    this.#clock += milliseconds
    const due = this.#timers.filter((timer) => timer.due <= this.#clock)
    this.#timers = this.#timers.filter((timer) => timer.due > this.#clock)
    for (const timer of due) timer.then()
  }

  async open(found: Card, signal: AbortSignal): Promise<OpenTask | string> {
    const { id } = found
    this.#effect(`open ${id}`)
    const script = Object.hasOwn(this.scripts, id) ? (this.scripts[id] ?? {}) : {}
    if (script.broken !== undefined) return script.broken
    const checks = script.checks ?? { 'It is done': () => this.truth.has(id) }
    let attempts = 0
    const apply = async (): Promise<ApplyResult> => {
      this.#effect(`apply ${id}`)
      attempts++
      const result = script.apply ? await script.apply(attempts) : undefined
      if (result) return result
      if (signal.aborted && !script.deaf) return failure('its process was ended by SIGTERM')
      this.truth.add(id)
      return { ok: true, outputs: null }
    }
    const ended = new Promise<ApplyResult>((resolve) => {
      const message = 'its process was ended by SIGTERM'
      signal.addEventListener('abort', () => resolve({ ok: false, reason: 'exited', message, exitCode: null }))
    })
    return {
      works: script.works ?? true,
      checks: new Set(Object.keys(checks)),
      apply: () => (script.deaf ? apply() : Promise.race([apply(), ended])),
      check: async (key) => {
        this.#effect(`check ${id}`)
        if (signal.aborted && !script.deaf) return { held: false, message: 'stopped before it began' }
        return answer(checks[key])
      },
      close: async () => this.#effect(`close ${id}`),
    }
  }

  async mark({ id, path }: Card, held: readonly string[]): Promise<WriteBack> {
    this.#effect(`mark ${id}`)
    return this.#write(id, complete(path, this.#text(id), held))
  }

  async reopen({ id, path }: Card): Promise<WriteBack> {
    this.#effect(`reopen ${id}`)
    return this.#write(id, reopen(path, this.#text(id)))
  }

  async ask({ id }: Card, questions: readonly string[]): Promise<string | null> {
    this.#effect(`ask ${id}: ${questions.join(' | ')}`)
    return this.person
  }

  /** The documents as a graph, as they are now. */
  graph(): CardGraph {
    // A complete document is a card only when something requires it: here an index of all of them does.
    const index = card([...this.documents.keys()], { checks: [], status: 'complete' })
    const parsed = [...this.documents, ['index', index] as const].map(([id, text]) => parseCard(`docs/${id}.md`, text))
    return CardGraph.of(
      parsed.map((entry) => entry.card),
      parsed.flatMap((entry) => entry.diagnostics),
    )
  }

  /** Runs a goal; `unproven`: complete cards that are to be asked again. */
  async run(
    selection: Partial<Selection> & { goal: string },
    options: Partial<RunOptions> = {},
    unproven: readonly string[] = [],
  ): Promise<Map<string, Outcome>> {
    const whole = { only: false, from: null, force: null, downstream: false, ...selection }
    const plan = planOf(this.graph(), whole, new Set(unproven))
    return await run(plan, this, { jobs: 1, keepGoing: false, timeoutMs: null, ...options })
  }

  /** Ids of the documents that say `status: active`. */
  get active(): string[] {
    return [...this.graph().cards.values()].filter((entry) => entry.status === 'active').map((entry) => entry.id)
  }

  #text(id: string): string {
    return this.documents.get(id) ?? ''
  }

  #effect(effect: string): void {
    this.before(effect)
    this.did.push(effect)
  }

  #write(id: string, edit: Edit): WriteBack {
    const reason = this.refused[id]
    if (reason !== undefined) return { ok: false, reason }
    if (!edit.ok) return edit
    this.documents.set(id, edit.text)
    return { ok: true }
  }
}

/** As the host answers: a string is evidence, false or a throw is not held, `left` is for a person to see. */
function answer(check: NonNullable<Script['checks']>[string] | undefined): CheckResult {
  try {
    const result = check?.()
    if (typeof result === 'object') return { held: null, instructions: result.left }
    if (result === false || result === undefined) return { held: false, message: 'it answered false' }
    return { held: true, detail: result === true ? null : result }
  } catch (error) {
    return { held: false, message: (error as Error).message }
  }
}

/** Work that waits until it is let go. */
export function gate(): { work: () => Promise<undefined>; open: () => void } {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  return { work: () => promise, open: () => resolve(undefined) }
}

/** Lets everything happen that can happen without the clock. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Outcomes in short, in the order in which they came: `id kind detail`. */
export function told(outcomes: ReadonlyMap<string, Outcome>): string[] {
  return [...outcomes].map(([id, outcome]) => `${id} ${inShort(outcome)}`)
}

function inShort(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'completed':
      return `${outcome.how}${outcome.verified ? '' : ', not verified'}${outcome.by === null ? '' : ` by ${outcome.by}`}`
    case 'failed':
      return `failed (${outcome.reason}): ${outcome.message}`
    case 'unrecorded':
      return `unrecorded: ${outcome.message}`
    case 'waiting':
      return `waiting: ${outcome.instructions}: ${outcome.lines.join(' | ')}`
    case 'skipped':
      return `skipped: ${outcome.because}`
    case 'stopped':
      return 'stopped'
  }
}
