/** A chain of so many cards, in layers, as a repository; and what each of its documents is, marks aside. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dice } from '../crash/driver-dice.ts'
import { oneModule } from '../rig/one-module.ts'

export const goal = 'goal'
const layers = 10
const taskModules = ['../crash/driver-dice.ts', 'task.ts'].map((name) => join(import.meta.dirname, name))

/** The folders of a soak. */
export interface Place {
  root: string
  /** What the tasks make true. */
  outside: string
  env: NodeJS.ProcessEnv
}

export function documentOf(place: Place, id: string): string {
  return join(place.root, `docs/${id}.md`)
}

/** Lays out the chain and answers its documents as they are without any mark, by id. */
export function layOut(place: Place, cards: number, dice: Dice): Map<string, string> {
  for (const folder of ['docs', 'tasks']) mkdirSync(join(place.root, folder), { recursive: true })
  const width = Math.ceil((cards - 1) / layers)
  const ids = Array.from({ length: cards - 1 }, (_, at) => `c${String(at).padStart(5, '0')}`)
  const documents = new Map<string, string>()
  const wanted = new Set<string>()
  for (const [at, id] of ids.entries()) {
    const below = ids.slice(Math.max(0, at - (at % width) - width), at - (at % width))
    const requires = dice.some(below, 2)
    for (const other of requires) wanted.add(other)
    documents.set(id, add(place, id, requires))
  }
  const free = ids.filter((id) => !wanted.has(id))
  documents.set(goal, add(place, goal, free))
  const git = (...args: string[]) => execFileSync('git', args, { cwd: place.root, env: place.env, stdio: 'ignore' })
  git('init', '-b', 'main')
  git('config', 'user.email', 'person@example.org')
  git('config', 'user.name', 'person')
  git('config', 'gc.auto', '0')
  git('add', '-A')
  git('commit', '-m', 'All of it')
  return documents
}

/** Writes a card, active, with its task; answers its document without marks. */
export function add(place: Place, id: string, requires: readonly string[]): string {
  const list = requires.length > 0 ? ['requires:', ...requires.map((other) => `  - ${other}`)] : []
  const front = [
    '---',
    `title: Card ${id}`,
    'status: active',
    ...(Number(id.slice(-1)) % 3 === 0 ? ['retries: 1'] : []),
    ...list,
  ]
  const text = [...front, '---', '', `# Card ${id}`, '', '## Verification', '', '- [ ] It is done', ''].join('\n')
  writeFileSync(join(place.root, `tasks/${id}.ts`), oneModule(taskModules, `export default taskOf('${id}')\n`))
  writeFileSync(documentOf(place, id), text)
  return withoutMarks(text)
}

export function remove(place: Place, id: string): void {
  rmSync(documentOf(place, id))
  rmSync(join(place.root, `tasks/${id}.ts`))
}

/** All that a document says, but its status and its boxes. */
export function withoutMarks(text: string): string {
  return text.replace(/^status: active\n/m, '').replace(/^- \[[ x]\] /gm, '- [ ] ')
}

export function isComplete(text: string): boolean {
  return !/^status: active$/m.test(text)
}

export function isTicked(text: string): boolean {
  return !/^- \[ \] /m.test(text)
}
