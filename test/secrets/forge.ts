/**
 * A stand-in for Forgejo and Gitea, as far as a repository's Actions secrets and variables go. Statuses: `platform-facts.md` §3, and the two servers' source.
 * By hand: `node test/secrets/forge.ts [--port N]`.
 */
import { parseArgs } from 'node:util'
import { type Answer, type Asked, announce, type StandIn, serve, textField } from './stand-in.ts'

export interface Forge extends StandIn {
  /** Whether the token's user owns the repository: secrets are for the owner alone. */
  owns: boolean
}

/** Starts one. `prefix`: below which path it lives. `newVariable`: 201 as Gitea, 204 as Forgejo. `page`: the longest page it gives. */
export async function startForge({ port = 0, prefix = '', newVariable = 201, page = 2 } = {}): Promise<Forge> {
  const secrets = new Map<string, string>()
  const variables = new Map<string, string>()
  const base = `${prefix}/api/v1/repos/`
  const handle = (asked: Asked): Answer => {
    const { method, path, headers } = asked
    if (!path.startsWith(base)) return { status: 404, body: '<html><title>Not found</title>Page not found</html>' }
    if (headers.authorization !== `token ${forge.token}`) return said(401, 'invalid username, password or token')
    if (method !== 'GET' && !forge.mayWrite) {
      return said(403, 'token does not have at least one of required scope(s): [write:repository]')
    }
    const [owner, name, ...rest] = path.slice(base.length).split('/')
    if (`${owner}/${name}` !== forge.repository) return said(404, "The target couldn't be found.")
    if (rest.length === 0) return { status: 200, body: { full_name: forge.repository, ...forge.description } }
    if (!forge.description.has_actions) return said(404, "The target couldn't be found.")
    if (!forge.owns) return said(403, 'user should be the owner of the repo')
    const [area, kind, key] = rest
    if (area === 'actions' && kind === 'secrets') return secretsAnswer(asked, key)
    if (area === 'actions' && kind === 'variables') return variablesAnswer(asked, key)
    return said(404, 'Not found')
  }

  const secretsAnswer = (asked: Asked, name: string | undefined): Answer => {
    if (name === undefined) return { status: 200, body: paged(asked, [...secrets.keys()]) }
    if (!isName(name)) return said(400, 'invalid secret name')
    const there = secrets.has(name)
    if (asked.method === 'DELETE') return secrets.delete(name) ? { status: 204 } : said(404, 'secret not found')
    if (asked.method !== 'PUT') return said(405, 'Method Not Allowed')
    const data = textField(asked, 'data')
    if (data === undefined) return said(422, '[Data]: Required')
    secrets.set(name, data)
    return { status: there ? 204 : 201 }
  }

  const variablesAnswer = (asked: Asked, name: string | undefined): Answer => {
    if (name === undefined) return { status: 200, body: paged(asked, [...variables.keys()]) }
    const there = variables.get(name)
    if (asked.method === 'GET') {
      return there === undefined ? said(404, 'variable not found') : { status: 200, body: { name, data: there } }
    }
    if (!isName(name)) return said(400, 'invalid secret name')
    if (asked.method === 'DELETE') return variables.delete(name) ? { status: 204 } : said(404, 'variable not found')
    const value = textField(asked, 'value')
    if (value === undefined) return said(422, '[Value]: Required')
    if (asked.method === 'POST' && there !== undefined) return said(409, 'variable name already exists')
    if (asked.method === 'PUT' && there === undefined) return said(404, 'variable not found')
    variables.set(name, value)
    return { status: asked.method === 'POST' ? newVariable : 204 }
  }

  /** Names only, a page at a time, never longer than the server likes. */
  const paged = ({ query }: Asked, names: string[]): unknown => {
    const size = Math.min(Number(query.get('limit') ?? page), page)
    const start = (Number(query.get('page') ?? 1) - 1) * size
    return names.slice(start, start + size).map((name) => ({ name, created_at: '2026-11-23T12:00:00Z' }))
  }

  const { url, ...server } = await serve(handle, port)
  const forge: Forge = {
    ...server,
    url: `${url}${prefix}`,
    token: 'forge-token-of-the-test',
    repository: 'eblu/infra',
    secrets,
    variables,
    description: { archived: false, has_actions: true, permissions: { admin: true, push: true, pull: true } },
    mayWrite: true,
    owns: true,
  }
  return forge
}

function said(status: number, message: string): Answer {
  return { status, body: { message, url: 'https://forge.test/api/swagger' } }
}

function isName(name: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/i.test(name) && !/^FORGEJO_|GITEA_|GITHUB_/i.test(name)
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
  const forge = await startForge({ port: Number(values.port), page: 50 })
  announce('Forgejo', forge, ['FORGEJO_URL', 'FORGEJO_TOKEN', 'FORGEJO_REPOSITORY'])
}
