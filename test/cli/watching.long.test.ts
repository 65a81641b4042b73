/** A run of two thousand cards as a person watches it, on a real pseudo-terminal. */
import { describe, expect, test } from 'vitest'
import { Documents } from '../../bench/lib/documents.ts'
import { makeGraph } from '../../bench/lib/graph.ts'
import { TestRepository, until } from '../rig/repository.ts'
import { hasTerminal, openTerminal } from '../rig/terminal.ts'

// Without util-linux's `script` there is no way to a terminal from here.
describe.skipIf(!hasTerminal)('a run of 2,000 cards', { timeout: 300_000 }, () => {
  test.each([
    ['random', 100, 30],
    ['wide', 60, 15],
  ] as const)('of a %s graph, in %i columns and %i rows', async (shape, columns, rows) => {
    using repository = new TestRepository()
    new Documents(repository.root, makeGraph(shape, 2000, 7)).addTasks('none')
    const terminal = openTerminal(repository, ['run', 'goal', '-j', '2'], {}, { columns, rows })
    const progress = /(\d+) of 2000 cards · /
    const done = () => Number(progress.exec(terminal.screen())?.[1] ?? 0)
    await until('a hundred are done', () => done() > 100, 120)
    const began = performance.now()
    const before = terminal.written()
    for (const [more, fewer] of [
      [columns + 20, rows + 10],
      [columns, rows],
    ] as const) {
      await terminal.resize({ columns: more, rows: fewer })
      const now = done()
      await until('it goes on', () => done() > now + 50, 120)
      const lines = terminal.screen().trimEnd().split('\n')
      expect(lines.filter((line) => progress.test(line))).toHaveLength(1)
      expect(lines.length - lines.findIndex((line) => progress.test(line))).toBeLessThan(fewer - 1)
    }
    // The picture is drawn ten times a second, however many cards end.
    const pictures = terminal.written().slice(before.length).split('\u001b[?2026h').length - 1
    expect(pictures).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / 100) + 2)
    expect(await terminal.ended).toBe(0)
    const seen = terminal.seen().trimEnd().split('\n')
    const cards = seen.filter((line) => /^✓ \S+ {2}found true in N s, 1 check held$/.test(line))
    expect(new Set(cards).size).toBe(2000)
    expect(seen.slice(0, 2000)).toEqual(cards)
    expect(seen.slice(2000, 2002)).toEqual([
      'goal is complete: 2000 cards proved in N s',
      '  ✓ 2000 found true; 2000 checks held',
    ])
    expect(seen.slice(2002).join('')).toMatch(/^ {4}slowest: \S+ N s, \S+ N s, +\S+ N s$/)
  })
})
