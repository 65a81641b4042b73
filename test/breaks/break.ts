/** Ways to break a promise in the code: for each row of docs/reference/guarantees.md, what its test must notice. */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** One change of the code. */
export interface CodeEdit {
  /** Relative to the repository. */
  file: string
  /** Stands exactly once in the file. */
  from: string
  to: string
}

/** A broken build: one edit, or several where more than one guard stands in the way. */
export type Break = { row: string } & (CodeEdit | { edits: readonly CodeEdit[] })

/** A promise, as the page states it. */
export interface Row {
  id: string
  promise: string
  /** Relative to the repository. */
  file: string
  title: string
  /** What was broken, in words. */
  broken: string
}

export const root = resolve(import.meta.dirname, '../..')
export const page = 'docs/reference/guarantees.md'

export function editsOf(broken: Break): readonly CodeEdit[] {
  return 'edits' in broken ? broken.edits : [broken]
}

/** The rows of the page's tables that name a test. */
export function rowsOf(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const [, id, promise, test, broken] = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
    const [, file, title] = /^`([^`]+)`: (.+)$/.exec(test ?? '') ?? []
    if (!id || !promise || !file || !title || !broken) return []
    return [{ id, promise, file, title, broken }]
  })
}

export function readPage(): Row[] {
  return rowsOf(readFileSync(resolve(root, page), 'utf8'))
}

/** The broken builds of every topic: each other file of this folder holds those of one. */
export async function readBreaks(): Promise<Break[]> {
  const files = readdirSync(import.meta.dirname).filter(
    (name) => !['break.ts', 'main.ts', 'breaks.test.ts'].includes(name),
  )
  const topics = await Promise.all(files.map(async (name) => (await import(`./${name}`)) as { breaks: Break[] }))
  return topics.flatMap(({ breaks }) => breaks)
}
