/** What tasks hand on: outputs of cards and results of steps, secrets among them in files of their own (0600). */
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { divide, type Secrets, unite } from '../core/secret.ts'
import type { Json } from '../index.ts'
import { makeFolder } from './folder.ts'
import { makeDataFolder, scratch } from './journal.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'
import { sha256 } from './sha256.ts'

/** Keeps a card's outputs for later runs: those on disk are whole at every moment, old or new. @throws when the disk refuses. */
export function saveOutputs(repository: Repository, card: string, outputs: Json, secrets: Secrets): void {
  // Secrets first, at places that the old outputs do not use; what only those used goes last.
  const taken = /\{"\$secret":"(?!again:)/.test(JSON.stringify(read(repository, 'outputs', card)))
  const { open, closed } = divide(outputs, secrets, taken ? 'again:' : '')
  const known = Object.entries(readClosed(repository, card))
  const ofSteps = known.filter(([place]) => /^(?:values:)?step:/.test(place))
  const kept = withValues(closed, secrets)
  if (Object.keys(closed).length > 0) write(repository, 'secrets', card, { ...Object.fromEntries(known), ...kept })
  write(repository, 'outputs', card, open)
  if (known.length > ofSteps.length) write(repository, 'secrets', card, { ...Object.fromEntries(ofSteps), ...kept })
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
  if (Object.keys(closed).length > 0)
    write(repository, 'secrets', card, { ...readClosed(repository, card), ...withValues(closed, secrets) })
  return open
}

/** Beside a value that holds more than a secret, or another form of it, the secret itself: that is what a later run masks. */
function withValues(closed: Record<string, Json>, secrets: Secrets): Record<string, Json> {
  const values = Object.entries(closed).flatMap(([place, value]): [string, string[]][] => {
    const within = secrets.within(JSON.stringify(value))
    return within.length === 1 && within[0] === value ? [] : [[`values:${place}`, within]]
  })
  return { ...closed, ...Object.fromEntries(values) }
}

/** A value whose secrets were kept apart, whole again; undefined when one of them is lost. @throws when the disk refuses. */
export function restore(repository: Repository, card: string, open: Json, secrets: Secrets): Json | undefined {
  const closed = readClosed(repository, card)
  const told = Object.entries(closed).filter(([place]) => !Object.hasOwn(closed, `values:${place}`))
  for (const text of told.flatMap(([, value]) => value)) if (typeof text === 'string') secrets.add(text)
  return unite({ open, closed })
}

function readClosed(repository: Repository, card: string): Record<string, Json> {
  const found = read(repository, 'secrets', card)
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return {}
  return found
}

/** The folders in which a card may have something. */
export const kinds = ['outputs', 'secrets'] as const

/** The name of a card's file in each of them. */
export function nameOf(card: string): string {
  // A document's name may be as long as the disk takes: then there is no room for another ending.
  return `${Buffer.byteLength(card) > 200 ? sha256(card) : card}.json`
}

function pathOf(repository: Repository, kind: (typeof kinds)[number], card: string): string {
  return join(repository.data, kind, nameOf(card))
}

/** Null: it is not there, or is no JSON. @throws when the disk refuses: what cannot be read must not be taken for nothing, and replaced. */
function read(repository: Repository, kind: (typeof kinds)[number], card: string): Json {
  try {
    return JSON.parse(readFileSync(pathOf(repository, kind, card), 'utf8')) as Json
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

function write(repository: Repository, kind: (typeof kinds)[number], card: string, value: Json): void {
  const path = pathOf(repository, kind, card)
  makeDataFolder(repository) // it may have been taken away, and git must not see what is in it
  makeFolder(dirname(path))
  replaceFile(path, `${JSON.stringify(value)}\n`, scratch(repository), 0o600)
}
