/** Folds: one card has the log at a time, what it prints comes at once, and nothing of any card is lost or mixed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunEvent, Stamped } from '../../scripts/core/event.ts'
import { Folds } from '../../scripts/view/folds.ts'
import { type Fold, githubPage } from './grammar.ts'

/** What happens to cards, and what is written at each moment. */
class Log {
  readonly written: string[] = []
  readonly #printed = new Map<string, string[]>()
  readonly #folds: Folds

  constructor(options: { commands: boolean; streams: boolean }) {
    this.#folds = new Folds(options, (card) => (this.#printed.get(card) ?? []).map((line) => [line]))
  }

  start(card: string): string[] {
    return this.#see({ event: 'card-started', card, title: '', log: '', digest: '', anew: false }, `▶ ${card}`)
  }

  print(card: string, text: string): string[] {
    this.#printed.set(card, [...(this.#printed.get(card) ?? []), text])
    return this.#see({ event: 'output', card, stream: 'stdout', text }, null)
  }

  say(card: string | null, message: string, below: string[] = []): string[] {
    return this.#see({ event: 'warning', card, message }, message, below)
  }

  end(card: string, below: string[] = []): string[] {
    return this.#see({ event: 'card-stopped', card }, `end of ${card}`, below)
  }

  skip(card: string): string[] {
    return this.#see({ event: 'card-skipped', card, because: 'x' }, `no ${card}`)
  }

  close(): string[] {
    return this.#write([...this.#folds.close()])
  }

  #see(event: RunEvent, line: string | null, below: string[] = []): string[] {
    const stamped: Stamped = { schemaVersion: 1, time: '', run: '', ...event }
    return this.#write([...this.#folds.lines(stamped, line, below)])
  }

  #write(lines: string[]): string[] {
    this.written.push(...lines)
    return lines
  }
}

describe('two cards side by side', () => {
  test('the first streams, the other follows in a fold of its own and goes on streaming', () => {
    const log = new Log({ commands: true, streams: true })
    expect(log.start('a')).toEqual(['::group::▶ a'])
    expect(log.print('a', 'a1')).toEqual(['│ a1'])
    expect(log.start('b')).toEqual([])
    expect(log.print('b', 'b1')).toEqual([])
    expect(log.say('b', 'b is slow')).toEqual([])
    expect(log.print('b', 'b2')).toEqual([])
    expect(log.print('a', 'a2')).toEqual(['│ a2'])
    expect(log.end('a', ['::error::a'])).toEqual([
      '::endgroup::',
      'end of a',
      '::error::a',
      '::group::▶ b',
      '│ b1',
      'b is slow',
      '│ b2',
    ])
    expect(log.print('b', 'b3')).toEqual(['│ b3'])
    expect(log.end('b')).toEqual(['::endgroup::', 'end of b'])
  })

  test('one that ends while another has the log is told whole when that one is done, and a silent one in a line', () => {
    const log = new Log({ commands: true, streams: true })
    for (const card of ['a', 'b', 'c', 'd']) log.start(card)
    log.print('c', 'c1')
    expect([...log.end('c'), ...log.skip('e'), ...log.end('b'), ...log.say(null, 'a word', ['::warning::w'])]).toEqual(
      [],
    )
    expect(log.end('a')).toEqual([
      ...['::endgroup::', 'end of a'],
      ...['::group::▶ c', '│ c1', '::endgroup::', 'end of c'],
      'no e',
      'end of b',
      ...['a word', '::warning::w'],
      '::group::▶ d',
    ])
    expect(log.end('d')).toEqual(['::endgroup::', 'end of d'])
  })

  test('a run that breaks off leaves no fold open and no line untold', () => {
    const log = new Log({ commands: true, streams: true })
    log.start('a')
    log.start('b')
    log.print('b', 'b1')
    expect(log.close()).toEqual(['::endgroup::', '::group::▶ b', '│ b1', '::endgroup::'])
  })
})

test('where nothing is folded, headings part the cards', () => {
  const log = new Log({ commands: false, streams: true })
  log.start('a')
  log.print('a', '::error::no')
  log.start('b')
  log.print('b', 'b1')
  log.end('a')
  log.end('b')
  expect(log.written).toEqual(['▶ a', '│ ::error::no', 'end of a', '▶ b', '│ b1', 'end of b'])
})

test('in groups each card is told when it ends', () => {
  const log = new Log({ commands: true, streams: false })
  expect([...log.start('a'), ...log.start('b'), ...log.print('a', 'a1'), ...log.print('b', 'b1')]).toEqual([
    '▶ a',
    '▶ b',
  ])
  expect(log.end('b')).toEqual(['::group::▶ b', '│ b1', '::endgroup::', 'end of b'])
  expect(log.end('a')).toEqual(['::group::▶ a', '│ a1', '::endgroup::', 'end of a'])
})

test('whatever happens in whatever order, every line is told once, in its card’s fold, and the current card’s at once', () => {
  const step = fc.record({
    card: fc.integer({ min: 0, max: 5 }),
    what: fc.constantFrom('go', 'go', 'print', 'print', 'say', 'end'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, streams) => {
      const log = new Log({ commands: true, streams })
      const told = new Map<string, string[]>()
      const ended = new Set<string>()
      let number = 0
      for (const { card: which, what } of steps) {
        const card = `c${which}`
        const lines = told.get(card)
        if (what === 'go' && !lines) {
          told.set(card, [])
          log.start(card)
        } else if (!lines || ended.has(card)) continue
        else if (what === 'print') {
          lines.push(`│ ${++number}`)
          const now = log.print(card, String(number))
          const alone = [...told.keys()].filter((id) => !ended.has(id)).length === 1
          if (streams && alone) expect(now).toEqual([`│ ${number}`])
        } else if (what === 'say') {
          lines.push(`say ${++number}`)
          log.say(card, `say ${number}`)
        } else if (what === 'end') {
          ended.add(card)
          log.end(card)
        }
      }
      log.close()
      const { parts } = githubPage(log.written.join('\n'))
      const folds = parts.filter((part): part is Fold => typeof part !== 'string')
      const words = parts.filter((part) => typeof part === 'string')
      for (const [card, lines] of told) {
        const own = folds.filter(({ title }) => title === `▶ ${card}`)
        if (streams || ended.has(card)) expect(own.flatMap((fold) => fold.lines)).toEqual(lines)
        expect(own.length).toBeLessThanOrEqual(1)
        expect(words.filter((line) => line === `end of ${card}`)).toHaveLength(ended.has(card) ? 1 : 0)
      }
    }),
    { numRuns: 2000 },
  )
})
