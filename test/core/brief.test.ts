import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Brief, briefWithin, type Material } from '../../scripts/core/brief.ts'
import type { RunEvent, Stamped } from '../../scripts/core/event.ts'
import { historyOf } from '../../scripts/core/history.ts'
import { briefText } from '../../scripts/view/brief-text.ts'
import { plainPaint } from '../../scripts/view/style.ts'
import { graphOf } from './documents.ts'

const limit = 7500
const paint = plainPaint
const textOf = (brief: Brief) => briefText(brief, '.mikado', 'mikado …', paint)

/** A card's document: frontmatter lines, then the body. */
function page(front: string[], body = ''): string {
  return ['---', 'title: A page', ...front, '---', body].join('\n')
}

function eventsOf(run: string, ...list: RunEvent[]): Stamped[] {
  return list.map((event, at) => ({ schemaVersion: 1, time: `2026-02-20T10:00:0${at}Z`, run, ...event }) as Stamped)
}

function brief(documents: Record<string, string>, id: string, more: Partial<Material> = {}): Brief {
  const events = more.events ?? []
  const material: Material = {
    graph: graphOf(documents),
    id,
    text: documents[`docs/${id}.md`] ?? '',
    task: { path: `tasks/${id}.ts`, kind: 'module' },
    events,
    histories: historyOf(events).cards,
    target: '',
    printed: { lines: [], before: 0 },
    running: null,
    ...more,
  }
  return briefWithin(material, limit, (draft) => textOf(draft).length)
}

const words = ({ next }: Brief) => next.map((step) => `${step.words}: ${step.effect}`)

describe('the way from a goal', () => {
  it('is a shortest one, for each active goal that needs the card', () => {
    const documents = {
      'docs/top.md': page(['status: active', 'requires: [middle, card]']),
      'docs/middle.md': page(['status: active', 'requires: [card]']),
      'docs/other.md': page(['status: active', 'requires: [middle]']),
      'docs/elsewhere.md': page(['status: active']),
      'docs/card.md': page(['status: active']),
    }
    expect(brief(documents, 'card').goals).toEqual([
      { id: 'other', way: ['other', 'middle', 'card'] },
      { id: 'top', way: ['top', 'card'] },
    ])
    expect(brief(documents, 'top').goals).toEqual([])
  })

  it('is told in part when it is long', () => {
    const ids = Array.from({ length: 40 }, (_, at) => `c${at}`)
    const documents = Object.fromEntries(
      ids.map((id, at) => [`docs/${id}.md`, page(['status: active', ...(at < 39 ? [`requires: [c${at + 1}]`] : [])])]),
    )
    expect(brief(documents, 'c39').goals[0]?.way).toEqual(['c0', 'c1', 'c2', '… 34 more', 'c37', 'c38', 'c39'])
  })
})

