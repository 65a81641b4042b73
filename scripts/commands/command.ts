/** What every command is made of, and what it has in hand. */
import type { Stamped } from '../core/event.ts'
import { exit, Refusal } from '../core/exit.ts'
import type { CardGraph } from '../core/graph.ts'
import { type History, historyOf, telling } from '../core/history.ts'
import { type Ci, ciOf, inert, jsonOf, visible } from '../core/plain.ts'
import { didYouMean } from '../core/suggest.ts'
import type { Usage } from '../core/usage.ts'
import type { Answer, Stream } from '../io/answers.ts'
import { readDocuments, readGraph } from '../io/documents.ts'
import { eventsIn } from '../io/history.ts'
import type { Lock } from '../io/lock.ts'
import { findRepository, type Repository } from '../io/repository.ts'
import type { System } from '../io/system.ts'
import type { ColorChoice, Paint } from '../view/style.ts'
import { count, paintFor } from '../view/style.ts'

export interface Command extends Usage {
  run: (session: Session) => Promise<number>
}

export type Values = Record<string, string | boolean | (string | boolean)[] | undefined>

/** One call of one command: its words, its repository, its streams. */
export class Session {
  readonly system: System
  readonly operands: readonly string[]
  /** Aborted on the first Ctrl-C (or SIGTERM, SIGHUP); the reason names the signal. */
  readonly stop: AbortSignal
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  /** A person can be asked. */
  readonly interactive: boolean
  /** Who reads the output, where no person does. */
  readonly ci: Ci | null
  readonly paint: Paint
  readonly paintStderr: Paint
  /** What keeps others out, while this call may write. */
  lock: Lock | null = null
  /** What was printed, where the answer may be kept; null: nobody keeps it, or it rests on more than what was looked at. */
  said: Answer['said'] | null = null
  /** What a run that had nothing to do rests on. */
  settled: Answer['settled'] = null
  /** What is to be ended with this call. */
  readonly closing: (() => Promise<void>)[] = []
  /** Where remarks go while a picture stands on the terminal. */
  aside: ((line: string) => void) | null = null
  readonly #values: Values
  #repository: Repository | null = null
  #graph: CardGraph | null = null
  #history: History | null = null

  constructor(system: System, values: Values, operands: readonly string[], stop: AbortSignal) {
    this.system = system
    this.operands = operands
    this.stop = stop
    this.#values = values
    this.json = this.flag('json')
    this.quiet = this.flag('quiet')
    this.verbose = this.flag('verbose')
    const terminal = system.stdin.isTTY === true && system.stderr.isTTY === true
    this.interactive = terminal && !this.flag('no-input') && !this.json && !system.env.CI
    this.ci = ciOf(system.env)
    const color = (this.text('color') ?? 'auto') as ColorChoice
    this.paint = paintFor('stdout', system.stdout.isTTY, color, system.env)
    this.paintStderr = paintFor('stderr', system.stderr.isTTY, color, system.env)
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  text(name: string): string | null {
    const value = this.#values[name]
    return typeof value === 'string' ? value : null
  }

  /** Of an option that may be given more than once. */
  texts(name: string): string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value.map(String) : []
  }

  /** Data, for people: to stdout. */
  print(text: string): void {
    this.#say('stdout', text)
  }

  /** Progress and remarks: to stderr, unless asked to be quiet. */
  remark(text: string): void {
    if (this.quiet) return
    if (this.aside) this.aside(text.trimEnd())
    else this.#say('stderr', text)
  }

  #say(stream: Stream, text: string): void {
    const seen = visible(text)
    const shown = Buffer.from(this.ci === null ? seen : inert(seen))
    this.said?.push([stream, shown])
    this.system[stream].write(shown)
  }

  /** The envelope of every `--json` answer. */
  printJson(kind: string, data: unknown): void {
    this.print(`${jsonOf({ schemaVersion: 1, kind, data })}\n`)
  }

  get repository(): Repository {
    this.#repository ??= findRepository(this.text('cd') ?? this.system.cwd)
    return this.#repository
  }

  /** The documents, read once. */
  get graph(): CardGraph {
    this.#graph ??= readGraph(this.repository)
    return this.#graph
  }

  /** Reads the documents, and makes something of each. */
  readDocuments<T>(make: Parameters<typeof readDocuments<T>>[1]): T[] {
    const { graph, made } = readDocuments(this.repository, make)
    this.#graph = graph
    return made
  }

  /** What the journal says, read once. */
  get history(): History {
    this.#history ??= historyOf(this.events(telling))
    return this.#history
  }

  /** Every event in the journal, or those with these names, oldest first. A journal that cannot be read costs history only, and that is said. */
  *events(wanted: ReadonlySet<string> | null = null): Generator<Stamped> {
    try {
      yield* eventsIn(this.repository, wanted)
    } catch (error) {
      this.remark(`mikado: the journal cannot be read, so history is missing: ${(error as Error).message}\n`)
    }
  }

  /** The settings that the cards are proved against, as recorded beside each proof. */
  get target(): string {
    return this.targets.map(([name, value]) => `${name}=${value}`).join(' ')
  }

  /** The same one by one; those that are not set are left out. */
  get targets(): (readonly [name: string, value: string])[] {
    const all = this.repository.settings.target.map((name) => [name, this.system.env[name] ?? ''] as const)
    return all.filter(([, value]) => value !== '')
  }

  /** Ends what this call began and nobody has ended yet. */
  async close(): Promise<void> {
    for (const close of this.closing.splice(0)) await close()
  }

  /** Forgets what was read: it may have changed until the lock was taken. */
  reread(): void {
    this.#graph = null
    this.#history = null
  }

  /** The id of a card given as a word: its id, or the path of its document. @throws Refusal when there is none. */
  cardNamed(word: string): string {
    const { graph, repository } = this
    if (graph.cards.has(word)) return word
    const stem = word.replace(/^.*\//, '').replace(/\.md$/i, '')
    const named = graph.cards.get(stem)
    const path = word.replace(/^\.\//, '')
    if (named && (path === `${stem}.md` || named.path.endsWith(path))) return stem
    const unread = graph.diagnostics.filter(({ code }) => code === 'unreadable-folder')
    if (unread.length > 0) {
      const why = unread.map(({ file, message }) => `${file}: ${message}`).join('; ')
      throw new Refusal(exit.documents, `no card \`${word}\` was found: ${why}`, 'Mend that, then run this again.')
    }
    const help = didYouMean(stem, graph.cards.keys()) ?? 'See `mikado list` for the goals there are.'
    throw new Refusal(
      exit.usage,
      `no card \`${word}\` in ${repository.settings.docs}/ (${count(graph.cards.size, 'card')})`,
      help,
    )
  }

  /** The first operand as a card; without one, the only goal there is. */
  goalNamed(): string {
    const [word] = this.operands
    if (word !== undefined) return this.cardNamed(word)
    const goals = this.graph.goals()
    const [only] = goals
    if (only !== undefined && goals.length === 1) return only
    if (only === undefined)
      throw new Refusal(exit.usage, 'no goal is active', 'Name a card, or see `mikado lint` for what may be wrong.')
    throw new Refusal(
      exit.usage,
      `there are ${goals.length} goals: say which`,
      `One of ${goals.slice(0, 8).join(', ')}.`,
    )
  }
}
