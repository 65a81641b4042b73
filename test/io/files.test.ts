import { symlinkSync } from 'node:fs'
import { expect, it } from 'vitest'
import { filesOf } from '../../scripts/io/files.ts'
import { Folder } from './folder.ts'

it('tells files from folders, by names to the letter', () => {
  using folder = new Folder({ 'docs/a.md': '# A\n', 'docs/deep/b.png': '', 'docs/bytes.md': Buffer.from([0xff]) })
  const { kind, names, text } = filesOf(folder.repository)
  const paths = [
    'docs',
    'docs/a.md',
    'docs/deep/b.png',
    'docs/A.md',
    'Docs/a.md',
    'docs/a.md/x',
    'docs/gone',
    'gone/x',
    '..',
  ]
  expect(paths.map(kind)).toEqual(['folder', 'file', 'file', null, null, null, null, null, null])
  expect([names('').toSorted(), names('docs').toSorted(), names('docs/a.md'), names('gone')]).toEqual([
    ...[['docs'], ['a.md', 'bytes.md', 'deep'], [], []],
  ])
  expect(['docs/a.md', 'docs/bytes.md', 'docs/deep', 'docs/gone.md'].map(text)).toEqual(['# A\n', null, null, null])
})

it('follows links, and passes over those that lead nowhere or in a circle', () => {
  using folder = new Folder({ 'docs/a.md': '' })
  const link = (to: string, name: string) => symlinkSync(to, folder.path(name))
  link('docs', 'again')
  link('docs/a.md', 'file.md')
  link('gone', 'broken')
  link('circle', 'circle')
  const { kind, names } = filesOf(folder.repository)
  expect(['again/a.md', 'file.md', 'broken', 'circle', 'circle/x'].map(kind)).toEqual([
    'file',
    'file',
    null,
    null,
    null,
  ])
  expect(names('').toSorted()).toEqual(['again', 'docs', 'file.md'])
})