describe('the text of the card', () => {
  const front = ['status: active']
  const text = (body: string) => brief({ 'docs/card.md': page(front, body) }, 'card').text

  it('is what the document says, without its checklist and runs of empty lines', () => {
    const body = '# Card\n\n\n\nDo it.\n\n## Verification\n\n- [ ] One\n  goes on\n- [x] Two\n\n## Related\n\nMore.\n'
    expect(text(body)).toEqual(['# Card', '', 'Do it.', '', '## Related', '', 'More.'])
  })

  it('keeps the heading when words stand under it', () => {
    const body = 'Do it.\n\n## Verification\n\nAsk twice:\n\n- [ ] One\n\nAnd wait.\n'
    expect(text(body)).toEqual(['Do it.', '', '## Verification', '', 'Ask twice:', '', 'And wait.'])
  })

  it('has a line wherever one could be seen', () => {
    expect(text('a\r\nb\u2028c\u0085d')).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('the last try', () => {
  const documents = { 'docs/card.md': page(['status: active'], '## Verification\n\n- [ ] One\n') }
  const started: RunEvent = { event: 'run-started', goal: 'card', command: 'run', target: '', cards: ['card'] }
  const opened: RunEvent = {
    event: 'card-started',
    card: 'card',
    title: '',
    log: 'log/r/card.log',
    digest: '',
    anew: false,
  }
  const no: RunEvent = { event: 'check-failed', card: 'card', check: 'One', phase: 'before', message: 'no' }
  const failed: RunEvent = {
    event: 'card-failed',
    card: 'card',
    reason: 'threw',
    message: 'port\nclosed',
    exitCode: null,
    durationMs: 1,
  }
  const completed: RunEvent = {
    event: 'card-completed',
    card: 'card',
    how: 'ran',
    verified: true,
    by: null,
    durationMs: 1,
    target: '',
  }
  const last = (...events: RunEvent[]) => brief(documents, 'card', { events: eventsOf('r', ...events) }).last

  it('tells why it failed, with the end of what it printed', () => {
    const printed = { lines: ['one', 'two'], before: 7 }
    const told = brief(documents, 'card', { events: eventsOf('r', started, opened, no, failed), printed })
    expect(told.last).toEqual({
      run: 'r',
      time: '2026-02-20T10:00:03Z',
      ended: 'failed',
      message: 'port closed',
      waiting: [],
      log: 'log/r/card.log',
      output: ['one', 'two'],
    })
    expect(told.cuts).toEqual([{ what: 'output', count: 7, where: '`log card`' }])
    expect(told.checks).toEqual([
      {
        text: 'One',
        checked: false,
        said: { time: '2026-02-20T10:00:02Z', phase: 'before', held: false, detail: 'no' },
      },
    ])
    expect(words(told)).toEqual([
      'log card: read-only',
      'plan card: read-only',
      'run card: changes the world',
      'discover TITLE --for card: changes documents',
    ])
  })

  it('is none before the first, after it was completed, and of what only asked', () => {
    expect(last()).toBeNull()
    expect(last(started, opened, failed, completed)).toBeNull()
    expect(last({ ...started, command: 'verify' } as RunEvent, opened, no)).toBeNull()
  })

  it('waits, was stopped, or has not ended', () => {
    const waiting: RunEvent = { event: 'card-waiting', card: 'card', instructions: 'look', lines: ['One'] }
    expect(last(started, opened, waiting)).toMatchObject({ ended: 'waiting', message: 'look', waiting: ['One'] })
    expect(last(started, opened, { event: 'card-stopped', card: 'card' })).toMatchObject({ ended: 'stopped' })
    expect(last(started, opened)).toMatchObject({ ended: 'unfinished', message: '' })
  })
})

describe('what may be done next', () => {
  const active = page(['status: active'])
  it('to a card that is in order, is blocked, is a person’s, is complete, or has an error', () => {
    const documents = {
      'docs/top.md': page(['status: active', 'requires: [base, done]']),
      'docs/base.md': active,
      'docs/done.md': page([], '## Verification\n\n- [x] One\n'),
      'docs/wrong.md': page(['status: Active']),
    }
    expect(words(brief(documents, 'base'))).toEqual([
      'plan base: read-only',
      'run base: changes the world',
      'discover TITLE --for base: changes documents',
    ])
    expect(words(brief(documents, 'top'))).toEqual([
      'brief base: read-only',
      'plan top: read-only',
      'run top: changes the world',
      'discover TITLE --for top: changes documents',
    ])
    expect(words(brief(documents, 'base', { task: null }))).toEqual([
      'plan base: read-only',
      'discover TITLE --for base: changes documents',
      'close base: needs a person',
    ])
    expect(words(brief(documents, 'done'))).toEqual(['verify done: asks the world', 'reopen done: changes documents'])
    expect(words(brief(documents, 'wrong'))).toEqual(['lint: read-only'])
  })
})

describe('a brief', () => {
  const many = (count: number, line: (at: number) => string) => Array.from({ length: count }, (_, at) => line(at))
  const huge = page(
    [
      'status: active',
      `confirm: ${'sure? '.repeat(200)}`,
      `needs: [${many(90, (at) => `tool-${at}`).join(', ')}]`,
      `requires: [${many(300, (at) => `card-${at}`).join(', ')}]`,
    ],
    `# Huge\n\n${many(4000, (at) => `Line ${at} ${'word '.repeat(at % 50)}`).join('\n')}\n\n## Verification\n\n${many(200, (at) => `- [ ] Check ${at} ${'x'.repeat(at * 3)}`).join('\n')}\n`,
  )

  it('of a huge card says how much it left out, and where that is', () => {
    const documents: Record<string, string> = { 'docs/huge.md': huge }
    for (let at = 0; at < 300; at++) documents[`docs/card-${at}.md`] = page([])
    for (let at = 0; at < 90; at++) documents[`docs/goal-${at}.md`] = page(['status: active', 'requires: [huge]'])
    const found = brief(documents, 'huge', { printed: { lines: many(20, (at) => `${at}`.repeat(90)), before: 10_000 } })
    expect(textOf(found).length).toBeLessThanOrEqual(limit)
    expect(textOf(found).length).toBeGreaterThan(limit - 500)
    expect(found.text.length).toBeGreaterThan(10)
    expect(found.cuts).toEqual([
      { what: 'goals', count: 90 - found.goals.length, where: '`list`' },
      { what: 'text', count: 4002 - found.text.length, where: 'docs/huge.md' },
      { what: 'requires', count: 300 - found.requires.length, where: '`why huge`' },
      { what: 'needs', count: 90 - found.needs.length, where: 'docs/huge.md' },
      { what: 'checks', count: 200 - found.checks.length, where: 'docs/huge.md' },
    ])
    for (const { what, count, where } of found.cuts)
      expect(textOf(found)).toContain(`… ${count} more${what === 'text' ? ' lines' : ''}: ${where}`)
  })

  it('fills the room that it has, to the line', () => {
    for (const width of [0, 1, 7, 40]) {
      const body = many(4000, () => 'x'.repeat(width + 1)).join('\n')
      const told = textOf(brief({ 'docs/card.md': page(['status: active'], body) }, 'card'))
      expect(told.length).toBeLessThanOrEqual(limit)
      expect(told.length).toBeGreaterThan(limit - width - 10)
    }
  })

  it('with long names everywhere still tells of everything', () => {
    const name = (word: string) => `${word}-${'x'.repeat(200)}`
    const id = name('card')
    const documents: Record<string, string> = {}
    for (const at of many(9, String)) documents[`docs/${name(at)}.md`] = page(['status: active'])
    for (const at of many(9, (n) => `goal-${n}`))
      documents[`docs/${name(at)}.md`] = page(['status: active', `requires: [${id}]`])
    const checks = many(9, (at) => `- [ ] Check ${at} ${'y'.repeat(150)}`).join('\n')
    const text = page(
      ['status: active', `requires: [${many(9, (at) => name(String(at))).join(', ')}]`],
      `${many(90, (at) => `Line ${at}`).join('\n')}\n\n## Verification\n\n${checks}\n`,
    )
    const events = eventsOf(
      'r',
      { event: 'run-started', goal: id, command: 'run', target: '', cards: [id] },
      { event: 'card-started', card: id, title: '', log: `log/r/${id}.log`, digest: '', anew: false },
      { event: 'card-failed', card: id, reason: 'threw', message: 'z'.repeat(900), exitCode: null, durationMs: 1 },
    )
    const printed = { lines: many(20, (at) => `${at} ${'w'.repeat(150)}`), before: 0 }
    const found = brief({ ...documents, [`docs/${id}.md`]: text }, id, { events, printed })
    expect(textOf(found).length).toBeLessThanOrEqual(limit)
    expect(found.text.length).toBeGreaterThan(50)
    for (const list of [found.requires, found.checks, found.last?.output]) expect(list).not.toHaveLength(0)
  })

  it('is never longer than its limit, and nothing in it forges a line of ours', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '\r', '\u2028', '\u001b', '│', '-', '[ ]', 'Ω', '😀'),
      maxLength: 600,
    })
    const id = fc.stringMatching(/^[a-z-]{1,250}$/)
    fc.assert(
      fc.property(
        id,
        nasty,
        fc.array(nasty, { maxLength: 40 }),
        fc.array(id, { maxLength: 60 }),
        (name, title, lines, required) => {
          const front = [
            '---',
            `title: ${JSON.stringify(title)}`,
            'status: active',
            `requires: ${JSON.stringify(required)}`,
            '---',
          ]
          const text = [...front, ...lines, '## Verification', ...lines.map((line) => `- [ ] ${line}`)].join('\n')
          const events = eventsOf(
            'r',
            { event: 'run-started', goal: name, command: 'run', target: '', cards: [name] },
            { event: 'card-started', card: name, title: '', log: `log/r/${name}.log`, digest: '', anew: false },
            { event: 'card-waiting', card: name, instructions: title, lines },
          )
          const printed = { lines, before: 0 }
          const running = { what: title, host: title, pid: 1, since: '2026-02-20T10:00:00Z' }
          const told = textOf(brief({ [`docs/${name}.md`]: text }, name, { events, printed, running }))
          expect(told.length).toBeLessThanOrEqual(limit)
          for (const character of ['\r', '\u001b', '\u2028']) expect(told).not.toContain(character)
          const ours = /^(?: {2}\S|[A-Z]|$)|^[a-z-]+ {2}|^docs\//
          expect(told.split('\n').filter((line) => !ours.test(line))).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })
})
