/** What can be said to a command: its operands and options, with the words that explain them. */
import type { ParseArgsOptionDescriptor } from 'node:util'
import { type ExitName, exit, Refusal } from './exit.ts'

/** Which cards are meant: goals, active or complete ones, or any. */
export type Cards = 'goal' | 'active' | 'complete' | 'card'
/** What the name of an operand or of a value can stand for. */
export type Kind = Cards | 'command' | 'file' | 'folder'

/** What a thing is called in the help says what may stand there; any other name leaves it open. */
const kinds: Readonly<Record<string, Kind>> = {
  GOAL: 'goal',
  CARD: 'card',
  COMMAND: 'command',
  FILE: 'file',
  DIR: 'folder',
}

/** An option with the words that explain it. */
export interface Option extends ParseArgsOptionDescriptor {
  help: string
  /** Name of the value in the help text: `GOAL`, `CARD`, `FILE` and `DIR` are completed as such. */
  value?: string
  /** The only values that it takes, each with a word on it, or none. */
  values?: Readonly<Record<string, string>>
  /** What it is when it is not given, where that is no fixed value: `default` is for those. */
  without?: string
  /** Heading under which the help tells it; without one, among the others. */
  group?: string
}

export type Options = Readonly<Record<string, Option>>

/** How a command is called. */
export interface Usage {
  /**
   * What stands after the name, in order, with a sentence on each. Names in capitals are as those of values; `a|b` are the words
   * that there are.
   */
  operands: Readonly<Record<string, string>>
  /** How many operands it takes. */
  takes: readonly [least: number, most: number]
  /** What it does, in a few sentences; an empty line parts paragraphs. */
  about: string
  /** Calls, and what each is for. */
  examples: Readonly<Record<string, string>>
  options: Options
  /** Exit codes that it may give beside those of every command, and what they say here. */
  exits?: Readonly<Partial<Record<ExitName, string>>>
  /** Commands and pages of docs/reference to read next. */
  see?: readonly string[]
  /** Which cards its first operand means, when its name does not say it. */
  completes?: Cards
}

/** The operands as they are written in a call: `[GOAL]` can be left out, of `CARD…` there may be more. */
export function operandsOf({ operands, takes: [least, most] }: Usage): string {
  return Object.keys(operands)
    .map((name, at) => {
      const more = most === Number.POSITIVE_INFINITY && at === Object.keys(operands).length - 1 ? '…' : ''
      return at < least ? `${name}${more}` : `[${name}${more}]`
    })
    .join(' ')
}

/** What the name of a value can stand for; null: anything. */
export function kindOf(name: string | undefined): Kind | null {
  return kinds[name ?? ''] ?? null
}

/** What stands at a place among the operands: one of some words, or a kind of thing; null: anything. Undefined: nothing can. */
export function operandAt(usage: Usage, place: number): readonly string[] | Kind | null | undefined {
  if (place >= usage.takes[1]) return undefined
  const names = Object.keys(usage.operands)
  const name = names[Math.min(place, names.length - 1)] ?? ''
  if (name.includes('|')) return name.split('|')
  return (place === 0 ? usage.completes : undefined) ?? kindOf(name)
}

/** Where the name of the command stands in a call; -1: it has none. */
export function commandAt(words: readonly string[], names: object, everywhere: Options): number {
  const value = (at: number) => takesValue(words[at - 1], everywhere)
  const named = words.findIndex((word, at) => Object.hasOwn(names, word) && !value(at))
  const word = words.findIndex((part, at) => !part.startsWith('-') && !value(at))
  // An option of the command may come before it, with a value: the command is then the first word that is one.
  return named !== -1 && word !== -1 && words[word - 1]?.startsWith('--') ? named : word
}

function takesValue(word: string | undefined, options: Options): boolean {
  if (word === undefined) return false
  return Object.entries(options).some(
    ([name, option]) => option.type === 'string' && (word === `--${name}` || word === `-${option.short}`),
  )
}

/** @throws Refusal (64) when an option that has a fixed set of values was given another one. */
export function refuseOther(options: Options, given: Readonly<Record<string, unknown>>): void {
  for (const [name, { values }] of Object.entries(options)) {
    const value = given[name]
    if (!values || typeof value !== 'string' || Object.hasOwn(values, value)) continue
    const help = `There are ${listed(Object.keys(values), 'and')}.`
    throw new Refusal(exit.usage, `--${name} ${value}: no such choice`, help)
  }
}

/** `a, b and c`. */
export function listed(words: readonly string[], last: 'and' | 'or'): string {
  return words.join(', ').replace(/, ([^,]*)$/, ` ${last} $1`)
}
