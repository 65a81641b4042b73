import { ConfigError } from '../config/decode.ts'
import { type Token, tokenize } from './tokens.ts'

/**
 * The part of CEL that conditions on policies need: paths below `req`, strings, numbers, booleans and lists,
 * `== != < <= > >= in && || !`, brackets, and the methods startsWith, endsWith, contains, matches and size.
 * Anything else is refused when the config is read, so that no rule is ever half understood.
 */
export type Condition = (request: unknown) => unknown

const requestFields = [
  'method',
  'userAgent',
  'action',
  'repository',
  'reference',
  'referenceType',
  'tag',
  'digest',
  'user',
  'auth',
]

/** Compiles an expression; throws `ConfigError` naming what is not understood. */
export function compileCondition(expression: string): Condition {
  const tokens = tokenize(expression)
  const parser = new Parser(tokens, expression)
  const condition = parser.either()
  parser.end()
  return condition
}

class Parser {
  private readonly tokens: Token[]
  private readonly source: string
  private at = 0

  constructor(tokens: Token[], source: string) {
    this.tokens = tokens
    this.source = source
  }

  either(): Condition {
    let left = this.both()
    while (this.take('||')) left = or(left, this.both())
    return left
  }

  end(): void {
    if (this.at < this.tokens.length) this.fail()
  }

  private both(): Condition {
    let left = this.relation()
    while (this.take('&&')) left = and(left, this.relation())
    return left
  }

  private relation(): Condition {
    const left = this.unary()
    for (const operator of ['==', '!=', '<=', '>=', '<', '>', 'in'])
      if (this.take(operator)) return compare(operator, left, this.unary())
    return left
  }

  private unary(): Condition {
    if (!this.take('!')) return this.member()
    const inner = this.unary()
    return (request) => !truth(inner(request))
  }

  private member(): Condition {
    let value = this.primary()
    while (this.take('.')) {
      const name = this.word()
      value = this.take('(') ? call(name, value, this.items(')'), this.source) : field(value, name)
    }
    return value
  }

  private primary(): Condition {
    const token = this.tokens[this.at]
    if (token === undefined) this.fail()
    this.at++
    if (token.kind === 'literal') return () => token.value
    if (token.text === '(') {
      const inner = this.either()
      if (!this.take(')')) this.fail()
      return inner
    }
    if (token.text === '[') {
      const items = this.items(']')
      return (request) => items.map((item) => item(request))
    }
    if (token.text === 'size' && this.take('(')) return call('size', this.items(')')[0] ?? this.fail(), [], this.source)
    if (token.text === 'req' && this.knownPath()) return (request) => request
    this.at--
    return this.fail()
  }

  /** Paths that zot has and this registry does not fill are refused here, not found missing at a request. */
  private knownPath(): boolean {
    return this.tokens[this.at]?.text === '.' && requestFields.includes(this.tokens[this.at + 1]?.text ?? '')
  }

  private items(close: string): Condition[] {
    const items: Condition[] = []
    while (!this.take(close)) {
      if (items.length > 0 && !this.take(',')) this.fail()
      items.push(this.either())
    }
    return items
  }

  private word(): string {
    const token = this.tokens[this.at++]
    return token?.kind === 'word' ? token.text : this.fail()
  }

  private take(text: string): boolean {
    const token = this.tokens[this.at]
    if (token === undefined || token.kind === 'literal' || token.text !== text) return false
    this.at++
    return true
  }

  private fail(): never {
    const found = this.tokens[this.at]?.text ?? 'the end'
    throw new ConfigError(`condition ${JSON.stringify(this.source)}: ${found} is not understood here`)
  }
}

/** As in CEL, the side that decides wins even when the other one cannot be evaluated. */
function or(left: Condition, right: Condition): Condition {
  return (request) => decide(left, right, request, true)
}

function and(left: Condition, right: Condition): Condition {
  return (request) => decide(left, right, request, false)
}

function decide(left: Condition, right: Condition, request: unknown, deciding: boolean): boolean {
  try {
    if (truth(left(request)) === deciding) return deciding
  } catch (error) {
    if (truth(right(request)) === deciding) return deciding
    throw error
  }
  return truth(right(request))
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Error('a condition must be true or false')
  return value
}

function compare(operator: string, left: Condition, right: Condition): Condition {
  return (request) => {
    const a = left(request)
    const b = right(request)
    if (operator === '==') return same(a, b)
    if (operator === '!=') return !same(a, b)
    if (operator === 'in') return Array.isArray(b) ? b.some((item) => same(a, item)) : isRecord(b) && String(a) in b
    if (typeof a !== typeof b || (typeof a !== 'number' && typeof a !== 'string')) throw new Error('no such overload')
    const order = a < (b as typeof a) ? -1 : a > (b as typeof a) ? 1 : 0
    return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0
  }
}

function same(a: unknown, b: unknown): boolean {
  return Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((item, at) => same(item, b[at]))
    : a === b
}

function field(value: Condition, name: string): Condition {
  return (request) => {
    const owner = value(request)
    if (!isRecord(owner) || !Object.hasOwn(owner, name)) throw new Error(`no such key: ${name}`)
    return owner[name]
  }
}

function call(name: string, target: Condition, args: Condition[], source: string): Condition {
  if (
    !['startsWith', 'endsWith', 'contains', 'matches', 'size'].includes(name) ||
    args.length !== (name === 'size' ? 0 : 1)
  )
    throw new ConfigError(`condition ${JSON.stringify(source)}: ${name}() is not understood here`)
  return (request) => {
    const value = target(request)
    if (name === 'size') {
      if (typeof value === 'string' || Array.isArray(value)) return value.length
      throw new Error('no such overload')
    }
    const argument = args[0]?.(request)
    if (typeof value !== 'string' || typeof argument !== 'string') throw new Error('no such overload')
    if (name === 'startsWith') return value.startsWith(argument)
    if (name === 'endsWith') return value.endsWith(argument)
    return name === 'contains' ? value.includes(argument) : new RegExp(argument, 'u').test(value)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
