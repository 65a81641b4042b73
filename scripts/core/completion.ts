/** What may stand where a word is being typed, and which of it fits. */
import { isName } from './plain.ts'
import { type Cards, commandAt, kindOf, type Option, type Options, operandAt, type Usage } from './usage.ts'

/** What may stand in one place. */
export interface Wanted {
  /** What is typed already, behind `before`. */
  typed: string
  /** Of the same word: `--color=`. */
  before: string
  /** Words to choose from, each with a word on it; or cards, files, folders; null: anything, so that nothing can be told. */
  among: Readonly<Record<string, string>> | Cards | 'file' | 'folder' | null
  /** Operands that are named already. */
  named: readonly string[]
}

/** A card that may be meant. */
export interface CardToChoose {
  id: string
  title: string
  /** `faulty`: its document has an error, so that it is never taken for complete. */
  state: 'ready' | 'waiting' | 'complete' | 'faulty'
  /** No active card requires it, and it is active. */
  goal: boolean
}

/** What a shell is told: a word, and what it means. */
export type Candidate = readonly [word: string, about: string]

/** A command as it is listed. */
interface Named {
  summary: string
  hidden?: true
}

/** A call that is being typed: the words behind the program's name, the last of them not finished. */
export class Call {
  readonly words: readonly string[]
  readonly #commands: Readonly<Record<string, Named>>
  readonly #everywhere: Options
  readonly #alone: Options
  readonly #at: number

  /** `alone`: options of a call without a command. */
  constructor(
    words: readonly string[],
    commands: Readonly<Record<string, Named>>,
    everywhere: Options,
    alone: Options = {},
  ) {
    this.words = words
    this.#commands = commands
    this.#everywhere = everywhere
    this.#alone = alone
    this.#at = commandAt(words.slice(0, -1), commands, everywhere)
  }

