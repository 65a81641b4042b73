import { randomBytes } from 'node:crypto'
import { checkConfig } from './checks.ts'
import { ConfigError } from './decode.ts'
import { parseJsonFile, readClientCredentials, readSessionKeys, type SessionKeys } from './secrets.ts'
import { type Config, configFile } from './shape.ts'

/** A config that passed every check, with its secret files read. */
export interface Loaded {
  config: Config
  sessionKeys: SessionKeys
}

/**
 * Reads and checks a config file. Throws `ConfigError` for whatever zot would refuse, and for what this registry
 * cannot do. The identity provider is not asked here: as with `zot verify`, a valid file may still fail to start.
 */
export function loadConfig(path: string): Loaded {
  const parsed = withoutEmptyGroups(parseJsonFile(path))
  if (parsed === undefined) throw new ConfigError('failed to load config due to the absence of any key:value pair')
  const config = configFile(parsed, '')
  const auth = config.http?.auth
  for (const provider of auth?.openid?.providers?.values() ?? []) {
    if (!provider.credentialsFile) continue
    const credentials = readClientCredentials(provider.credentialsFile)
    provider.clientid = credentials.clientId
    provider.clientsecret = credentials.clientSecret
  }
  const sessionKeys: SessionKeys = auth?.sessionKeysFile
    ? readSessionKeys(auth.sessionKeysFile)
    : { hashKey: randomBytes(32).toString('hex'), encryptKey: '' }
  // API keys are how an OpenID user reaches the data: zot turns them on with openid, whatever the file says.
  if (auth?.openid) auth.apikey = true
  checkConfig(config)
  return { config, sessionKeys }
}

const switchedOnByName = ['metrics', 'search', 'scrub', 'trust', 'ui']

/**
 * zot never sees `null`, or an object without keys, at any depth: `"accessControl": {}` is no access control at all, and even an
 * unknown name goes through. The exception: extensions that are only named count when there is nothing else in there.
 */
function withoutEmptyGroups(value: unknown): unknown {
  const pruned = prune(value)
  const named = Object.keys(child(value, 'extensions') ?? {}).filter((name) =>
    switchedOnByName.includes(name.toLowerCase()),
  )
  if (!isGroup(pruned) || child(pruned, 'extensions') !== undefined || named.length === 0) return pruned
  return { ...pruned, extensions: Object.fromEntries(named.map((name) => [name, {}])) }
}

function prune(value: unknown): unknown {
  if (!isGroup(value)) return value ?? undefined
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => [key, prune(entry)])
  const kept = entries.filter(([, entry]) => entry !== undefined)
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

function child(value: unknown, name: string): object | undefined {
  const found = isGroup(value) ? Object.entries(value).find(([key]) => key.toLowerCase() === name)?.[1] : undefined
  return isGroup(found) ? found : undefined
}

function isGroup(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
