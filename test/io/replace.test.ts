import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { replaceFile } from '../../scripts/io/replace.ts'
import { asNobody, Folder, moduleOf, onFullDisk } from './folder.ts'

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8)

/** A script that tries to replace a file, and prints the error's code. */
const attempt = (path: string, text: string, scratch: string) => `
  import { replaceFile } from ${moduleOf('io/replace.ts')}
  try {
    replaceFile(${JSON.stringify(path)}, ${text}, ${JSON.stringify(scratch)})
    console.log('replaced')
  } catch (error) {
    console.log(error.code)
  }`

it.each([0o644, 0o600, 0o755, 0o440])('keeps the mode %o of a file', (mode) => {
  using folder = new Folder()
  const path = folder.write('a.md', 'old')
  chmodSync(path, mode)
  replaceFile(path, 'nüw 😀', folder.path('tmp'))
  expect([folder.read('a.md'), modeOf(path), folder.names('tmp')]).toEqual(['nüw 😀', mode.toString(8), []])
})

it('gives a new file the mode that was asked for, whatever the umask', () => {
  using folder = new Folder()
  const before = process.umask(0o077)
  try {
    replaceFile(folder.path('secret'), 'x', folder.path('tmp'), 0o600)
    replaceFile(folder.path('open'), 'x', folder.path('tmp'))
  } finally {
    process.umask(before)
  }
  expect([modeOf(folder.path('secret')), modeOf(folder.path('open'))]).toEqual(['600', '644'])
})

it('makes the folder for temporary files, for nobody else to read', () => {
  using folder = new Folder()
  replaceFile(folder.path('a'), 'x', folder.path('deep/tmp'))
  expect(modeOf(folder.path('deep/tmp'))).toBe('700')
})

it('writes through symbolic links, which stay', () => {
  using folder = new Folder({ 'real/a.md': 'old' })
  symlinkSync('real/a.md', folder.path('link.md'))
  symlinkSync('link.md', folder.path('link-to-link.md'))
  replaceFile(folder.path('link-to-link.md'), 'new', folder.path('tmp'))
  expect(folder.read('real/a.md')).toBe('new')
  expect([readlinkSync(folder.path('link-to-link.md')), readlinkSync(folder.path('link.md'))]).toEqual([
    ...['link.md', 'real/a.md'],
  ])
})

it('never shows a reader a mixture: who has the old file open reads it to its end', () => {
  using folder = new Folder({ a: 'old'.repeat(1000) })
  const file = openSync(folder.path('a'), 'r')
  const half = Buffer.alloc(1500)
  readSync(file, half, 0, 1500, null)
  replaceFile(folder.path('a'), 'new', folder.path('tmp'))
  expect(half.toString() + readFileSync(file, 'utf8')).toBe('old'.repeat(1000))
  expect(folder.read('a')).toBe('new')
})

it('keeps the old content when the disk is full, and leaves no litter', () => {
  using folder = new Folder({ 'docs/a.md': 'old' })
  const script = attempt(folder.path('docs/a.md'), "'x'.repeat(1e6)", folder.path('tmp'))
  expect(onFullDisk(script)).toBe('EFBIG\n')
  expect([folder.read('docs/a.md'), folder.names('docs'), folder.names('tmp')]).toEqual(['old', ['a.md'], []])
})

it('keeps the old content when the folder may not be written, and leaves no litter', () => {
  using folder = new Folder({ 'docs/a.md': 'old', 'tmp/.keep': '' })
  folder.giveAway()
  chmodSync(folder.path('docs'), 0o555)
  expect(asNobody(attempt(folder.path('docs/a.md'), "'new'", folder.path('tmp')))).toBe('EACCES\n')
  expect([folder.read('docs/a.md'), folder.names('docs'), folder.names('tmp')]).toEqual(['old', ['a.md'], ['.keep']])
})

it('does not replace a folder', () => {
  using folder = new Folder()
  mkdirSync(folder.path('a'))
  expect(() => replaceFile(folder.path('a'), 'x', folder.path('tmp'))).toThrow(/EISDIR/)
  expect([folder.names(), folder.names('tmp')]).toEqual([['a', 'tmp'], []])
})

const memory = '/dev/shm'
const elsewhere =
  statSync(memory, { throwIfNoEntry: false })?.isDirectory() && statSync(memory).dev !== statSync('/tmp').dev

it.skipIf(!elsewhere)('replaces a file on another file system, too (skipped where there is no other)', () => {
  using folder = new Folder()
  const other = mkdtempSync(join(memory, 'mikado-io-'))
  try {
    replaceFile(join(other, 'a.md'), 'old', folder.path('tmp'), 0o640)
    replaceFile(join(other, 'a.md'), 'new', folder.path('tmp'))
    expect([readFileSync(join(other, 'a.md'), 'utf8'), modeOf(join(other, 'a.md'))]).toEqual(['new', '640'])
    expect(folder.names('tmp')).toEqual([])
  } finally {
    rmSync(other, { recursive: true })
  }
})
