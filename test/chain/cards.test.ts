import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Task } from '../../scripts/index.ts'

const root = join(import.meta.dirname, '../..')
const documents = new Map(
  globSync('docs/**/*.md', { cwd: root }).map((path) => [
    basename(path, '.md'),
    readFileSync(join(root, path), 'utf8'),
  ]),
)
const CARDS = ['register-zot-oidc-client', 'wire-ci-registry-auth', 'enforce-tag-immutability', 'harden-zot-registry']

test.each(CARDS)('%s: every line of the checklist has its function, in the same order', async (card) => {
  const lines = (documents.get(card) ?? '').split('\n').filter((line) => /^- \[[ x]\] /.test(line))
  const keys = lines.map((line) =>
    line
      .slice(6)
      .replaceAll('`', '')
      .replace(/ \([^()]*\)$/, ''),
  )
  const { default: task } = (await import(join(root, 'tasks/zot', `${card}.ts`))) as { default: Task }
  expect(Object.keys(task.verify ?? {})).toEqual(keys)
  expect(keys.length).toBeGreaterThan(0)
})

test('every wiki link of the how-to documents leads somewhere', () => {
  for (const path of globSync('docs/how-to/**/*.md', { cwd: root })) {
    const links = [...readFileSync(join(root, path), 'utf8').matchAll(/\[\[([^\]|]+)[^\]]*\]\]/g)].map(
      ([, stem]) => stem ?? '',
    )
    expect(
      links.filter((stem) => !documents.has(stem)),
      path,
    ).toEqual([])
  }
})
