/** A task's module: imported, held to its form, and asked what it can do. */
import { realpathSync } from 'node:fs'
import { flushCompileCache, registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { inOneLine } from '../core/bounded.ts'
import type { Reply } from '../core/protocol.ts'
import { Secrets } from '../core/secret.ts'
import type { Finding, Task } from '../index.ts'
import { describe, placeOf, tamed, trace } from './errors.ts'

export function unreadable(thrown: unknown, file: string): Reply {
  const error = tamed(thrown)
  trace(error)
  return { type: 'unreadable', file, message: describe(error), ...placeOf(error, file) }
}

/** How often each file was imported here. */
const times = new Map<string, number>()

/**
 * Imports a task module for a card. What Node compiled for the first one of a process is kept, as nobody may have looked at it here
 * before: where each card has a process of its own, on a worker's machine too, the next time none of it is compiled again.
 * `code`: its text as JavaScript; null: it is read from the file.
 */
export async function loadTask(file: string, code: string | null): Promise<Task> {
  const first = times.size === 0
  const task = await importTask(file, code)
  if (first) flushCompileCache()
  return task
}

/** Imports a task module, each time anew, and holds it to its form. @throws when it is something else. */
async function importTask(file: string, code: string | null = null): Promise<Task> {
  const url = pathToFileURL(code === null ? file : realName(file))
  url.search = again(file)
  const { default: found } = await (code === null ? imported(url.href) : importedAs(url.href, code))
  if (typeof found !== 'object' || found === null)
    throw new TypeError('the default export must be an object: { apply, verify }')
  const { apply, verify, preflight } = found as Record<string, unknown>
  if (preflight !== undefined && typeof preflight !== 'function') throw new TypeError('`preflight` must be a function')
  if (apply !== undefined && typeof apply !== 'function') throw new TypeError('`apply` must be a function')
  if (verify !== undefined && (typeof verify !== 'object' || verify === null))
    throw new TypeError('`verify` must be an object')
  for (const [key, value] of Object.entries(verify ?? {})) {
    if (typeof value !== 'function') throw new TypeError(`\`verify\` of "${key}" must be a function`)
  }
  const stranger = Object.keys(found).find((name) => !['apply', 'verify', 'preflight'].includes(name))
  if (stranger !== undefined)
    throw new TypeError(`\`${stranger}\` is no part of a task: there are \`preflight\`, \`apply\` and \`verify\``)
  return found as Task
}

interface Module {
  default?: unknown
}

async function imported(url: string): Promise<Module> {
  return (await import(url)) as Module
}

/** By which a module knows itself, as Node gives it; of one that is gone since its text was read, the name it had. */
function realName(file: string): string {
  try {
    return realpathSync.native(file)
  } catch {
    return file
  }
}

/** Texts that stand for those of files, by the name under which these are imported; null: none was ever given. */
let texts: Map<string, string> | null = null

/** The same, of a text that stands for that of the file: the disk is not asked for it. */
async function importedAs(url: string, code: string): Promise<Module> {
  texts ??= textsHeld()
  texts.set(url, code)
  try {
    return await imported(url)
  } finally {
    texts.delete(url)
  }
}

/** Has Node look here first; to tell it so once is half of what it costs to import a short module. */
function textsHeld(): Map<string, string> {
  const held = new Map<string, string>()
  registerHooks({
    resolve: (name, context, next) =>
      held.has(name) ? { url: name, format: 'module', shortCircuit: true } : next(name, context),
    load: (url, context, next) => {
      const source = held.get(url)
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
  return held
}

/** The first time it has its plain name, by which Node knows what it has compiled of it in another process. */
function again(file: string): string {
  const before = times.get(file) ?? 0
  times.set(file, before + 1)
  return before === 0 ? '' : String(before)
}

export async function inspect(file: string): Promise<Reply> {
  try {
    const found = await importTask(file)
    const { apply, verify = {}, preflight } = found
    return {
      type: 'inspected',
      file,
      works: apply !== undefined,
      checks: Object.keys(verify),
      preflight: preflight !== undefined,
    }
  } catch (error) {
    return unreadable(error, file)
  }
}

/** Asks the preflights of these modules, each function once, side by side. One that throws is a finding too. */
export async function examine(files: readonly string[], root: string, signal: AbortSignal): Promise<Finding[]> {
  const preflights = new Set<NonNullable<Task['preflight']>>()
  for (const file of files) {
    const { preflight } = await importTask(file)
    if (preflight) preflights.add(preflight)
  }
  const secrets = new Secrets()
  const secret = async (value: string) => {
    secrets.add(value)
    return value
  }
  const asked = [...preflights].map(async (preflight) => {
    try {
      return await preflight({ root, signal, secret })
    } catch (thrown) {
      const error = tamed(thrown)
      trace(error)
      return [{ about: 'preflight', ok: false, detail: inOneLine(secrets.mask(describe(error))) }]
    }
  })
  const findings = (await Promise.all(asked)).flat()
  return findings.map(({ about, ok, detail }) => ({
    about: secrets.mask(String(about)),
    ok: ok === true,
    detail: secrets.mask(String(detail)),
  }))
}
