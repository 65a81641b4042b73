import { readFileSync } from 'node:fs'
import { ConfigError } from './decode.ts'

/** What the file of an OpenID provider's `credentialsFile` holds. */
export interface ClientCredentials {
  clientId: string
  clientSecret: string
}

/** Keys that sign and encrypt cookies; without a file they are made anew at every start. */
export interface SessionKeys {
  hashKey: string
  encryptKey: string
}

/** Reads `{"clientid", "clientsecret"}`: both, and nothing else. */
export function readClientCredentials(path: string): ClientCredentials {
  const found = readSecretFile(path, ['clientid', 'clientsecret'])
  const missing = ['clientid', 'clientsecret'].filter((key) => !found.has(key))
  if (missing.length > 0) throw new ConfigError(`failed to load secret file ${path} due to unset keys: ${missing}`)
  return { clientId: found.get('clientid') ?? '', clientSecret: found.get('clientsecret') ?? '' }
}

/** Reads `{"hashKey", "encryptKey"}`, the second optional. */
export function readSessionKeys(path: string): SessionKeys {
  try {
    const found = readSecretFile(path, ['hashkey', 'encryptkey'])
    return { hashKey: found.get('hashkey') ?? '', encryptKey: found.get('encryptkey') ?? '' }
  } catch (error) {
    throw new ConfigError(`failed to read sessionKeysFile: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Error messages name keys and paths, never values. */
function readSecretFile(path: string, known: string[]): Map<string, string> {
  const value = parseJsonFile(path)
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const found = new Map<string, string>()
  const unknown: string[] = []
  for (const [key, entry] of entries) {
    const name = key.toLowerCase()
    if (!known.includes(name)) unknown.push(name)
    else if (typeof entry === 'string') found.set(name, entry)
    else throw new ConfigError(`${path}: ${name} must be a string`)
  }
  if (found.size === 0)
    throw new ConfigError(`failed to load secret file ${path} due to the absence of any key:value pair`)
  if (unknown.length > 0) throw new ConfigError(`failed to load secret file ${path} due to unknown keys: ${unknown}`)
  return found
}

/** The JSON of a file; a missing, truncated or malformed one is a `ConfigError` without its content. */
export function parseJsonFile(path: string): unknown {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    throw new ConfigError(`open ${path}: ${code === 'ENOENT' ? 'no such file or directory' : String(code)}`)
  }
  try {
    return JSON.parse(content)
  } catch {
    const end = content.trim() === '' || !/[}\]]\s*$/.test(content)
    throw new ConfigError(`${path}: ${end ? 'unexpected end of JSON input' : 'invalid JSON'}`)
  }
}
