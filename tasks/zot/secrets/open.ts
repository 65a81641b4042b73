/** The secret store that the settings name. */
import { fileSecretStore } from './file.ts'
import { forgejoSecretStore } from './forgejo.ts'
import { githubSecretStore } from './github.ts'
import type { SecretStore } from './store.ts'

export type StoreSettings =
  | { kind: 'file'; directory: string }
  | { kind: 'forgejo'; url: string; token: string; repository: string }
  | { kind: 'github'; url: string; token: string; repository: string }

/** Sends nothing yet. @throws Error when a setting cannot be right. */
export function openSecretStore(settings: StoreSettings, signal?: AbortSignal): SecretStore {
  switch (settings.kind) {
    case 'file':
      return fileSecretStore(settings.directory)
    case 'forgejo':
      return forgejoSecretStore({ ...settings, signal })
    case 'github':
      return githubSecretStore({ ...settings, signal })
  }
}
