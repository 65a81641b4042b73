/** Writes status into documents: the one place where a person's file is changed. */
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import type { Card } from '../core/card.ts'
import { addRequirement, complete, type Edit, grown, reopen } from '../core/edit.ts'
import { finalize } from '../core/finalize.ts'
import type { WriteBack } from '../core/world.ts'
import { readDocument, readText } from './documents.ts'
import { scratch } from './journal.ts'
import { replaceFile, replacing } from './replace.ts'
import type { Repository } from './repository.ts'
import { atOnce, type Durable } from './sync.ts'

/**
 * Takes `status: active` away and ticks the boxes of the lines that held; not where the document asks for more by now, and not
 * when there is an obstacle at the last moment, in words.
 */
export function completing(
  repository: Repository,
  { path, requires }: Card,
  held: readonly string[],
  obstacle: () => string | null = () => null,
): Durable<WriteBack> {
  const known = requires.map(({ id }) => id)
  const edit = (text: string): Edit => {
    const more = grown(path, text, held, known)
    return more === null ? complete(path, text, held) : { ok: false, reason: more }
  }
  return rewriting(repository, path, edit, obstacle)
}

/** The same, at once. */
export function markComplete(...what: Parameters<typeof completing>): WriteBack {
  return atOnce(completing(...what))
}

/** Puts `status: active` back and empties the boxes. */
export function markActive(repository: Repository, path: string, obstacle?: () => string | null): WriteBack {
  return rewrite(repository, path, (text) => reopen(path, text), obstacle)
}

/** Adds an id to what the document requires. */
export function markRequirement(repository: Repository, path: string, id: string): WriteBack {
  return rewrite(repository, path, (text) => addRequirement(path, text, id))
}

/** Takes away what made it a card. */
export function markFinal(repository: Repository, path: string): WriteBack {
  return rewrite(repository, path, (text) => finalize(path, text))
}

/** Makes an edit that a command was asked for, such as the mends of `lint --fix`. */
export function markEdited(repository: Repository, path: string, edit: (text: string) => Edit): WriteBack {
  return rewrite(repository, path, edit)
}

/** How often a document is read again that somebody saved while it was to be written. */
const patience = 100

function rewrite(...what: Parameters<typeof rewriting>): WriteBack {
  return atOnce(rewriting(...what))
}

/** Reads the document again at this moment, since a person may be editing it, and writes only when the edit fits. */
function* rewriting(
  repository: Repository,
  path: string,
  edit: (text: string) => Edit,
  obstacle: () => string | null = () => null,
): Durable<WriteBack> {
  const file = join(repository.root, path)
  for (let tries = 0; tries < patience; tries++) {
    const reason = obstacle()
    if (reason !== null) return { ok: false, reason }
    const { text, why } = readDocument(file)
    if (text === null) return { ok: false, reason: `${path} ${why}` }
    const edited = edit(text)
    if (!edited.ok) return { ok: false, reason: `${path} was left alone: ${edited.reason}` }
    if (edited.text === text) return { ok: true }
    const still = (known: string) => readText(file) === known
    try {
      // A rename would get round it: who made the document read-only meant it.
      accessSync(file, constants.W_OK)
      const free = () => obstacle() === null && still(text)
      if (yield* replacing(file, edited.text, scratch(repository), undefined, free)) return { ok: true }
    } catch (error) {
      // It is the sync of its folder, then, that was refused.
      const trouble = still(edited.text) ? 'is marked, but may not outlive a power cut' : 'cannot be written'
      return { ok: false, reason: `${path} ${trouble}: ${causeOf(error as Error)}` }
    }
  }
  return { ok: false, reason: `${path} was left alone: somebody writes it all the time` }
}

/** Without the call and its files, which are temporary ones: `ENOSPC: no space left on device`. */
function causeOf({ message }: Error): string {
  return message.split(', ', 1)[0] ?? message
}

/** Documents as they were, so that marks can be taken back. */
export interface Remembered {
  /** Those that differ from what is remembered; from now on, their text is known as ours. */
  marked: () => string[]
  /** Gives them their old text again, but none that somebody has edited since. Answers the paths of those. */
  putBack: () => string[]
}

export function remember(repository: Repository, paths: readonly string[]): Remembered {
  const read = () => new Map(paths.map((path) => [path, readText(join(repository.root, path))]))
  const before = read()
  let ours = before
  const marked = () => paths.filter((path) => ours.get(path) !== before.get(path))
  return {
    marked: () => {
      ours = read()
      return marked()
    },
    putBack: () => {
      const now = read()
      const [kept, edited] = [marked().filter((path) => now.get(path) === ours.get(path)), marked()]
      for (const path of kept) replaceFile(join(repository.root, path), before.get(path) ?? '', scratch(repository))
      return edited.filter((path) => !kept.includes(path))
    },
  }
}
