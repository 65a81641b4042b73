/** Groups, users and access at the sandbox's provider: what dynamic registration has no words for. */
import { excerpt, exchange } from './http.ts'

export interface Directory {
  ensureGroup: (group: string) => Promise<void>
  /** Creates the user, or sets their groups. */
  ensureUser: (user: string, groups: string[]) => Promise<void>
  /** Only members of these groups may log in to the client. */
  limitAccess: (clientId: string, groups: string[]) => Promise<void>
}

export function sandboxDirectory(admin: { url: string; token: string }, signal?: AbortSignal): Directory {
  const put = async (path: string, body: Record<string, unknown>): Promise<void> => {
    const reply = await exchange(`${admin.url.replace(/\/$/, '')}/${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    })
    if (reply.status >= 300)
      throw new Error(`The provider refused to change ${path}: ${reply.status}, ${excerpt(reply)}`)
  }
  return {
    ensureGroup: (group) => put(`groups/${group}`, {}),
    ensureUser: (user, groups) => put(`users/${user}`, { groups }),
    limitAccess: (clientId, groups) => put(`clients/${clientId}/access`, { groups }),
  }
}
