/** The open pull request of a branch, asked of the forge that the remote names. Never waits long, and never matters much. */
import type { Asked, PullRequest } from '../core/orientation.ts'

/** Pull requests of one page, and how many pages are looked through, where a forge cannot be asked for a branch. */
const perPage = 50
const mostPages = 10

interface Forge {
  kind: 'github' | 'forgejo'
  /** Address of its API, without a slash at the end. */
  api: string
  token: string
}

/**
 * Asks for the open pull request of `branch`. Null: nobody can be asked, for want of a remote or a token. A token goes only to
 * the address that the environment gives along with it, or to GitHub itself, wherever the remote points.
 */
export async function findPullRequest(
  remote: string | null,
  branch: string,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
  patience = 3000, // milliseconds, for all of it
): Promise<Asked | null> {
  const place = remote === null ? null : placeOf(remote)
  const forge = place === null ? null : forgeOf(place.host, env)
  if (place === null || forge === null) return null
  const late = AbortSignal.timeout(patience)
  try {
    const pullRequest = await ask(forge, place, branch, AbortSignal.any([stop, late]))
    return { pullRequest, trouble: null }
  } catch (error) {
    if (error instanceof Unanswered) return { pullRequest: null, trouble: error.message }
    const trouble = late.aborted ? `no answer within ${patience / 1000} s` : 'it cannot be reached'
    return { pullRequest: null, trouble }
  }
}

/** Host, owner and name of what a remote's address points to: `https://host/owner/name.git`, `git@host:owner/name`; null: no forge. */
export function placeOf(remote: string): { host: string; owner: string; name: string } | null {
  const short = /^(?:[^@/]+@)?([^:/@]+):(?!\/\/)(.+)$/.exec(remote)
  const url = short === null && URL.canParse(remote) ? new URL(remote) : null
  const host = short?.[1] ?? url?.host
  const [name, owner] = (short?.[2] ?? url?.pathname ?? '')
    .replace(/\.git\/?$|\/$/, '')
    .split('/')
    .reverse()
  return host && owner && name ? { host, owner, name } : null
}

function forgeOf(host: string, env: NodeJS.ProcessEnv): Forge | null {
  // A reference to a secret store is no token, and is not looked up for this.
  const token = (name: string) => (env[name]?.startsWith('op://') ? '' : (env[name] ?? ''))
  const github = (env.GITHUB_API_URL || 'https://api.github.com').replace(/\/+$/, '')
  const ofGithub = /^(?:ssh\.)?github\.com$/.test(host) || (URL.canParse(github) && new URL(github).host === host)
  if (ofGithub)
    return token('GITHUB_TOKEN') === '' ? null : { kind: 'github', api: github, token: token('GITHUB_TOKEN') }
  const forgejo = (env.FORGEJO_URL ?? '').replace(/\/+$/, '')
  if (forgejo === '' || token('FORGEJO_TOKEN') === '') return null
  return { kind: 'forgejo', api: `${forgejo}/api/v1`, token: token('FORGEJO_TOKEN') }
}

async function ask(
  { kind, api, token }: Forge,
  { owner, name }: { owner: string; name: string },
  branch: string,
  signal: AbortSignal,
): Promise<PullRequest | null> {
  const pulls = `${api}/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/pulls?state=open`
  const authorization = `${kind === 'github' ? 'Bearer' : 'token'} ${token}`
  const page = async (query: string): Promise<unknown[]> => {
    const headers = { authorization, accept: 'application/json', 'user-agent': 'mikado-runner' }
    const response = await fetch(`${pulls}${query}`, { headers, signal })
    if (response.status === 404) return []
    if (!response.ok) throw new Unanswered(`it answers ${response.status}`)
    const found: unknown = await response.json().catch(() => null)
    if (!Array.isArray(found)) throw new Unanswered('its answer is no list')
    return found
  }
  if (kind === 'github') return firstOf(await page(`&head=${encodeURIComponent(`${owner}:${branch}`)}`), branch)
  for (let number = 1; number <= mostPages; number++) {
    const found = await page(`&limit=${perPage}&page=${number}`)
    const wanted = firstOf(found, branch)
    if (wanted !== null || found.length < perPage) return wanted
  }
  return null
}

/** A forge that answers, but not what was asked. */
class Unanswered extends Error {}

/** The first of these whose branch it is, as far as it has what one has. */
function firstOf(found: readonly unknown[], branch: string): PullRequest | null {
  for (const entry of found) {
    const { number, title, html_url: url, head } = (entry ?? {}) as Record<string, unknown>
    if ((head as { ref?: unknown } | undefined)?.ref !== branch || typeof number !== 'number') continue
    return { number, title: String(title ?? ''), url: typeof url === 'string' && /^https?:\/\//.test(url) ? url : '' }
  }
  return null
}
