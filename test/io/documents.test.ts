import { chmodSync, symlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readGraph, readText } from '../../scripts/io/documents.ts'
import { asNobody, Folder, moduleOf } from './folder.ts'

const active = '---\nstatus: active\n---\n'
const cards = (folder: Folder) => [...readGraph(folder.repository).cards.values()].map((card) => card.path)

it('reads every Markdown file below the folder, in an order of its own', () => {
  using folder = new Folder({
    'docs/z.md': active,
    'docs/a/b/c.md': active,
    'docs/a.MD': active,
    'docs/Z/d.md': active,
    'docs/folder.md/inner.md': active,
    'docs/not.mdx': active,
    'docs/not.txt': active,
    'other.md': active,
  })
  expect(cards(folder)).toEqual(['docs/Z/d.md', 'docs/a.MD', 'docs/a/b/c.md', 'docs/folder.md/inner.md', 'docs/z.md'])
})

it('passes over hidden files and folders, and over node_modules', () => {
  using folder = new Folder({
    'docs/.hidden.md': active,
    'docs/.obsidian/a.md': active,
    'docs/node_modules/b.md': active,
    'docs/c.md': active,
  })
  expect(cards(folder)).toEqual(['docs/c.md'])
})

it('reads a linked document, and does not follow linked folders, round in circles least of all', () => {
  using folder = new Folder({ 'docs/a.md': active, 'elsewhere/b.md': active })
  symlinkSync('../elsewhere/b.md', folder.path('docs/b.md'))
  symlinkSync('../elsewhere', folder.path('docs/linked'))
  symlinkSync('.', folder.path('docs/loop'))
  expect(cards(folder)).toEqual(['docs/a.md', 'docs/b.md'])
})

it.each([
  [
    'is not UTF-8 text',
    (folder: Folder) => folder.write('docs/b.md', Buffer.from('---\nstatus: \xe9\n---\n', 'latin1')),
  ],
  [
    'is not UTF-8 text',
    (folder: Folder) => folder.write('docs/b.md', Buffer.from('\uFEFF---\nstatus: active\n', 'utf16le')),
  ],
  ['is a link that leads nowhere', (folder: Folder) => symlinkSync('gone.md', folder.path('docs/b.md'))],
  ['is a folder', (folder: Folder) => symlinkSync('.', folder.path('docs/b.md'))],
])('tells a document that %s, and never takes it for complete', (why, make) => {
  using folder = new Folder({ 'docs/a.md': '---\nstatus: active\nrequires: [b]\n---\n' })
  make(folder)
  const graph = readGraph(folder.repository)
  expect(graph.diagnostics).toEqual([
    {
      ...{ code: 'not-utf8', severity: 'error', file: 'docs/b.md', line: 1, column: 1, related: [], help: null },
      message: `the document ${why}`,
    },
  ])
  expect(graph.readiness('a')).toEqual({ ready: false, blockedBy: [{ id: 'b', why: 'unsound' }] })
})

it('keeps every character of a text, a byte order mark among them', () => {
  using folder = new Folder({ a: '\uFEFFa\r\n\u0000😀' })
  expect(readText(folder.path('a'))).toBe('\uFEFFa\r\n\u0000😀')
  expect(readText(folder.path('gone'))).toBeNull()
})

it('is told of a document that may not be read', () => {
  using folder = new Folder({ 'docs/a.md': active })
  folder.giveAway()
  chmodSync(folder.path('docs/a.md'), 0o000)
  const script = `
    import { readText } from ${moduleOf('io/documents.ts')}
    console.log(readText(${JSON.stringify(folder.path('docs/a.md'))}))`
  expect(asNobody(script)).toBe('null\n')
})

it('tells of a folder that may not be read, and goes on with the rest', () => {
  using folder = new Folder({ 'docs/a.md': active, 'docs/closed/b.md': active })
  folder.giveAway()
  chmodSync(folder.path('docs/closed'), 0o000)
  const script = `
    import { readGraph } from ${moduleOf('io/documents.ts')}
    const { cards, diagnostics } = readGraph(${JSON.stringify(folder.repository)})
    console.log(JSON.stringify([[...cards.keys()], diagnostics.map((found) => found.file)]))`
  expect(JSON.parse(asNobody(script))).toEqual([['a'], ['docs/closed']])
})