  /** The command that is named; null: none yet, or none that there is. */
  get command(): string | null {
    const name = this.words[this.#at]
    return name !== undefined && Object.hasOwn(this.#commands, name) ? name : null
  }

  /** The folder that `-C` names. */
  get folder(): string {
    return this.#read(this.#everywhere).values.cd ?? '.'
  }

  /** What may stand in the place of the last word. `usage`: of the command, when one is named. */
  wanted(usage: Usage | null): Wanted {
    const options: Options = { ...usage?.options, ...(this.#at === -1 ? this.#alone : {}), ...this.#everywhere }
    const typed = this.words.at(-1) ?? ''
    const { operands, given, open, literal } = this.#read(options)
    const place = (among: Wanted['among'], before = ''): Wanted => {
      return { typed: typed.slice(before.length), before, among, named: operands }
    }
    if (open) return place(this.#values(open))
    if (!literal && typed.startsWith('-')) {
      const [, before = '', name = ''] = /^(--([^=]+)=)/.exec(typed) ?? []
      if (before === '') return place(optionsLeft(options, given, typed === '-'))
      const option = options[name]
      return place(option?.type === 'string' ? this.#values(option) : {}, before)
    }
    if (this.#at === -1) return place(this.#told())
    if (!usage) return place({})
    const operand = operandAt(usage, operands.length)
    if (operand === undefined) return place(optionsLeft(options, given, false))
    if (operand === null || typeof operand === 'string') return place(operand === 'command' ? this.#told() : operand)
    return place(Object.fromEntries(operand.map((word) => [word, ''])))
  }

  #values({ values, value }: Option): Wanted['among'] {
    const kind = kindOf(value)
    return values ?? (kind === 'command' ? this.#told() : kind)
  }

  /** The commands that are told, each with what it does. */
  #told(): Record<string, string> {
    const told = Object.entries(this.#commands).filter(([, { hidden }]) => !hidden)
    return Object.fromEntries(told.map(([name, { summary }]) => [name, summary]))
  }

  /** The finished words, as the program will read them. `open`: the option whose value is being typed. */
  #read(options: Options): {
    operands: string[]
    given: Set<string>
    values: Record<string, string>
    open: Option | null
    literal: boolean
  } {
    const operands: string[] = []
    const given = new Set<string>()
    const values: Record<string, string> = {}
    let waiting: string | null = null
    let literal = false
    for (const [at, word] of this.words.slice(0, -1).entries()) {
      if (at === this.#at) continue
      if (waiting !== null) {
        values[waiting] = word
        waiting = null
      } else if (literal || !/^-./.test(word)) operands.push(word)
      else if (word === '--') literal = true
      else {
        for (const { name, value } of optionsIn(word, options)) {
          given.add(name)
          if (value !== null) values[name] = value
          else if (options[name]?.type === 'string') waiting = name
        }
      }
    }
    return { operands, given, values, open: waiting === null ? null : (options[waiting] ?? null), literal }
  }
}

/** The options of one word: `--name`, `--name=value`, `-abc`, `-j4`. */
function optionsIn(word: string, options: Options): { name: string; value: string | null }[] {
  const [, long, value = null] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? []
  if (long !== undefined) return [{ name: long, value }]
  const found: { name: string; value: string | null }[] = []
  for (let at = 1; at < word.length; at++) {
    const [name, option] = Object.entries(options).find(([, { short }]) => short === word[at]) ?? []
    if (name === undefined || option === undefined) break
    const rest = option.type === 'string' ? word.slice(at + 1) : ''
    found.push({ name, value: rest === '' ? null : rest })
    if (option.type === 'string') break
  }
  return found
}

/** Options that were not given yet. */
function optionsLeft(options: Options, given: ReadonlySet<string>, short: boolean): Record<string, string> {
  const left = Object.entries(options).filter(([name, { multiple }]) => multiple || !given.has(name))
  const long = left.map(([name, { help }]) => [`--${name}`, help])
  const letters = left.flatMap(([, option]) => (option.short ? [[`-${option.short}`, option.help]] : []))
  return Object.fromEntries(short ? [...letters, ...long] : long)
}

/** The words that fit what is typed, in the order in which they were given. */
export function choices({ among, typed, before }: Wanted): Candidate[] {
  const words = among !== null && typeof among === 'object' ? Object.entries(among) : []
  return fitting(words, typed).map(([word, about]) => [before + word, about])
}

/** The cards of that kind that fit, the likely ones first. Where a goal is wanted, others are told only when no goal fits. */
export function cardChoices(
  cards: readonly CardToChoose[],
  kind: Cards,
  { typed, before, named }: Wanted,
): Candidate[] {
  const of = (...states: CardToChoose['state'][]) =>
    states.flatMap((state) => cards.filter((card) => card.state === state))
  const tiers = {
    goal: [cards.filter(({ goal }) => goal), of('ready', 'waiting', 'faulty'), of('complete')],
    active: [of('ready', 'waiting')],
    complete: [of('complete')],
    card: [of('ready', 'waiting', 'complete', 'faulty')],
  }
  for (const tier of tiers[kind]) {
    const found = fitting(tier.filter(({ id }) => isName(id) && !named.includes(id)).map(candidateOf), typed)
    if (found.length > 0) return found.map(([word, about]) => [before + word, about])
  }
  return []
}

/** Said behind the title. */
const remarks: Record<CardToChoose['state'], string> = {
  ready: ' (ready)',
  waiting: '',
  complete: ' (complete)',
  faulty: ' (has an error)',
}

function candidateOf({ id, title, state }: CardToChoose): Candidate {
  // What begins with a hyphen would be read as an option; its document's path is not.
  const word = id.startsWith('-') ? `./${id}.md` : id
  return [word, `${title}${remarks[state]}`]
}

/** Those that begin with what is typed; when none does, those that contain it. */
function fitting(words: readonly Candidate[], typed: string): readonly Candidate[] {
  const begun = words.filter(([word]) => word.startsWith(typed))
  const part = typed.toLowerCase()
  return begun.length > 0 ? begun : words.filter(([word]) => word.toLowerCase().includes(part))
}

/**
 * The word that a shell makes of what was typed, quotes and backslashes gone. Nothing is expanded: what the shell would run or
 * look up stays as it is. A quote may still be open.
 */
export function unquoted(typed: string): string {
  let word = ''
  let quote = ''
  for (let at = 0; at < typed.length; at++) {
    const sign = typed[at] ?? ''
    const next = typed[at + 1] ?? ''
    if (quote === '' && (sign === '"' || sign === "'")) quote = sign
    else if (sign === quote) quote = ''
    else if (sign === '\\' && (quote === '' || (quote === '"' && /["\\$`]/.test(next)))) {
      word += next
      at++
    } else word += sign
  }
  return word
}
