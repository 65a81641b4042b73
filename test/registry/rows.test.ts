import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('each of the 43 rows has its test', () => {
  const files = readdirSync(import.meta.dirname).filter((name) => /^contract-.*\.test\.ts$/.test(name))
  const text = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('')
  const rows = [...text.matchAll(/\(\s*'row (\d+): /g)].map((match) => Number(match[1]))
  expect([...new Set(rows)].sort((a, b) => a - b)).toEqual(Array.from({ length: 43 }, (_, at) => at + 1))
})
