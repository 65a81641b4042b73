import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { editsOf, readBreaks, readPage, root } from './break.ts'

const rows = readPage()
const breaks = await readBreaks()

describe('the page of guarantees', () => {
  test('names for each promise a test that there is', () => {
    const missing = rows.filter(
      ({ file, title }) => !existsSync(join(root, file)) || !readFileSync(join(root, file), 'utf8').includes(title),
    )
    expect(missing.map(({ id, file, title }) => `${id}: ${file}: ${title}`)).toEqual([])
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  })

  test('has a broken build for each promise, and none that promises nothing', () => {
    expect([...new Set(breaks.map(({ row }) => row))].sort()).toEqual(rows.map(({ id }) => id).sort())
  })

  test('breaks code that is there', () => {
    const stale = breaks.flatMap((broken) =>
      editsOf(broken).filter(({ file, from }) => readFileSync(join(root, file), 'utf8').split(from).length !== 2),
    )
    expect(stale).toEqual([])
  })
})
