/** The Actions secrets of a repository at GitHub, or at a GitHub Enterprise Server. */
import { type Forge, Repository, type RepositorySettings } from './repository.ts'
import { checkSecretName, type SecretStore } from './store.ts'

const GITHUB: Forge = {
  api: '',
  headers: (token) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'user-agent': 'mikado-runner',
    'x-github-api-version': '2022-11-28',
  }),
  settings: { url: 'GITHUB_API_URL', token: 'GITHUB_TOKEN', repository: 'GITHUB_REPOSITORY' },
  rights: 'the permissions "Secrets" and "Variables" to read and write (a classic token: the scope repo)',
  role: 'a collaborator who may write',
  permission: 'push',
}

/**
 * Secrets are sealed for the repository's public key before they leave; the note is the Actions variable `{name}_NOTE`, which can be read. Nothing gives
 * a secret's value back. Calls and statuses: the REST API of 2022-11-28, as in `@octokit/openapi-types`.
 *
 * @param settings `url` is `https://api.github.com` unless told; for an Enterprise Server it ends in `/api/v3`.
 * @throws Error when a setting cannot be right.
 */
export function githubSecretStore({
  url = 'https://api.github.com',
  ...rest
}: Omit<RepositorySettings, 'url'> & { url?: string }): SecretStore {
  const repository = new Repository(GITHUB, { url, ...rest })
  const notePath = (name: string): string => `actions/variables/${checkSecretName(name)}_NOTE`
  return {
    place: repository.place,
    has: async (name) => (await repository.find(`actions/secrets/${checkSecretName(name)}`)) !== undefined,
    read: null,
    write: async (name, value) => {
      const path = `actions/secrets/${checkSecretName(name)}`
      const { status } = await repository.ask('PUT', path, [201, 204, 422], await seal(repository, value))
      // 422: perhaps the key was replaced after it was read.
      if (status === 422) await repository.ask('PUT', path, [201, 204], await seal(repository, value))
    },
    readNote: async (name) => {
      const variable: { value?: unknown } | undefined = await repository.find(notePath(name))
      return typeof variable?.value === 'string' ? variable.value : undefined
    },
    writeNote: async (name, text) => {
      const path = notePath(name)
      const variable = { name: `${name}_NOTE`, value: text }
      const { status } = await repository.ask('POST', 'actions/variables', [201, 409], variable)
      if (status === 409) await repository.ask('PATCH', path, [204], variable)
    },
    examine: () => repository.examine(),
  }
}

/** Encrypts for the repository's public key, as libsodium's sealed box: only GitHub can open it. */
async function seal(repository: Repository, value: string): Promise<{ encrypted_value: string; key_id: string }> {
  const found: { key?: unknown; key_id?: unknown } = (await repository.find('actions/secrets/public-key')) ?? {}
  const { key, key_id: id } = found
  const bytes = Buffer.from(typeof key === 'string' ? key : '', 'base64')
  if (bytes.length !== 32 || typeof id !== 'string') {
    throw new Error(
      `${repository.place}: no public key to encrypt with came from there. Check that GITHUB_API_URL is GitHub's API`,
    )
  }
  // Half a megabyte that only this needs.
  const { default: sodium } = await import('libsodium-wrappers')
  await sodium.ready
  return { encrypted_value: Buffer.from(sodium.crypto_box_seal(value, bytes)).toString('base64'), key_id: id }
}
