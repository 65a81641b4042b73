/** CI's account at authentik, a service account, and the app password it logs in with. */
import type { User } from '@goauthentik/api/dist/models/User.js'
import { type Api, ifKnown } from './api.ts'

/** authentik's own name for the token that comes with a service account (from its source). */
export function passwordName(user: string): string {
  return `service-account-${user}-password`
}

export async function findUser(api: Api, username: string): Promise<User | undefined> {
  const { results } = await api.core.coreUsersList({ username, includeGroups: true })
  return results.find((user) => user.username === username)
}

/** Makes the service account; the answer tells its app password, which never expires. */
export async function createAccount(api: Api, name: string): Promise<{ pk: number; password: string }> {
  const { userPk, token } = await api.core.coreUsersServiceAccountCreate({
    userServiceAccountRequest: { name, createGroup: false, expiring: false },
  })
  return { pk: userPk, password: token }
}

/** The app password; `undefined` when there is none of that name. authentik notes in its events that it was looked at. */
export async function readPassword(api: Api, user: string): Promise<string | undefined> {
  const view = await ifKnown(api.core.coreTokensViewKeyRetrieve({ identifier: passwordName(user) }))
  return view?.key
}

/** Makes an app password for an account that has none. */
export async function createPassword(api: Api, user: { username: string; pk: number }): Promise<void> {
  const identifier = passwordName(user.username)
  const token = await api.core.coreTokensCreate({
    tokenRequest: {
      identifier,
      intent: 'app_password',
      user: user.pk,
      expiring: false,
      description: 'CI logs in to the registry',
    },
  })
  if (token.user === user.pk) return
  // authentik gives tokens made by others than superusers to whoever makes them.
  throw new Error(
    `${api.name} made the token ${identifier} for another user than ${user.username}: delete that token there, and use a token of a superuser in AUTHENTIK_TOKEN`,
  )
}
