/** Who may log in to the application: CI's account in its group, and policy bindings of the two groups, nothing else. */
import type { Application } from '@goauthentik/api/dist/models/Application.js'
import type { Group } from '@goauthentik/api/dist/models/Group.js'
import type { PolicyBinding } from '@goauthentik/api/dist/models/PolicyBinding.js'
import type { User } from '@goauthentik/api/dist/models/User.js'
import { closestMatch } from 'leven'
import { needsPerson } from '../../../../scripts/index.ts'
import type { Access } from '../provider.ts'
import { createAccount, createPassword, findUser, readPassword } from './account.ts'
import { type Api, all } from './api.ts'
import { findApplication } from './client.ts'

/**
 * Sees to it. Where others have access already, or CI's account has more, a person decides: nothing is changed then.
 *
 * @returns what was done, and CI's app password.
 * @throws NeedsPerson naming what is in the way.
 */
export async function ensureAccess(
  api: Api,
  slug: string,
  access: Access,
): Promise<{ done: string; password: string }> {
  const { ciUser, ciGroup, adminGroup } = access
  const application = await theApplication(api, slug)
  const admins = await adminsOf(api, adminGroup)
  const known = { group: await findGroup(api, ciGroup), user: await findUser(api, ciUser) }
  const bindings = await bindingsOf(api, application)
  const inTheWay = [
    ...accountFaults(known.user, access),
    ...foreign(bindings, [known.group, admins]).map(
      (whom) => `${whom} may log in to the application ${slug}: remove that binding`,
    ),
  ]
  if (inTheWay.length > 0) {
    const lines = inTheWay.map((line) => `- ${line}`)
    needsPerson([`As an administrator of ${api.name}:`, ...lines, 'Then run this again.'].join('\n'))
  }
  const done: string[] = []
  const group = known.group ?? (await api.core.coreGroupsCreate({ groupRequest: { name: ciGroup } }))
  if (!known.group) done.push(`group ${ciGroup} made`)
  const account = known.user ? undefined : await createAccount(api, ciUser)
  const user = { username: ciUser, pk: known.user?.pk ?? account?.pk ?? 0 }
  if (account) done.push(`service account ${ciUser} made`)
  let password = account?.password ?? (await readPassword(api, ciUser))
  if (password === undefined) {
    await createPassword(api, user)
    password = await readPassword(api, ciUser)
    done.push(`app password of ${ciUser} made`)
  }
  if (!password) throw new Error(`${api.name} does not tell the app password of ${ciUser}`)
  done.push(...(await ensureMembership(api, { ...user, groups: known.user?.groups ?? [] }, group, admins)))
  done.push(...(await ensureBindings(api, application, bindings, [group, admins])))
  return {
    done:
      done.join('; ') ||
      `nothing to change: ${ciUser} is in ${ciGroup}, and only its members and those of ${adminGroup} may log in`,
    password,
  }
}

/**
 * Whom the application lets in, by its bindings.
 *
 * @throws Error when others than members of the two groups may log in, or members may not.
 */
export async function describeAccess(api: Api, slug: string, access: Access): Promise<string> {
  const application = await theApplication(api, slug)
  const groups = [await findGroup(api, access.ciGroup), await adminsOf(api, access.adminGroup)]
  const bindings = (await bindingsOf(api, application)).filter(({ enabled }) => enabled !== false)
  if (bindings.length === 0)
    throw new Error(`Everybody may log in to the application ${slug} of ${api.name}: it has no bindings`)
  const others = foreign(bindings, groups)
  if (others.length > 0)
    throw new Error(
      `${others.join(' and ')} may log in to the application ${slug} of ${api.name}: remove these bindings there, or look into why they were made`,
    )
  for (const name of [access.ciGroup, access.adminGroup]) {
    const group = groups.find((each) => each?.name === name)
    if (group && bindings.some((binding) => binding.group === group.pk)) continue
    throw new Error(
      `Members of ${name} may not log in to the application ${slug} of ${api.name}: it has no binding of that group`,
    )
  }
  if (application.policyEngineMode !== 'any') {
    throw new Error(
      `Nobody but members of both groups may log in to the application ${slug} of ${api.name}: its policy engine mode is ${application.policyEngineMode}, not any`,
    )
  }
  return `only members of ${access.ciGroup} and ${access.adminGroup} may log in to ${slug} (${api.name}, by its bindings)`
}

