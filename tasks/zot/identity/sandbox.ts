/** Groups, users and access at the sandbox's provider: what dynamic registration has no words for. */
import { excerpt, exchange } from '../lib/http.ts'
import type { Directory } from './dynamic.ts'

/** @param users passwords by name, as the sandbox made them. */
export function sandboxDirectory(
  admin: { url: string; token: string },
  users: Record<string, string>,
  signal?: AbortSignal,
): Directory {
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
    ensureAccess: async ({ ciUser, ciGroup, adminGroup }, { clientId }) => {
      await put(`groups/${ciGroup}`, {})
      await put(`groups/${adminGroup}`, {})
      await put(`users/${ciUser}`, { groups: [ciGroup] })
      await put(`clients/${clientId}/access`, { groups: [ciGroup, adminGroup] })
      return `${ciUser} is in ${ciGroup}; only ${ciGroup} and ${adminGroup} may log in`
    },
    describeAccess: async () => null,
    password: async (user) => users[user],
  }
}
