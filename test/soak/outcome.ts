/** What a soak has left, against what must be: by the documents, by what people wrote, and by what the tasks made true. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentOf, isComplete, isTicked, type Place } from './chain.ts'
import type { Person } from './person.ts'

/** All that is not as it must be. `round`: what every truth says by now. */
export function strangeIn(place: Place, temporary: string, person: Person, round: string): string[] {
  const { root, outside } = place
  const { documents } = person
  const wanted = new Set([...documents.keys()].map((id) => `${id}.md`))
  const names = namesIn(join(root, 'docs'))
  const open = [...documents.keys()].filter((id) => !isComplete(readText(documentOf(place, id))))
  const bare = [...documents.keys()].filter(
    (id) => !person.claimed.has(id) && !isTicked(readText(documentOf(place, id))),
  )
  const untrue = [...documents.keys()].filter((id) => readText(join(outside, `${id}.truth`)) !== round)
  const locks = namesIn(join(root, '.mikado/locks'))
  return [
    ...names.filter((name) => !wanted.has(name)).map((name) => `docs/ holds ${name}`),
    ...person.strange().map((path) => `${path} is not as the person left it`),
    ...open.map((id) => `${id} is not complete`),
    ...bare.map((id) => `${id} has an empty box`),
    ...untrue.map((id) => `${id} is complete and not true`),
    ...[...namesIn(join(root, '.mikado/tmp')), ...namesIn(temporary)].map(
      (name) => `a temporary file is left: ${name}`,
    ),
    ...(locks.length > 10 ? [`locks pile up: ${locks}`] : []),
  ]
}

export function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : []
}

function readText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : 'status: active'
}
