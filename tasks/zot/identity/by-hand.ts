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
      // Without a password nothing can be seen from here: the card's own checks then wait for a person's word.
      if (!password) return `${ciUser}, its group and who may log in are kept by hand at ${issuer}`
      const wanted = [
        `At ${issuer}, as an administrator:`,
        `- make the groups ${ciGroup} and ${adminGroup}, and let a claim "groups" carry them in the scopes openid, email, profile`,
        `- make the user ${ciUser} with the password in ZOT_CI_PASSWORD, in the group ${ciGroup} and in no other`,
        `- let only members of ${ciGroup} and ${adminGroup} log in to the client ${client.clientId}`,
      ].join('\n')
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
