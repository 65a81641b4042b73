/** What a power cut, a full disk or a stranger may leave of the journal. */
import { mkdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Stamped } from '../../scripts/core/event.ts'
import { readJournal } from '../../scripts/io/history.ts'
import { openJournal } from '../../scripts/io/journal.ts'
import { Folder } from '../io/folder.ts'
import { card, TestRepository, task } from '../rig/repository.ts'
import { diesAt, watchFiles } from '../rig/watch-files.ts'

const note = (text: string): Stamped => {
  return { schemaVersion: 1, time: '2026-02-20T10:00:00Z', run: 'r', event: 'note', card: 'a', text }
}
const line = (text: string) => Buffer.from(`${JSON.stringify(note(text))}\n`)
const journal = '.mikado/journal.jsonl'

function append(folder: Folder, ...events: Stamped[]): void {
  const open = openJournal(folder.repository)
  for (const event of events) open.append(event)
  open.close()
}

test.each([
  ['garbage', Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256))],
  ['a block of zeros', Buffer.alloc(4096)],
  ['a torn line', line('torn').subarray(0, 40)],
  [
    'bytes that are no UTF-8',
    Buffer.concat([line('x').subarray(0, -4), Buffer.from([0xff, 0xfe]), line('x').subarray(-4)]),
  ],
  ['half a character', line('ü').subarray(0, line('ü').indexOf('ü') + 1)],
])('a journal with %s keeps every whole line before and after it', (_, damage) => {
  using folder = new Folder()
  folder.write(journal, Buffer.concat([line('one'), damage, Buffer.from('\n'), line('two'), damage]))
  expect(readJournal(folder.repository)).toEqual([note('one'), note('two')])
  append(folder, note('three'))
  expect(readJournal(folder.repository)).toEqual([note('one'), note('two'), note('three')])
})

test('an event that the disk takes in parts is written whole', () => {
  using folder = new Folder()
  mkdirSync(folder.path('.mikado'))
  let parts = 0
  const stop = watchFiles(folder.root, (effect, act, half) => {
    if (effect.op !== 'write') return act()
    parts++
    return half()
  })
  try {
    append(folder, note('one'), note('two'))
  } finally {
    stop()
  }
  expect(parts).toBeGreaterThan(10)
  expect(folder.read(journal)).toBe(`${line('one')}${line('two')}`)
})

test('a process that dies at any moment leaves whole lines, at most one torn, and a .gitignore that is whole or not there', () => {
  for (let changes = 0; ; changes++) {
    using folder = new Folder()
    const lived = diesAt(folder.root, changes, () => append(folder, note('one'), note('two')))
    expect([[], [note('one')], [note('one'), note('two')]]).toContainEqual(readJournal(folder.repository))
    expect([[], ['*\n']]).toContainEqual(
      folder.names('.mikado').flatMap((name) => (name === '.gitignore' ? [folder.read('.mikado/.gitignore')] : [])),
    )
    append(folder, note('three'))
    expect(readJournal(folder.repository).at(-1)).toEqual(note('three'))
    expect(folder.read('.mikado/.gitignore')).toBe('*\n')
    if (lived) return expect(changes).toBeGreaterThan(8)
  }
})

test('a journal that cannot be read or written is told, and costs history only', async () => {
  using repository = new TestRepository({
    'docs/goal.md': card(),
    'tasks/goal.ts': task('goal'),
    '.mikado/journal.jsonl/in-the-way': '',
  })
  expect(await repository.tell('log')).toBe(`exit 0
--- stdout
No runs yet.

--- stderr
mikado: the journal cannot be read, so history is missing: EISDIR: illegal operation on a directory, read
`)
  const { code, stderr } = await repository.mikado('run', 'goal')
  expect([code, repository.active()]).toEqual([0, []])
  expect(stderr.match(/^mikado: .*$/gm)).toEqual([
    'mikado: the journal cannot be read, so history is missing: EISDIR: illegal operation on a directory, read',
    `mikado: the journal cannot be written, so this run leaves no history: EISDIR: illegal operation on a directory, open '${repository.path(journal)}'`,
  ])
})
