import { compileCondition } from '../access/condition.ts'
import { levelNames } from '../log.ts'
import { ConfigError } from './decode.ts'
import { compileGlob } from './glob.ts'
import type { AccessControl, Config, Policy } from './shape.ts'

/**
 * What zot itself refuses in a well-formed file, with the words it uses, and after that what this registry cannot do.
 * A misspelt action passes here as it does in zot: it grants nothing.
 */
export function checkConfig(config: Config): void {
  checkPort(config.http?.port)
  checkLog(config.log?.level)
  checkStorage(config)
  checkProviders(config)
  checkSync(config)
  checkExtensions(config)
  if (config.http?.accessControl) checkAccess(config, config.http.accessControl)
  refuseUnsupported(config)
}

function bad(message: string): never {
  throw new ConfigError(`bad config: ${message}`)
}

function checkPort(port: string | undefined): void {
  if (port !== undefined && port !== '' && !(/^\d+$/.test(port) && Number(port) <= 65535)) bad(`invalid port ${port}`)
}

function checkLog(level: string | undefined): void {
  if (level !== undefined && !levelNames.includes(level.toLowerCase())) bad(`unknown log level '${level}'`)
}

function checkStorage({ storage }: Config): void {
  if ((storage?.gcDelay ?? 0) < 0) bad('invalid garbage-collect delay specified')
  if ((storage?.gcInterval ?? 0) < 0) bad('invalid garbage-collect interval specified')
  if (storage?.gcTimeWindow && !isTimeWindow(storage.gcTimeWindow)) bad(`invalid gcTimeWindow ${storage.gcTimeWindow}`)
  if (storage?.redirectBlobURL) bad('redirectBlobURL needs remote storage')
}

/** "22:00-06:00": two different times of day. */
function isTimeWindow(text: string): boolean {
  const [from, to, ...more] = text
    .split('-')
    .map((time) => /^\s*0?(\d|1\d|2[0-3]):([0-5]\d)\s*$/.exec(time)?.slice(1).join(':'))
  return from !== undefined && to !== undefined && more.length === 0 && from !== to
}

function checkProviders(config: Config): void {
  for (const [name, provider] of config.http?.auth?.openid?.providers ?? []) {
    if (!['oidc', 'google', 'gitlab', 'github'].includes(name)) bad(`unsupported openid/oauth2 provider ${name}`)
    const complete = provider.clientid && (provider.issuer || name === 'github') && (provider.scopes ?? []).length > 0
    if (!complete) bad('OpenID provider config requires clientid, issuer and scopes parameters')
  }
}

function checkSync(config: Config): void {
  for (const registry of config.extensions?.sync?.registries ?? []) {
    if (registry.maxRetries !== undefined && registry.retryDelay === undefined)
      bad('retryDelay is required when using maxRetries')
    if (registry.maxRetryDelay !== undefined && registry.retryDelay === undefined)
      bad('retryDelay is required when using maxRetryDelay')
    if (registry.preserveDigest && (config.http?.compat ?? []).length === 0)
      bad('can not use PreserveDigest option without enabling http.Compat')
    for (const content of registry.content ?? []) {
      if (!compileGlob(content.prefix ?? '')) bad(`sync prefix could not be compiled: ${content.prefix}`)
      for (const regex of [content.tags?.regex, content.tags?.excludeRegex])
        if (regex !== undefined && !compiles(regex)) bad(`sync content regex could not be compiled: ${regex}`)
    }
  }
}

function checkExtensions(config: Config): void {
  const { search, ui } = config.extensions ?? {}
  if (ui && ui.enable !== false && (!search || search.enable === false))
    bad('failed to enable ui, search extension must be enabled')
  const path = config.extensions?.metrics?.prometheus?.path
  if (path !== undefined && !/^\/[^/]+(\/[^/]+)*$/.test(path)) bad(`invalid metrics path ${path}`)
  if (path === '/v2') bad('metrics path /v2 is not allowed')
}

