/** Writes status into documents: the one place where a person's file is changed. */
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { addRequirement, complete, type Edit, reopen } from '../core/edit.ts'
import type { WriteBack } from '../core/world.ts'
import { readText } from './documents.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'

/** Takes `status: active` away and ticks the boxes of the lines that held. */
export function markComplete(repository: Repository, path: string, held: readonly string[]): WriteBack {
  return rewrite(repository, path, (text) => complete(path, text, held))
}

/** Puts `status: active` back and empties the boxes. */
export function markActive(repository: Repository, path: string): WriteBack {
  return rewrite(repository, path, (text) => reopen(path, text))
}

/** Adds an id to what the document requires. */
export function markRequirement(repository: Repository, path: string, id: string): WriteBack {
  return rewrite(repository, path, (text) => addRequirement(path, text, id))
}

/** Reads the document again at this moment, since a person may have edited it, and writes only when the edit fits. */
function rewrite(repository: Repository, path: string, edit: (text: string) => Edit): WriteBack {
  const file = join(repository.root, path)
  const text = readText(file)
  if (text === null) return { ok: false, reason: `${path} is gone or no longer UTF-8 text` }
  const edited = edit(text)
  if (!edited.ok) return { ok: false, reason: `${path} was left alone: ${edited.reason}` }
  if (edited.text === text) return { ok: true }
  try {
    // A rename would get round it: who made the document read-only meant it.
    accessSync(file, constants.W_OK)
    replaceFile(file, edited.text, join(repository.data, 'tmp'))
    return { ok: true }
  } catch (error) {
    return { ok: false, reason: `${path} cannot be written: ${(error as Error).message}` }
  }
}
