/** What can be seen from outside of a repository and of the world that its tasks work on. Nothing of the runner is used to see it. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Chain, Texts } from './driver-chain.ts'

/** Something that must never be. */
export class Finding extends Error {
  override name = 'Finding'
}

export interface Event {
  event: string
  run: string
  card?: string
  [key: string]: unknown
}

/** A line that a task wrote down outside. */
export interface Deed {
  card: string
  /** The call that its process belongs to. */
  call: string
  pid: string
  what: string
}

export interface Sight {
  states: ReadonlyMap<string, keyof Texts>
  complete: ReadonlySet<string>
  /** Cards whose work is wholly there. */
  truths: ReadonlySet<string>
  /** Events of the journal, oldest first. */
  journal: readonly Event[]
  /** Files that a document's or an output's new text was being written to. */
  temporary: readonly string[]
}

/** Names that the run data may have; the journal of a lock is SQLite's. */
const kept = /^(?:\.gitignore|cache|journal\.jsonl|lock(?:\.holder|-journal)?|locks|log|outputs|secrets|tmp)$/

/** @throws Finding when a document's bytes are none of its own, or something lies where nothing should. */
export function look(chain: Chain, root: string, outside: string): Sight {
  const names = namesIn(join(root, 'docs'))
  const wanted = chain.cards.map(({ id }) => `${id}.md`).sort()
  if (!isDeepStrictEqual(names, wanted)) throw new Finding(`docs/ holds ${names.join(', ')}`)
  const stranger = namesIn(join(root, '.mikado')).find((name) => !kept.test(name))
  if (stranger !== undefined) throw new Finding(`.mikado/ holds ${stranger}`)
  const states = new Map(chain.cards.map(({ id, path, texts }) => [id, stateOf(texts, join(root, path))]))
  const complete = [...states].filter(([, state]) => state === 'complete' || state === 'final').map(([id]) => id)
  const truths = chain.cards.filter(({ id }) => read(join(outside, `${id}.truth`)) === 'whole').map(({ id }) => id)
  return {
    states,
    complete: new Set(complete),
    truths: new Set(truths),
    journal: readEvents(root),
    temporary: namesIn(join(root, '.mikado/tmp')),
  }
}

function stateOf(texts: Texts, file: string): keyof Texts {
  const text = read(file)
  for (const state of ['active', 'reopened', 'complete', 'final'] as const) if (texts[state] === text) return state
  throw new Finding(`${file} is neither old nor new:\n${text}`)
}

/** @throws Finding when a line is broken in a way that no crash explains: only an event's beginning may be left of it. */
function readEvents(root: string): Event[] {
  return (read(join(root, '.mikado/journal.jsonl')) ?? '').split('\n').flatMap((line) => {
    if (line === '') return []
    try {
      return [JSON.parse(line) as Event]
    } catch {
      if (line.startsWith('{"')) return []
      throw new Finding(`the journal holds the line ${line.slice(0, 200)}`)
    }
  })
}

/** Everything that the tasks wrote down, card by card. */
export function deedsIn(chain: Chain, outside: string): Deed[] {
  return chain.cards.flatMap(({ id }) =>
    (read(join(outside, `${id}.log`)) ?? '').split('\n').flatMap((line) => {
      const [, call, pid, what] = /^(\S+) (\d+) (.+)$/.exec(line) ?? []
      return call === undefined || pid === undefined || what === undefined ? [] : [{ card: id, call, pid, what }]
    }),
  )
}

/** @throws Finding when a secret can be read where no secret may be, or by others. */
export function refuseSecrets(root: string, printed: string): void {
  if (/token-of-/.test(printed)) throw new Finding(`a secret was printed: ${/.*token-of-.*/.exec(printed)}`)
  if (!namesIn(root).includes('.mikado')) return
  for (const entry of readdirSync(join(root, '.mikado'), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) continue
    if (entry.parentPath.endsWith('/secrets')) {
      if ((statSync(path).mode & 0o077) !== 0) throw new Finding(`${path} can be read by others`)
    } else if (/token-of-/.test(read(path) ?? '') && !entry.parentPath.endsWith('/tmp')) {
      throw new Finding(`a secret stands in ${path}`)
    }
  }
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