function checkAccess(config: Config, access: AccessControl): void {
  if (!hasAuthentication(config) && !onlyAnonymous(access))
    bad(
      "access control config requires one of htpasswd, ldap, openid or mTLS authentication or using only 'anonymousPolicy' policies",
    )
  const policies: Policy[] = [...(access.repositories?.values() ?? [])].flatMap((group) => group.policies ?? [])
  if (access.adminPolicy) policies.push(access.adminPolicy)
  for (const condition of policies.flatMap((policy) => policy.conditions ?? []))
    compileCondition(condition.expression ?? '')
  for (const pattern of access.repositories?.keys() ?? [])
    if (!compileGlob(pattern))
      throw new ConfigError(
        `syntax error in pattern: failed to compile authorization pattern ${JSON.stringify(pattern)}`,
      )
}

/** Whether any way to say who one is has been configured. */
export function hasAuthentication(config: Config): boolean {
  const auth = config.http?.auth
  return Boolean(
    auth && ((auth.openid?.providers?.size ?? 0) > 0 || auth.apikey || auth.htpasswd?.path || auth.ldap || auth.mtls),
  )
}

/** Whether this is an https registry. With a certificate or a key alone zot is silently none. */
export function hasTls(config: Config): boolean {
  return Boolean(config.http?.tls?.cert && config.http.tls.key)
}

/** Whether the rules speak of nobody but the anonymous. */
export function onlyAnonymous(access: AccessControl): boolean {
  const groups = [...(access.repositories?.values() ?? [])]
  const named = (policy: Policy) => (policy.actions ?? []).length + (policy.users ?? []).length > 0
  if (access.adminPolicy && named(access.adminPolicy)) return false
  if (groups.some((group) => (group.defaultPolicy ?? []).length > 0 || (group.policies ?? []).some(named))) return false
  const metrics = (access.metrics?.anonymousPolicy ?? []).length > 0 && (access.metrics?.users ?? []).length === 0
  return groups.some((group) => (group.anonymousPolicy ?? []).length > 0) || (groups.length === 0 && metrics)
}

/** Fails closed on what a real zot would do and this registry would silently leave out. */
function refuseUnsupported(config: Config): void {
  const auth = config.http?.auth
  const providers = [...(auth?.openid?.providers?.keys() ?? [])]
  const syncs = config.extensions?.sync?.registries ?? []
  const asked: [unknown, string][] = [
    [auth?.htpasswd?.path, 'http.auth.htpasswd'],
    [auth?.ldap, 'http.auth.ldap'],
    [auth?.bearer, 'http.auth.bearer'],
    [auth?.mtls ?? config.http?.tls?.cacert, 'client certificates (http.auth.mtls, http.tls.cacert)'],
    [auth?.sessionDriver, 'http.auth.sessionDriver'],
    [providers.some((name) => name !== 'oidc'), 'an OpenID provider other than "oidc"'],
    [[...(auth?.openid?.providers?.values() ?? [])].some((one) => one.keypath), 'openid keypath'],
    [config.http?.ratelimit, 'http.ratelimit'],
    [config.storage?.storageDriver ?? config.storage?.cacheDriver, 'remote storage'],
    [config.storage?.subPaths, 'storage.subPaths'],
    [config.storage?.retention, 'storage.retention'],
    [config.cluster, 'cluster'],
    [
      config.extensions?.trust ?? config.extensions?.lint ?? config.extensions?.events,
      'extensions trust, lint, events',
    ],
    [syncs.some((one) => (one.pollInterval ?? 0) > 0), 'sync pollInterval'],
    [syncs.some((one) => one.onlySigned), 'sync onlySigned'],
    [syncs.some((one) => one.credentialHelper || one.oauth2CredentialHelper), 'sync credential helpers'],
    [syncs.some((one) => one.certDir), 'sync certDir'],
    [config.extensions?.sync?.credentialsFile, 'sync credentialsFile'],
  ]
  const refused = asked.filter(([value]) => Boolean(value)).map(([, name]) => name)
  if (refused.length > 0)
    bad(
      `this stand-in does not do ${refused.join('; ')}. Use a real zot for that (set ZOT_BIN), or take it out of the config`,
    )
}

function compiles(regex: string): boolean {
  try {
    new RegExp(regex)
    return true
  } catch {
    return false
  }
}
