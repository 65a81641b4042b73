/** Port and token of a repository's page, kept so that its address stays: bookmarks hold, and open pages find it again. */
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { makeDataFolder, scratch } from './journal.ts'
import { replaceFile } from './replace.ts'
import type { Repository } from './repository.ts'

export interface PageDoor {
  /** Null: none was had yet. */
  port: number | null
  /** Whoever has it may look. */
  token: string
}

/** What was kept; else a new token. */
export function knownDoor(repository: Repository): PageDoor {
  try {
    const { port, token } = JSON.parse(readFileSync(pathOf(repository), 'utf8')) as Record<string, unknown>
    if (typeof token === 'string' && /^[\w-]{32}$/.test(token))
      return {
        token,
        port: typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536 ? port : null,
      }
  } catch {
    // There is none, or it is not ours to read.
  }
  return { port: null, token: randomBytes(24).toString('base64url') }
}

/** Keeps it for the next time, for its owner only. Answers false where that cannot be: then the address is another one each time. */
export function keepDoor(repository: Repository, door: PageDoor): boolean {
  try {
    // In somebody else's repository, the folder for it would belong to the wrong one.
    if (statSync(repository.root).uid !== process.getuid?.()) return false
    makeDataFolder(repository)
    replaceFile(pathOf(repository), `${JSON.stringify(door)}\n`, scratch(repository), 0o600)
    return true
  } catch {
    return false
  }
}

function pathOf({ data }: Repository): string {
  return join(data, 'view.json')
}
