import { statSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { RunEvent, Stamped } from '../../scripts/core/event.ts'
import { journalPath, readJournal } from '../../scripts/io/history.ts'
import { openJournal } from '../../scripts/io/journal.ts'
import { Folder } from './folder.ts'

const stamped = (event: RunEvent): Stamped => ({ schemaVersion: 1, time: '2026-02-20T10:00:00Z', run: 'r1', ...event })
const note = (text: string) => stamped({ event: 'note', card: 'a', text })

function append(folder: Folder, ...events: Stamped[]): void {
  const journal = openJournal(folder.repository)
  for (const event of events) journal.append(event)
  journal.close()
}

it('gives back what was written, over several openings, one event a line', () => {
  using folder = new Folder()
  const done: Stamped = stamped({ event: 'card-reopened', card: 'a', because: 'two\nlines' })
  append(folder, note('ünïcode 😀'), done)
  append(folder, note('again'))
  expect(readJournal(folder.repository)).toEqual([note('ünïcode 😀'), done, note('again')])
  expect(folder.read('.mikado/journal.jsonl')).toBe(
    [note('ünïcode 😀'), done, note('again')].map((event) => `${JSON.stringify(event)}\n`).join(''),
  )
})

it('does not keep what tasks print', () => {
  using folder = new Folder()
  append(folder, stamped({ event: 'output', card: 'a', stream: 'stdout', text: 'hello' }), note('kept'))
  expect(readJournal(folder.repository)).toEqual([note('kept')])
})

it('is readable for its owner only, in a folder that git does not see', () => {
  using folder = new Folder()
  append(folder, note('x'))
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
  expect([mode(journalPath(folder.repository)), mode(folder.path('.mikado'))]).toEqual(['600', '700'])
  expect(folder.read('.mikado/.gitignore')).toBe('*\n')
})

it('leaves a .gitignore that is there already', () => {
  using folder = new Folder({ '.mikado/.gitignore': '# mine\n' })
  append(folder, note('x'))
  expect(folder.read('.mikado/.gitignore')).toBe('# mine\n')
})

it('of nothing is empty', () => {
  using folder = new Folder()
  expect(readJournal(folder.repository)).toEqual([])
  folder.write('.mikado/journal.jsonl', '')
  expect(readJournal(folder.repository)).toEqual([])
})

it('cut at any byte keeps what was whole, and the next event gets a line of its own', () => {
  using folder = new Folder()
  const events = [note('one'), note('ünï 😀 {"event":"x"}'), note('three')]
  const lines = events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`))
  const whole = Buffer.concat(lines)
  for (let cut = 0; cut <= whole.length; cut++) {
    folder.write('.mikado/journal.jsonl', whole.subarray(0, cut))
    // The last line counts without its newline, too: nothing of it is missing.
    const ends = lines.map((_, at) => Buffer.concat(lines.slice(0, at + 1)).length - 1)
    const kept = events.filter((_, at) => (ends[at] ?? Number.POSITIVE_INFINITY) <= cut)
    expect([cut, readJournal(folder.repository)]).toEqual([cut, kept])
    append(folder, note('next'), note('last'))
    expect([cut, readJournal(folder.repository)]).toEqual([cut, [...kept, note('next'), note('last')]])
  }
})

it('passes over lines that nobody knows', () => {
  using folder = new Folder()
  const strange = ['', 'words', '[]', '{}', '{"event":1,"run":"r","time":"t"}', 'null', '{"event":"note"}', '\u0000{']
  folder.write('.mikado/journal.jsonl', [...strange, JSON.stringify(note('kept')), ...strange].join('\n'))
  expect(readJournal(folder.repository)).toEqual([note('kept')])
})
