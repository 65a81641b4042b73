/**
 * A stand-in for GitHub, as far as a repository's Actions secrets and variables go: it really opens the sealed boxes. Stricter than the real one, it insists
 * on the headers that ours shall send. Statuses: `platform-facts.md` §3 and the REST API of 2022-11-28. By hand: `node test/secrets/github.ts [--port N]`.
 */
import { parseArgs } from 'node:util'
import sodium from 'libsodium-wrappers'
import { type Answer, type Asked, announce, type StandIn, serve, textField } from './stand-in.ts'

export interface GitHub extends StandIn {
  /** How many more times the key shall be replaced as soon as it was read. */
  keyChanges: number
}

/** Starts one. `prefix`: "/api/v3" for an Enterprise Server. */
export async function startGithub({ port = 0, prefix = '' } = {}): Promise<GitHub> {
  await sodium.ready
  const secrets = new Map<string, string>()
  const variables = new Map<string, string>()
  let key = sodium.crypto_box_keypair()
  let keyId = 1
  const handle = (asked: Asked): Answer => {
    const { method, path, headers } = asked
    if (headers['user-agent'] !== 'mikado-runner') return said(403, 'Request forbidden by administrative rules')
    if (headers['x-github-api-version'] !== '2022-11-28') return said(400, 'The API version is not supported')
    if (headers.accept !== 'application/vnd.github+json') return said(415, 'Unsupported Accept')
    if (headers.authorization !== `Bearer ${github.token}`) return said(401, 'Bad credentials')
    const base = `${prefix}/repos/${github.repository}`
    if (path === base) return { status: 200, body: { full_name: github.repository, ...github.description } }
    if (!path.startsWith(`${base}/actions/`)) return said(404, 'Not Found')
    if (method !== 'GET' && !github.mayWrite) return said(403, 'Resource not accessible by personal access token')
    const [kind, name] = path.slice(`${base}/actions/`.length).split('/')
    if (kind === 'secrets') return secretsAnswer(asked, name)
    if (kind === 'variables') return variablesAnswer(asked, name)
    return said(404, 'Not Found')
  }

  const secretsAnswer = (asked: Asked, name: string | undefined): Answer => {
    if (name === 'public-key') return publicKey()
    if (name === undefined)
      return { status: 200, body: { total_count: secrets.size, secrets: [...secrets.keys()].map(shown) } }
    const there = secrets.has(name)
    if (asked.method === 'GET') return there ? { status: 200, body: shown(name) } : said(404, 'Not Found')
    if (asked.method === 'DELETE') return secrets.delete(name) ? { status: 204 } : said(404, 'Not Found')
    if (textField(asked, 'key_id') !== String(keyId)) return said(422, 'The key_id is not that of the present key')
    try {
      const sealed = Buffer.from(textField(asked, 'encrypted_value') ?? '', 'base64')
      secrets.set(
        name,
        Buffer.from(sodium.crypto_box_seal_open(sealed, key.publicKey, key.privateKey)).toString('utf8'),
      )
    } catch {
      return said(422, 'Bad encrypted_value')
    }
    return { status: there ? 204 : 201, body: there ? undefined : {} }
  }

  const publicKey = (): Answer => {
    const body = { key_id: String(keyId), key: Buffer.from(key.publicKey).toString('base64') }
    if (github.keyChanges-- > 0) {
      key = sodium.crypto_box_keypair()
      keyId++
    }
    return { status: 200, body }
  }

  const variablesAnswer = (asked: Asked, inPath: string | undefined): Answer => {
    const name = inPath ?? textField(asked, 'name')
    if (name === undefined) {
      return { status: 200, body: { total_count: variables.size, variables: [...variables].map(variableShown) } }
    }
    const there = variables.get(name)
    if (asked.method === 'GET') {
      return there === undefined ? said(404, 'Not Found') : { status: 200, body: variableShown([name, there]) }
    }
    if (asked.method === 'DELETE') return variables.delete(name) ? { status: 204 } : said(404, 'Not Found')
    const value = textField(asked, 'value')
    if (value === undefined) return said(422, 'Invalid request. "value" was not supplied.')
    const creates = asked.method === 'POST' && inPath === undefined
    if (creates && there !== undefined) return said(409, 'Already exists - Variable already exists')
    if (!creates && (asked.method !== 'PATCH' || there === undefined)) return said(404, 'Not Found')
    variables.set(name, value)
    return creates ? { status: 201, body: {}, headers: { location: `https://api.test/${name}` } } : { status: 204 }
  }

  const { url, ...server } = await serve(handle, port)
  const github: GitHub = {
    ...server,
    url: `${url}${prefix}`,
    token: 'github-token-of-the-test',
    repository: 'eblu/infra',
    secrets,
    variables,
    description: { archived: false, permissions: { admin: false, push: true, pull: true } },
    mayWrite: true,
    keyChanges: 0,
  }
  return github
}

function said(status: number, message: string): Answer {
  return { status, body: { message, documentation_url: 'https://docs.test/rest', status: String(status) } }
}

const TIMES = { created_at: '2026-11-23T12:00:00Z', updated_at: '2026-11-23T12:00:00Z' }

function shown(name: string): unknown {
  return { name, ...TIMES }
}

function variableShown([name, value]: [string, string]): unknown {
  return { name, value, ...TIMES }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
  announce('GitHub', await startGithub({ port: Number(values.port) }), [
    'GITHUB_API_URL',
    'GITHUB_TOKEN',
    'GITHUB_REPOSITORY',
  ])
}
