/** What tasks hand on: outputs of cards and results of steps, secrets among them in files of their own (0600). */
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { divide, type Secrets, unite } from '../core/secret.ts'
import type { Json } from '../index.ts'
import { makeFolder } from './folder.ts'
import { scratch } from './journal.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'

/** Keeps a card's outputs for later runs: those on disk are whole at every moment, old or new. @throws when the disk refuses. */
export function saveOutputs(repository: Repository, card: string, outputs: Json, secrets: Secrets): void {
  // Secrets first, at places that the old outputs do not use; what only those used goes last.
  const taken = /\{"\$secret":"(?!again:)/.test(JSON.stringify(read(repository, 'outputs', card)))
  const { open, closed } = divide(outputs, secrets, taken ? 'again:' : '')
  const known = Object.entries(readClosed(repository, card))
  const ofSteps = known.filter(([place]) => place.startsWith('step:'))
  if (Object.keys(closed).length > 0) write(repository, 'secrets', card, { ...Object.fromEntries(known), ...closed })
  write(repository, 'outputs', card, open)
  if (known.length > ofSteps.length) write(repository, 'secrets', card, { ...Object.fromEntries(ofSteps), ...closed })
}

/** A card's outputs, whole again; null when it left none. Its secrets are registered on the way. @throws when the disk refuses. */
export function loadOutputs(repository: Repository, card: string, secrets: Secrets): Json {
  return restore(repository, card, read(repository, 'outputs', card), secrets) ?? null
}

/** Whether the card's outputs were kept since then. */
export function keptSince(repository: Repository, card: string, time: string): boolean {
  try {
    return statSync(pathOf(repository, 'outputs', card)).mtimeMs >= Date.parse(time)
  } catch {
    return false
  }
}

/** The form of a step's result that may stand in the journal; what is secret in it is kept apart. */
export function concealStep(repository: Repository, card: string, step: string, result: Json, secrets: Secrets): Json {
  const { open, closed } = divide(result, secrets, `step:${step}`)
  if (Object.keys(closed).length > 0) write(repository, 'secrets', card, { ...readClosed(repository, card), ...closed })
  return open
}

/** A value whose secrets were kept apart, whole again; undefined when one of them is lost. @throws when the disk refuses. */
export function restore(repository: Repository, card: string, open: Json, secrets: Secrets): Json | undefined {
  const closed = readClosed(repository, card)
  for (const text of textsIn(Object.values(closed))) secrets.add(text)
  return unite({ open, closed })
}

/** Every text in a value, names among them. */
function textsIn(value: Json): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Array.isArray(value)
    ? value.flatMap(textsIn)
    : Object.entries(value).flatMap(([name, entry]) => [name, ...textsIn(entry)])
}

function readClosed(repository: Repository, card: string): Record<string, Json> {
  const found = read(repository, 'secrets', card)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return {}
  return found
}

function pathOf(repository: Repository, kind: string, card: string): string {
  return join(repository.data, kind, `${card}.json`)
}

/** Null: it is not there, or is no JSON. @throws when the disk refuses: what cannot be read must not be taken for nothing, and replaced. */
function read(repository: Repository, kind: string, card: string): Json {
  try {
    return JSON.parse(readFileSync(pathOf(repository, kind, card), 'utf8')) as Json
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

function write(repository: Repository, kind: string, card: string, value: Json): void {
  const path = pathOf(repository, kind, card)
  makeFolder(dirname(path))
  replaceFile(path, `${JSON.stringify(value)}\n`, scratch(repository), 0o600)
}
