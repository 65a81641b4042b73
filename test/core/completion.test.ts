/** What may stand where a word is being typed: the pure rule. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Call, type CardToChoose, cardChoices, choices, unquoted, type Wanted } from '../../scripts/core/completion.ts'
import type { Options, Usage } from '../../scripts/core/usage.ts'

const everywhere: Options = {
  cd: { type: 'string', short: 'C', value: 'DIR', help: 'the folder' },
  color: { type: 'string', value: 'WHEN', values: { auto: '', always: '' }, help: 'colours' },
  quiet: { type: 'boolean', short: 'q', help: 'less' },
}
const alone: Options = { version: { type: 'boolean', help: 'the version' } }
const commands = {
  work: { summary: 'does it' },
  mend: { summary: 'mends it' },
  help: { summary: 'explains it' },
  old: { summary: 'as before', hidden: true as const },
}
const usages: Record<string, Partial<Usage>> = {
  work: {
    operands: { GOAL: 'it' },
    takes: [0, 1],
    options: {
      jobs: { type: 'string', short: 'j', value: 'N', help: 'how many' },
      force: { type: 'string', short: 'f', value: 'CARD', help: 'again' },
      report: { type: 'string', value: 'FILE', help: 'where to' },
      env: { type: 'string', value: 'NAME', multiple: true, help: 'more' },
      how: { type: 'string', value: 'HOW', values: { fast: 'at once', slow: 'later' }, help: 'the way' },
    },
  },
  mend: { operands: { 'on|off': 'which', FILE: 'what' }, takes: [1, 2], options: {} },
  help: { operands: { COMMAND: 'which' }, takes: [0, 1], options: {} },
  old: { operands: { CARD: 'which' }, takes: [1, Number.POSITIVE_INFINITY], options: {}, completes: 'complete' },
}

function wanted(...words: string[]): Wanted {
  const call = new Call(words, commands, everywhere, alone)
  const usage = call.command === null ? null : { about: '', examples: {}, ...usages[call.command] }
  return call.wanted(usage as Usage | null)
}

/** The kind of thing, or the words to choose from. */
function among(...words: string[]): unknown {
  const { among: found } = wanted(...words)
  return found !== null && typeof found === 'object' ? Object.keys(found) : found
}

const words = (...line: string[]) => choices(wanted(...line)).map(([word]) => word)

describe('what is wanted', () => {
  it.each([
    [[''], ['work', 'mend', 'help']],
    [['wo'], ['work', 'mend', 'help']],
    [
      ['-q', ''],
      ['work', 'mend', 'help'],
    ],
    [
      ['-C', '/tmp', ''],
      ['work', 'mend', 'help'],
    ],
    [
      ['--color', 'auto', ''],
      ['work', 'mend', 'help'],
    ],
    [
      ['help', ''],
      ['work', 'mend', 'help'],
    ],
    [['--'], ['--version', '--cd', '--color', '--quiet']],
    [['nonsense', ''], []],
  ])('before a command: %j', (line, names) => {
    expect(among(...line)).toEqual(names)
  })

  it.each([
    [['work', ''], 'goal'],
    [['work', '-j', '2', ''], 'goal'],
    [['work', '-j2', ''], 'goal'],
    [['work', '-qj', '2', ''], 'goal'],
    [['work', '--jobs', '2', ''], 'goal'],
    [['work', '--jobs=2', ''], 'goal'],
    [['work', '--', ''], 'goal'],
    [['work', '--', '--j'], 'goal'],
    [['--color', 'auto', 'work', ''], 'goal'],
    [['work', '-f', ''], 'card'],
    [['work', '-qf', ''], 'card'],
    [['work', '--force', ''], 'card'],
    [['work', '--force', '--report'], 'card'],
    [['work', '--report', ''], 'file'],
    [['work', '--report='], 'file'],
    [['work', '-C', ''], 'folder'],
    [['-C', ''], 'folder'],
    [['--cd=/t'], 'folder'],
    [['work', '--jobs', ''], null],
    [['work', '--jobs='], null],
    [['work', '--env', ''], null],
    [
      ['work', '--how', ''],
      ['fast', 'slow'],
    ],
    [
      ['work', '--how='],
      ['fast', 'slow'],
    ],
    [['work', '--nothing='], []],
    [['work', '--jobs', '--', ''], 'goal'],
    [
      ['mend', ''],
      ['on', 'off'],
    ],
    [['mend', 'on', ''], 'file'],
    [['old', ''], 'complete'],
    [['old', 'one', 'two', ''], 'card'],
  ])('behind one: %j', (line, kind) => {
    expect(among(...line)).toEqual(kind)
  })

  it('is options where nothing else may stand, those of the command first', () => {
    expect(among('work', 'goal', '')).toEqual([
      '--jobs',
      '--force',
      '--report',
      '--env',
      '--how',
      '--cd',
      '--color',
      '--quiet',
    ])
    expect(among('mend', 'on', 'file', '')).toEqual(['--cd', '--color', '--quiet'])
  })

  it('leaves out options that were given, but those that may be given again', () => {
    const left = ['--report', '--env', '--how', '--color']
    expect(among('work', '-qj4', '--force=a', '--env', 'A=1', '-C', '.', '-')).toEqual(left)
    expect(among('work', '-')).toContain('-j')
    expect(among('work', '--')).not.toContain('-j')
  })

  it('knows which operands are named', () => {
    expect(wanted('old', 'a', '-q', 'b', '--', '-c', '').named).toEqual(['a', 'b', '-c'])
  })

  it('is never read from a name of Object', () => {
    expect(among('toString', '')).toEqual([])
    expect(among('work', '--constructor=')).toEqual([])
    expect(among('work', '--__proto__', '')).toEqual('goal')
  })
})

