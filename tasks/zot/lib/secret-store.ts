/** CI's secret store: where the key is put for the workflows to use. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivate } from './private-file.ts'

/** What may be known about a secret without knowing it: enough to see that it drifted or ends soon. */
export interface SecretNote {
  /** SHA-256 of the value, hexadecimal. */
  hash: string
  /** The key's id at the registry. */
  uuid: string
  /** RFC 3339, UTC. */
  expires: string
}

export interface SecretStore {
  /** For messages. */
  place: string
  /** `undefined` when there is none. A store that does not give values back would throw. */
  read: (name: string) => Promise<string | undefined>
  /** The note about the secret; `undefined` when there is none, or when it is about another value. */
  note: (name: string) => Promise<SecretNote | undefined>
  write: (name: string, value: string, about: Omit<SecretNote, 'hash'>) => Promise<void>
}

export function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex')
}

/** Files of mode 0600 in a directory of mode 0700: `NAME`, and `NAME.json` with the note. Replaced whole, never half. */
export function fileSecretStore(directory: string): SecretStore {
  const path = (name: string): string => {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name))
      throw new Error(`"${name}" cannot be the name of a secret: capitals, digits and _ only`)
    return join(directory, name)
  }
  const text = async (file: string): Promise<string | undefined> => {
    try {
      return await readFile(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
  const read = async (name: string): Promise<string | undefined> => (await text(path(name)))?.trim() || undefined
  return {
    place: directory,
    read,
    note: async (name) => {
      const [value, note] = await Promise.all([read(name), text(`${path(name)}.json`)])
      const about = parsed(note)
      // The hash binds the two files: a crash between their writes leaves a note about another value, which counts for nothing.
      return value !== undefined && about?.hash === hashOf(value) ? about : undefined
    },
    write: async (name, value, about) => {
      const note: SecretNote = { hash: hashOf(value), ...about }
      await writePrivate(`${path(name)}.json`, `${JSON.stringify(note)}\n`)
      await writePrivate(path(name), value)
    },
  }
}

function parsed(note: string | undefined): SecretNote | undefined {
  try {
    return note === undefined ? undefined : (JSON.parse(note) as SecretNote)
  } catch {
    return undefined
  }
}