/** @throws Error naming the nearest group there is. */
export async function adminsOf(api: Api, name: string): Promise<Group> {
  const found = await findGroup(api, name)
  if (found) return found
  const groups = await all((page) => api.core.coreGroupsList({ includeUsers: false, ordering: 'name', ...page }))
  if (groups.length === 0)
    throw new Error(
      `${api.name} shows no groups at all to the token in AUTHENTIK_TOKEN: use a token of an administrator`,
    )
  const names = groups.map((group) => group.name)
  const nearest = closestMatch(name, names, { maxDistance: Math.max(2, Math.floor(name.length / 2)) })
  const hint = nearest === undefined ? '' : `Did you mean ${nearest}? `
  throw new Error(
    `${api.name} has no group ${name}. ${hint}Set ZOT_ADMIN_GROUP to the group of those who administer the registry, or make it there`,
  )
}

async function theApplication(api: Api, slug: string): Promise<Application> {
  const application = await findApplication(api, slug)
  if (application) return application
  throw new Error(`${api.name} has no application ${slug} yet: register-zot-oidc-client makes it`)
}

async function findGroup(api: Api, name: string): Promise<Group | undefined> {
  const { results } = await api.core.coreGroupsList({ name, includeUsers: false })
  return results.find((group) => group.name === name)
}

function bindingsOf(api: Api, application: Application): Promise<PolicyBinding[]> {
  return all((page) => api.policies.policiesBindingsList({ target: application.pk, ordering: 'order', ...page }))
}

/** What a person must see to before CI's account may be used. Membership among the administrators is mended without asking. */
function accountFaults(user: User | undefined, { ciUser, ciGroup, adminGroup }: Access): string[] {
  if (!user) return []
  const more = (user.groupsObj ?? []).map(({ name }) => name).filter((name) => ![ciGroup, adminGroup].includes(name))
  return [
    ...(user.isActive === false ? [`the user ${ciUser} is deactivated: activate it, or find out why it was`] : []),
    ...more.map(
      (name) =>
        `the user ${ciUser} is in the group ${name} too, and the registry would see it: take it out of that group`,
    ),
  ]
}

async function ensureMembership(
  api: Api,
  user: { username: string; pk: number; groups: string[] },
  group: Group,
  admins: Group,
): Promise<string[]> {
  const done: string[] = []
  if (!user.groups.includes(group.pk)) {
    await api.core.coreGroupsAddUserCreate({ groupUuid: group.pk, userAccountRequest: { pk: user.pk } })
    done.push(`${user.username} put into ${group.name}`)
  }
  if (user.groups.includes(admins.pk)) {
    await api.core.coreGroupsRemoveUserCreate({ groupUuid: admins.pk, userAccountRequest: { pk: user.pk } })
    done.push(`${user.username} taken out of ${admins.name}`)
  }
  return done
}

/** Bindings that let in somebody else, in words. One that is off lets nobody in. */
function foreign(bindings: PolicyBinding[], groups: (Group | undefined)[]): string[] {
  const ours = groups.map((group) => group?.pk)
  return bindings
    .filter(({ enabled, group, negate }) => enabled !== false && (negate || !group || !ours.includes(group)))
    .map(({ groupObj, userObj, policyObj, negate, pk }) => {
      const whom = groupObj
        ? `members of the group ${groupObj.name}`
        : userObj
          ? `the user ${userObj.username}`
          : `whoever the policy ${policyObj?.name ?? pk} admits`
      return negate ? `everybody but ${whom}` : whom
    })
}

async function ensureBindings(
  api: Api,
  application: Application,
  bindings: PolicyBinding[],
  groups: Group[],
): Promise<string[]> {
  const done: string[] = []
  for (const [order, group] of groups.entries()) {
    const bound = bindings.filter((binding) => binding.group === group.pk && !binding.negate)
    if (bound.some(({ enabled }) => enabled !== false)) continue
    const [off] = bound
    // authentik wants target and group with every change.
    const wanted = { target: application.pk, group: group.pk, enabled: true }
    if (off) {
      const patch = { policyBindingUuid: off.pk, patchedPolicyBindingRequest: wanted }
      await api.policies.policiesBindingsPartialUpdate(patch)
    } else await api.policies.policiesBindingsCreate({ policyBindingRequest: { ...wanted, order } })
    done.push(`members of ${group.name} may log in`)
  }
  // Last: while a second group is being bound, "all" lets nobody in, and "any" with strangers' bindings would have let them in.
  if (application.policyEngineMode !== 'any') {
    await api.core.coreApplicationsPartialUpdate({
      slug: application.slug,
      patchedApplicationRequest: { policyEngineMode: 'any' },
    })
    done.push(`the application ${application.slug} asks for any of its bindings`)
  }
  return done
}
