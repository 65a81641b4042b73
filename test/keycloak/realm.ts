/** The realm as an administrator sets it up for the registry, before the chain runs: nothing of this is the runner's to do. */
import type { Send } from './admin.ts'

export interface Person {
  user: string
  password: string
  /** `null`: in no group. */
  group: string | null
}

/** The role that lets somebody log in; the two groups give it to their members. */
const ROLE = 'may-use-the-registry'

const step = (authenticator: string, more: object = {}) => ({ authenticator, requirement: 'REQUIRED', ...more })
const part = (flowAlias: string, requirement: string) => ({ flowAlias, requirement, authenticatorFlow: true })
const flow = (alias: string, steps: object[], topLevel = false) => ({
  alias,
  topLevel,
  providerId: 'basic-flow',
  builtIn: false,
  authenticationExecutions: steps.map((each, index) => ({ priority: index * 10, ...each })),
})

/**
 * A login for members: first who it is, then whether they may. Both are required parts of one flow. A denial beside the password form alone would be
 * stepped over by the cookie of a login elsewhere in the realm.
 */
const FLOWS = {
  browserFlow: 'members only',
  authenticationFlows: [
    flow('members only', [part('who it is', 'REQUIRED'), part('who may not', 'CONDITIONAL')], true),
    flow('who it is', [step('auth-cookie', { requirement: 'ALTERNATIVE' }), part('by password', 'ALTERNATIVE')]),
    flow('by password', [step('auth-username-password-form')]),
    flow('who may not', [
      step('conditional-user-role', { authenticatorConfig: 'no member' }),
      step('deny-access-authenticator'),
    ]),
  ],
  authenticatorConfig: [{ alias: 'no member', config: { condUserRole: ROLE, negate: 'true' } }],
}

/** A scope that every client of the realm has, also one that registers itself: it carries the groups by their names. */
const GROUPS_SCOPE = {
  name: 'groups',
  protocol: 'openid-connect',
  attributes: { 'include.in.token.scope': 'false' },
  protocolMappers: [
    {
      name: 'groups',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-group-membership-mapper',
      config: {
        'claim.name': 'groups',
        'full.path': 'false',
        'id.token.claim': 'true',
        'access.token.claim': 'true',
        'userinfo.token.claim': 'true',
      },
    },
  ],
}

/** Makes the realm; answers the token with which a client may register. */
export async function makeRealm(send: Send, realm: string, groups: string[], people: Person[]): Promise<string> {
  await send('POST', '', {
    realm,
    enabled: true,
    roles: { realm: [{ name: ROLE }] },
    groups: groups.map((name) => ({ name, realmRoles: [ROLE] })),
    users: people.map(({ user, password, group }) => ({
      username: user,
      enabled: true,
      // Without them Keycloak asks at the first login.
      firstName: user,
      lastName: 'Lab',
      email: `${user}@lab.test`,
      emailVerified: true,
      credentials: [{ type: 'password', value: password, temporary: false }],
      groups: group === null ? [] : [group],
    })),
    ...FLOWS,
  })
  const { id } = await send('POST', `/${realm}/client-scopes`, GROUPS_SCOPE)
  await send('PUT', `/${realm}/default-default-client-scopes/${id}`)
  return registrationToken(send, realm)
}

/** An initial access token, good for some registrations within a day. */
export async function registrationToken(send: Send, realm: string, count = 20): Promise<string> {
  const { token } = await send('POST', `/${realm}/clients-initial-access`, { count, expiration: 86_400 })
  return String(token)
}
