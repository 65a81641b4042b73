/** A journal that outgrew what can be held at once. */
import { appendFileSync, closeSync, ftruncateSync, openSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Stamped } from '../../scripts/core/event.ts'
import { readJournal } from '../../scripts/io/history.ts'
import { Folder } from '../io/folder.ts'

const note = (text: string): Stamped => {
  return { schemaVersion: 1, time: '2026-02-20T10:00:00Z', run: 'r', event: 'note', card: 'a', text }
}
const line = (text: string) => `${JSON.stringify(note(text))}\n`
const journal = '.mikado/journal.jsonl'

test('a journal larger than any text Node can hold, a line of 600 MB in it, is read in bounded memory', () => {
  using folder = new Folder()
  const path = folder.write(journal, line('one'))
  const file = openSync(path, 'r+')
  ftruncateSync(file, 600 * 2 ** 20) // a hole: zeros that take no room
  closeSync(file)
  appendFileSync(path, `\n${line('two')}`)
  const before = process.memoryUsage().rss
  expect(readJournal(folder.repository)).toEqual([note('one'), note('two')])
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20)
}, 60_000)
