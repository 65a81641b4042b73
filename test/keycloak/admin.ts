/** Keycloak's Admin API, as far as an administrator's set-up needs it. */
import type { Keycloak } from './keycloak.ts'

export type Send = (method: string, path: string, body?: object) => Promise<Record<string, unknown>>

/** Sends to `/admin/realms…`; each call with a fresh token, since they live a minute. Answers the body, or the id of what was made. */
export function adminOf({ url, admin }: Keycloak): Send {
  const token = async (): Promise<string> => {
    const answer = await read(
      await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'password',
          client_id: 'admin-cli',
          username: admin.user,
          password: admin.password,
        }),
      }),
    )
    return String(answer.access_token)
  }
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' }
    return read(
      await fetch(`${url}/admin/realms${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    )
  }
}

async function read(reply: Response): Promise<Record<string, unknown>> {
  const text = await reply.text()
  if (!reply.ok) throw new Error(`${reply.url} answered ${reply.status}: ${text.slice(0, 300)}`)
  if (text !== '') return JSON.parse(text) as Record<string, unknown>
  return { id: reply.headers.get('location')?.split('/').at(-1) }
}
