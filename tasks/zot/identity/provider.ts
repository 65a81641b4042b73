/** The identity provider as the chain needs it, whatever it is. */
import type { Finding } from '../lib/finding.ts'
import type { Client, Discovery } from './discovery.ts'

/** Who gets which group, and who may log in at all. */
export interface Access {
  ciUser: string
  ciGroup: string
  adminGroup: string
}

export interface IdentityProvider {
  /** For messages, for instance "authentik at https://auth.example". */
  name: string
  issuer: string
  /** Its discovery document, made sure that the issuer is the configured one. */
  discover: () => Promise<Discovery>
  /** The registry's client as known here; `undefined` before it was made. Asks nothing that changes. */
  client: () => Promise<Client | undefined>
  /** Makes the client, or changes what differs. */
  ensureClient: () => Promise<{ client: Client; how: 'created' | 'changed' | 'unchanged' }>
  /** What the provider itself says about the client: `undefined` when it does not know it, `null` when it cannot be asked. */
  describeClient: () => Promise<{ redirectUris: string[] } | undefined | null>
  /**
   * Sees to it that the groups are there, CI's user is in its group and no other, and only members of these groups may log in.
   *
   * @returns what was done, for the log.
   * @throws NeedsPerson with exact instructions, where only a person can do it and it is not done yet.
   */
  ensureAccess: (access: Access, client: Client) => Promise<string>
  /**
   * Whom the provider lets in, by its own rules: evidence that members of these groups may log in and nobody else. `null` when it cannot be asked.
   *
   * @throws Error when others may log in.
   */
  describeAccess: (access: Access, client: Client) => Promise<string | null>
  /** A password with which this user can log in without a person; `undefined` when there is none here. */
  password: (user: string) => Promise<string | undefined>
  /** Looks at what must be so before anything starts: address, token, version, groups. Changes nothing. */
  examine: (access: Access) => Promise<Finding[]>
  /** What must never be shown, as far as it is known here. */
  confidential: () => Promise<string[]>
}
