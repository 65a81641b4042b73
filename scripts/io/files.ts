/** The files of a repository as links see them: names to the letter, also where the disk does not care about case. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from '../core/lint/library.ts'
import { readText } from './documents.ts'
import type { Repository } from './repository.ts'

type Kind = 'file' | 'folder'

/** Each folder is read once, when it is first asked for. */
export function filesOf({ root, looked }: Repository): Files {
  const folders = new Map<string, ReadonlyMap<string, Kind>>()
  const inside = (folder: string): ReadonlyMap<string, Kind> => {
    const known = folders.get(folder)
    if (known) return known
    const entries = new Map(entriesOf(join(root, folder), (path) => looked?.add(path)))
    folders.set(folder, entries)
    return entries
  }
  const kind = (path: string): Kind | null => {
    let folder = ''
    let found: Kind = 'folder'
    for (const name of path.split('/')) {
      const entry = inside(folder).get(name)
      if (entry === undefined) return null
      found = entry
      folder = folder === '' ? name : `${folder}/${name}`
    }
    return found
  }
  return {
    kind,
    names: (folder) => [...inside(folder).keys()],
    text: (path) => {
      looked?.add(path)
      return kind(path) === 'file' ? readText(join(root, path)) : null
    },
  }
}

/** Names with what they are; a link that leads nowhere is not there. */
function entriesOf(folder: string, look: (path: string) => void): [string, Kind][] {
  look(folder)
  const entries = attempt(() => readdirSync(folder, { withFileTypes: true })) ?? []
  return entries.flatMap((entry): [string, Kind][] => {
    if (entry.isSymbolicLink()) look(join(folder, entry.name))
    const target = entry.isSymbolicLink() ? attempt(() => statSync(join(folder, entry.name))) : entry
    return target ? [[entry.name, target.isDirectory() ? 'folder' : 'file']] : []
  })
}

function attempt<T>(look: () => T): T | null {
  try {
    return look()
  } catch {
    return null
  }
}
