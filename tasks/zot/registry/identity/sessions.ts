import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, writeWhole } from '../storage/files.ts'

export interface Session {
  user: string
  provider: string
  /** Milliseconds since 1970. */
  until: number
}

/** Seconds that a session lasts. */
export const sessionSeconds = 7200

/** Browser sessions: one file each below the storage root, so that they outlive a restart. */
export class Sessions {
  private readonly folder: string

  constructor(root: string) {
    this.folder = join(root, '_sessions')
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.folder)) {
      const id = name.replace(/^session_/, '')
      if (this.find(id) === undefined) this.end(id)
    }
  }

  /** Starts a session and answers its id. */
  start(user: string, provider: string): string {
    const id = randomBytes(24).toString('base64url')
    const session: Session = { user, provider, until: Date.now() + sessionSeconds * 1000 }
    writeWhole(this.path(id), JSON.stringify(session))
    return id
  }

  find(id: string): Session | undefined {
    if (!/^[\w-]{32}$/.test(id)) return undefined
    const session = readJson(this.path(id)) as Session | undefined
    return session && session.until > Date.now() ? session : undefined
  }

  end(id: string): void {
    if (/^[\w.-]+$/.test(id)) rmSync(this.path(id), { force: true })
  }

  private path(id: string): string {
    return join(this.folder, `session_${id}`)
  }
}