describe('words', () => {
  it('are those that begin with what is typed; when none does, those that contain it', () => {
    expect(words('w')).toEqual(['work'])
    expect(words('EN')).toEqual(['mend'])
    expect(words('xyz')).toEqual([])
    expect(words('work', '--how=s')).toEqual(['--how=slow'])
  })
})

describe('cards', () => {
  const card = (id: string, state: CardToChoose['state'], goal = false): CardToChoose => {
    return { id, title: `The ${id}`, state, goal }
  }
  const cards = [
    card('alpha', 'complete'),
    card('beta', 'waiting', true),
    card('gamma', 'waiting'),
    card('delta', 'ready'),
    card('epsilon', 'ready', true),
    card('zeta', 'faulty'),
  ]
  const chosen = (kind: 'goal' | 'active' | 'complete' | 'card', typed = '', named: string[] = [], before = '') =>
    cardChoices(cards, kind, { typed, before, named, among: kind })

  it('come likely ones first', () => {
    const ids = (...args: Parameters<typeof chosen>) => chosen(...args).map(([word]) => word)
    expect(ids('goal')).toEqual(['beta', 'epsilon'])
    expect(ids('active')).toEqual(['delta', 'epsilon', 'beta', 'gamma'])
    expect(ids('complete')).toEqual(['alpha'])
    expect(ids('card')).toEqual(['delta', 'epsilon', 'beta', 'gamma', 'alpha', 'zeta'])
  })

  it('are others than goals when no goal fits, and never others than active or complete ones', () => {
    const ids = (...args: Parameters<typeof chosen>) => chosen(...args).map(([word]) => word)
    expect(ids('goal', 'ga')).toEqual(['gamma'])
    expect(ids('goal', 'alp')).toEqual(['alpha'])
    expect(ids('active', 'alp')).toEqual([])
    expect(ids('complete', 'be')).toEqual([])
  })

  it('say their title and how they stand, and are told once', () => {
    expect(chosen('card', 'a', ['alpha'])).toEqual([
      ['delta', 'The delta (ready)'],
      ['beta', 'The beta'],
      ['gamma', 'The gamma'],
      ['zeta', 'The zeta (has an error)'],
    ])
    expect(chosen('complete', 'a', [], '--force=')).toEqual([['--force=alpha', 'The alpha (complete)']])
  })

  it('are left out when their name could draw or break a line; one that looks like an option goes by its path', () => {
    const odd = [card('a\nb', 'ready'), card('a\tb', 'ready'), card('a\u001b[31m', 'ready'), card('a\u202eb', 'ready')]
    expect(cardChoices([...odd, card('-x', 'ready')], 'card', { ...wanted('x'), typed: '' })).toEqual([
      ['./-x.md', 'The -x (ready)'],
    ])
  })
})

describe('unquoted', () => {
  it.each([
    ['plain', 'plain'],
    ['how\\ to', 'how to'],
    ['"how to', 'how to'],
    ["'how to'", 'how to'],
    [`a"b c"'d e'f`, 'ab cd ef'],
    ['"a\\"b\\n"', 'a"b\\n'],
    ["'a\\'", 'a\\'],
    ['$HOME/$(x)`y`', '$HOME/$(x)`y`'],
    ['~/x', '~/x'],
    ['a\\', 'a'],
    ['', ''],
  ])('%j is %j', (typed, word) => {
    expect(unquoted(typed)).toBe(word)
  })

  it('undoes every way to quote a word', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (word) => {
        expect(unquoted(`'${word.replaceAll("'", "'\\''")}'`)).toBe(word)
        expect(unquoted(`"${word.replace(/["\\$`]/g, '\\$&')}"`)).toBe(word)
        expect(unquoted(word.replace(/[\s\S]/g, '\\$&'))).toBe(word)
      }),
    )
  })
})
