/** How the API shows what the stub holds: every field that authentik's schema requires, in all known versions. */
import { createHash } from 'node:crypto'
import type { Application, Binding, Certificate, Fields, Group, Provider, State, Token, User } from './state.ts'

const LONG_AGO = '2026-01-01T00:00:00Z'

export function showUser(state: State, user: User): Fields {
  const groups = state.groupsOf(user)
  return {
    ...showPartialUser(user),
    date_joined: LONG_AGO,
    is_superuser: false,
    groups: groups.map(({ pk }) => pk),
    groups_obj: groups.map(showPartialGroup),
    roles: [],
    roles_obj: [],
    avatar: '/static/dist/assets/images/user_default.png',
    path: 'users',
    type: user.type,
    uuid: user.uuid,
    password_change_date: LONG_AGO,
    last_updated: LONG_AGO,
  }
}

function showPartialUser({ pk, username, isActive }: User): Fields {
  const email = `${username}@stub.test`
  return { pk, username, name: username, is_active: isActive, last_login: null, email, attributes: {}, uid: uidOf(pk) }
}

/** The subject of its tokens, with `sub_mode` hashed_user_id. */
export function uidOf(pk: number): string {
  return createHash('sha256').update(`${pk} of the stub`).digest('hex')
}

export function showPartialGroup({ pk, numPk, name }: Group): Fields {
  return { pk, num_pk: numPk, name, is_superuser: false, parent: null, parent_name: null, attributes: {} }
}

export function showGroup(group: Group): Fields {
  return {
    ...showPartialGroup(group),
    parents: [],
    parents_obj: null,
    users: [...group.members],
    users_obj: null,
    roles: [],
    roles_obj: [],
    inherited_roles_obj: null,
    children: [],
    children_obj: null,
  }
}

export function showFlow({ pk, slug, designation }: { pk: string; slug: string; designation: string }): Fields {
  return {
    pk,
    policybindingmodel_ptr_id: pk,
    name: slug,
    slug,
    title: slug,
    designation,
    background: '',
    background_url: '',
    background_themed_urls: null,
    stages: [],
    policies: [],
    cache_count: 0,
    export_url: `/api/v3/flows/instances/${slug}/export/`,
  }
}

export function showMapping({ pk, scope, name, managed }: State['mappings'][number]): Fields {
  const kind = {
    component: '',
    verbose_name: 'Scope Mapping',
    verbose_name_plural: 'Scope Mappings',
    meta_model_name: '',
  }
  return { pk, managed, name, expression: 'return {}', scope_name: scope, description: '', ...kind }
}

export function showCertificate({ pk, name }: Certificate): Fields {
  const downloads = { certificate_download_url: '/', private_key_download_url: '/', private_key_available: true }
  const fingerprints = { fingerprint_sha256: null, fingerprint_sha1: null, cert_expiry: null, cert_subject: null }
  const managed = name.includes('Internal') ? 'goauthentik.io/crypto/jwt-managed' : null
  return { pk, name, ...fingerprints, ...downloads, private_key_type: 'rsa', key_type: 'rsa', managed }
}

export function showProvider(state: State, provider: Provider): Fields {
  const application = state.applications.find((each) => each.provider === provider.pk)
  const { grant_types, redirect_uris, ...fields } = provider
  const before = state.version < '2026.5'
  return {
    ...fields,
    ...(before ? {} : { grant_types }),
    redirect_uris: redirect_uris.map(({ matching_mode, url, redirect_uri_type = 'authorization' }) =>
      before ? { matching_mode, url } : { matching_mode, url, redirect_uri_type },
    ),
    component: 'ak-provider-oauth2-form',
    // Null only since 2025.12.
    assigned_application_slug: application?.slug ?? (state.version < '2025.12' ? '' : null),
    assigned_application_name: application?.name ?? (state.version < '2025.12' ? '' : null),
    assigned_backchannel_application_slug: state.version < '2025.12' ? '' : null,
    assigned_backchannel_application_name: state.version < '2025.12' ? '' : null,
    verbose_name: 'OAuth2/OpenID Provider',
    verbose_name_plural: 'OAuth2/OpenID Providers',
    meta_model_name: 'authentik_providers_oauth2.oauth2provider',
  }
}

export function showApplication(state: State, application: Application): Fields {
  const provider = state.providers.find(({ pk }) => pk === application.provider)
  return {
    ...application,
    ...(state.version < '2026.8' ? {} : { pbm_uuid: application.pk }),
    provider_obj: provider ? showProvider(state, provider) : null,
    backchannel_providers: [],
    backchannel_providers_obj: [],
    launch_url: null,
    ...(state.version < '2025.12'
      ? { meta_icon: null }
      : { meta_icon: '', meta_icon_url: null, meta_icon_themed_urls: null }),
  }
}

export function showToken(state: State, { pk, identifier, intent, user, expiring, description }: Token): Fields {
  const owner = state.users.find((each) => each.pk === user)
  return {
    pk,
    managed: null,
    identifier,
    intent,
    user,
    user_obj: owner && showUser(state, owner),
    description,
    expires: null,
    expiring,
  }
}

export function showBinding(state: State, binding: Binding): Fields {
  const group = state.groups.find(({ pk }) => pk === binding.group)
  const user = state.users.find(({ pk }) => pk === binding.user)
  const policy = state.policies.find(({ pk }) => pk === binding.policy)
  const kind = {
    component: '',
    verbose_name: 'Expression Policy',
    verbose_name_plural: '',
    meta_model_name: '',
    bound_to: 1,
  }
  return {
    ...binding,
    group_obj: group ? showPartialGroup(group) : null,
    user_obj: user ? showPartialUser(user) : null,
    policy_obj: policy ? { pk: policy.pk, name: policy.name, ...kind } : null,
    ...(state.version < '2026.8' ? {} : { expiring: false, expires: null }),
  }
}
