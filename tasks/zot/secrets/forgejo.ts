/** The Actions secrets of a repository at Forgejo or Gitea. */
import { type Forge, Repository, type RepositorySettings } from './repository.ts'
import { checkSecretName, type SecretStore } from './store.ts'

/** Both forges ask for the owner: a collaborator who is an administrator is refused. An owner of the organization is one. */
const FORGEJO: Forge = {
  api: '/api/v1',
  headers: (token) => ({ authorization: `token ${token}` }),
  settings: { url: 'FORGEJO_URL', token: 'FORGEJO_TOKEN', repository: 'FORGEJO_REPOSITORY' },
  rights: 'the scope write:repository',
  role: "the repository's owner",
  permission: 'admin',
}

/**
 * Secrets go to `PUT …/actions/secrets/{name}`, the note to the Actions variable `{name}_NOTE`, which can be read. Nothing gives a secret's value back.
 * Statuses: the API document of Gitea 1.27.3, and Forgejo's source (it answers 204 where Gitea answers 201 for a new variable).
 *
 * @throws Error when a setting cannot be right.
 */
export function forgejoSecretStore(settings: RepositorySettings): SecretStore {
  const repository = new Repository(FORGEJO, settings)
  return {
    place: repository.place,
    has: async (name) => isListed(repository, checkSecretName(name)),
    read: null,
    write: async (name, value) => {
      await repository.ask('PUT', `actions/secrets/${checkSecretName(name)}`, [201, 204], { data: value })
    },
    readNote: async (name) => {
      const variable: { data?: unknown } | undefined = await repository.find(notePath(name))
      return typeof variable?.data === 'string' ? variable.data : undefined
    },
    writeNote: async (name, text) => {
      const path = notePath(name)
      const { status } = await repository.ask('POST', path, [201, 204, 409], { value: text })
      if (status === 409) await repository.ask('PUT', path, [201, 204], { value: text })
    },
    examine: () => repository.examine(),
  }
}

function notePath(name: string): string {
  return `actions/variables/${checkSecretName(name)}_NOTE`
}

/** Goes through the pages until one brings no new name: the server decides how long a page is. */
async function isListed(repository: Repository, name: string): Promise<boolean> {
  const names = new Set<unknown>()
  for (let page = 1; ; page++) {
    const listed = await repository.find(`actions/secrets?limit=50&page=${page}`)
    const before = names.size
    for (const secret of Array.isArray(listed) ? (listed as { name?: unknown }[]) : []) names.add(secret?.name)
    if (names.has(name)) return true
    if (names.size === before) return false
  }
}
