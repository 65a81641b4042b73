import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { JWK } from 'oidc-provider'
import { isObject, readJsonObject, writePrivateJson } from '../files.ts'

/** What the supervisor decides about the provider, kept in `settings.json` beside the provider's other files (0600). */
export interface ProviderSettings {
  port: number
  /** The initial access token that dynamic client registration asks for. */
  registrationToken: string
  /** The bearer token of the admin API. */
  adminToken: string
}

export interface ProviderKeys {
  jwks: { keys: JWK[] }
  cookies: string[]
}

/** A fresh secret: 256 bits, safe in URLs and headers. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function issuerOf(port: number): string {
  return `http://127.0.0.1:${port}`
}

export function readSettings(dir: string): ProviderSettings | undefined {
  const value = readJsonObject(join(dir, 'settings.json'))
  if (!value) return undefined
  const { port, registrationToken, adminToken } = value
  if (typeof port !== 'number' || typeof registrationToken !== 'string' || typeof adminToken !== 'string') {
    throw new Error(`${join(dir, 'settings.json')} lacks port, registrationToken or adminToken`)
  }
  return { port, registrationToken, adminToken }
}

export function writeSettings(dir: string, settings: ProviderSettings): void {
  writePrivateJson(join(dir, 'settings.json'), settings)
}

/** Signing and cookie keys: made once, so that tokens and logins outlive the process. */
export function keepKeys(dir: string): ProviderKeys {
  const file = join(dir, 'keys.json')
  const kept = readJsonObject(file)
  if (kept && isObject(kept.jwks) && Array.isArray(kept.cookies)) return kept as unknown as ProviderKeys
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: randomUUID() } as JWK
  const keys = { jwks: { keys: [jwk] }, cookies: [newSecret()] }
  writePrivateJson(file, keys)
  return keys
}
