/** What is read stood in the documents at one moment, also when they are marked just then. */
import { renameSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readDocuments } from '../../scripts/io/documents.ts'
import { Folder } from '../io/folder.ts'
import { card } from '../rig/repository.ts'

test('documents that are replaced while they are read are read again', () => {
  const requires = { a: [], b: ['c'], c: ['a'] }
  const files = Object.entries(requires).map(([id, ids]) => [`docs/${id}.md`, card({ requires: ids })] as const)
  using folder = new Folder(Object.fromEntries(files))
  const complete = (path: string) => {
    folder.write('next', folder.read(path).replace('status: active\n', ''))
    renameSync(folder.path('next'), folder.path(path))
  }
  const read: string[] = []
  const { graph } = readDocuments(folder.repository, (path) => {
    read.push(path)
    // A run marks `a`, which was read as active, and `c`, which requires it and is still to be read.
    if (read.length === 2) for (const marked of ['docs/a.md', 'docs/c.md']) complete(marked)
  })
  expect([...graph.cards.values()].map(({ id, status }) => `${id} ${status}`)).toEqual([
    'a complete',
    'b active',
    'c complete',
  ])
  expect(read).toEqual(['docs/a.md', 'docs/b.md', 'docs/c.md', 'docs/a.md', 'docs/b.md', 'docs/c.md'])
})
