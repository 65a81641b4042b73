/** Groups, users and access at a provider where a person keeps them: all that can be done here is to look. */
import { needsPerson } from '../../../scripts/index.ts'
import { LoginRefused } from '../lib/login.ts'
import { claimsOf, discover } from './discovery.ts'
import type { Directory } from './dynamic.ts'

/** @param passwords by user name, as far as they were given. */
export function directoryByHand(
  issuer: string,
  passwords: Record<string, string | null>,
  signal?: AbortSignal,
): Directory {
  return {
    ensureAccess: async (access, client) => {
      const { ciUser, ciGroup, adminGroup } = access
      const password = passwords[ciUser]
      const wanted = [
        `At ${issuer}, as an administrator:`,
        `- make the groups ${ciGroup} and ${adminGroup}, and let a claim "groups" carry their names, without a path, in the scopes openid, email, profile`,
        `- make the user ${ciUser} in the group ${ciGroup} and in no other, with the password in ZOT_CI_PASSWORD`,
        `- let the login of ${ciUser} ask for nothing more: a lasting password, and all that its profile needs (Keycloak: e-mail, first and last name)`,
        `- let only members of ${ciGroup} and ${adminGroup} log in to the client ${client.clientId}, not by the cookie of another login either`,
      ].join('\n')
      // Without a password nothing can be seen from here: the card's own checks then wait for a person's word.
      if (!password) return `Not to be seen from here, without ZOT_CI_PASSWORD. ${wanted}`
      const seen = await claimsOf(await discover(issuer, signal), client, { user: ciUser, password }, signal).catch(
        (error: unknown) => {
          if (error instanceof LoginRefused) return needsPerson(`${error.message}\n${wanted}\nThen run this again.`)
          throw error
        },
      )
      if (JSON.stringify(seen.groups) === JSON.stringify([ciGroup]))
        return `${ciUser} logs in as a member of ${ciGroup}`
      return needsPerson(
        `${ciUser} logs in, but its claim "groups" is ${JSON.stringify(seen.groups)}, not only "${ciGroup}".\n${wanted}\nThen run this again.`,
      )
    },
    describeAccess: async () => null,
    password: async (user) => passwords[user] ?? undefined,
  }
}
