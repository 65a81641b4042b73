import { ConfigError } from '../config/decode.ts'

export type Token =
  | { kind: 'word'; text: string }
  | { kind: 'sign'; text: string }
  | { kind: 'literal'; text: string; value: string | number | boolean }

const pattern =
  /\s*(?:(?<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<number>-?\d+(?:\.\d+)?)|(?<word>[A-Za-z_]\w*)|(?<sign>==|!=|<=|>=|&&|\|\||[<>!.,()[\]]))/y

/** Splits a condition into words, signs and literals; throws `ConfigError` at the first character that is none. */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = []
  const end = expression.trimEnd().length
  pattern.lastIndex = 0
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex
    const groups = pattern.exec(expression)?.groups
    if (groups === undefined)
      throw new ConfigError(`condition ${JSON.stringify(expression)}: cannot be read from character ${from + 1} on`)
    const { string, number, word, sign } = groups
    if (string !== undefined) tokens.push({ kind: 'literal', text: string, value: unquote(string.slice(1, -1)) })
    else if (number !== undefined) tokens.push({ kind: 'literal', text: number, value: Number(number) })
    else if (word === 'true' || word === 'false') tokens.push({ kind: 'literal', text: word, value: word === 'true' })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else tokens.push({ kind: 'sign', text: sign ?? '' })
  }
  return tokens
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char)
}
