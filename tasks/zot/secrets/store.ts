/** CI's secret store: where the key is put for the workflows to use. */
import type { Finding } from '../lib/finding.ts'

/**
 * A store of secrets. Most give no value back: beside the secret they keep a note, text that anybody may read, which tells what was put there without telling it.
 */
export interface SecretStore {
  /** For messages, for instance "the Actions secrets of owner/name at https://forge.example". */
  place: string
  /** Whether a secret of this name is there. */
  has: (name: string) => Promise<boolean>
  /** The value; `undefined` when there is none. `null` instead of a function: this store gives no value back. */
  read: ((name: string) => Promise<string | undefined>) | null
  /** Puts the secret there, or replaces it. It is there when this returns. */
  write: (name: string, value: string) => Promise<void>
  /** The note beside the secret; `undefined` when there is none. */
  readNote: (name: string) => Promise<string | undefined>
  /** Writes the note beside the secret, or replaces it. */
  writeNote: (name: string, text: string) => Promise<void>
  /** Looks whether the store answers, and allows us what we need of it. Changes nothing. */
  examine: () => Promise<Finding[]>
}

/**
 * Forgejo refuses `GITEA_` and `GITHUB_` anywhere in a name, the others at its beginning only.
 *
 * @returns the name.
 * @throws Error unless it is one that every store takes.
 */
export function checkSecretName(name: string): string {
  if (/^[A-Z][A-Z0-9_]*$/.test(name) && !/(FORGEJO|GITEA|GITHUB)_/.test(name)) return name
  throw new Error(
    `"${name}" cannot be the name of a secret: capitals, digits and _ only, a capital first, and no FORGEJO_, GITEA_ or GITHUB_ in it`,
  )
}
