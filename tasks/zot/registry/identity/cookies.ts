import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { SessionKeys } from '../config/secrets.ts'

export interface CookieOptions {
  path?: string
  /** Seconds; 0 clears the cookie. */
  maxAge?: number
  /** Tells the end as a date: beside `maxAge`, or alone, and then it is over. */
  dated?: boolean
  httpOnly?: boolean
  secure?: boolean
  sameSite?: 'Lax'
}

/** The cookies of a request. */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && !cookies.has(part.slice(0, at).trim()))
      cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim())
  }
  return cookies
}

/** A `Set-Cookie` line. */
export function setCookie(name: string, value: string, options: CookieOptions): string {
  const parts = [`${name}=${value}`, `Path=${options.path ?? '/'}`]
  if (options.dated)
    parts.push(`Expires=${new Date(options.maxAge ? Date.now() + options.maxAge * 1000 : 1000).toUTCString()}`)
  if (options.maxAge !== undefined) parts.push(`Max-Age=${options.maxAge}`)
  if (options.httpOnly) parts.push('HttpOnly')
  if (options.secure) parts.push('Secure')
  if (options.sameSite) parts.push(`SameSite=${options.sameSite}`)
  return parts.join('; ')
}

/** Cookie values that only this registry can make: signed, and encrypted when there is a key for it. */
export class Seal {
  /** As in zot, an encryption key of the wrong length lets the registry start and makes every login fail. */
  readonly isUsable: boolean
  private readonly hashKey: string
  private readonly encryptKey: Buffer | undefined

  constructor(keys: SessionKeys) {
    this.isUsable = [0, 16, 24, 32].includes(Buffer.byteLength(keys.encryptKey))
    this.hashKey = keys.hashKey
    this.encryptKey = keys.encryptKey === '' ? undefined : createHash('sha256').update(keys.encryptKey).digest()
  }

  /** Seals a text for one cookie name, good for `seconds`. */
  close(name: string, value: string, seconds: number): string {
    const payload = JSON.stringify([Math.floor(Date.now() / 1000) + seconds, value])
    const body = (this.encryptKey ? encrypt(this.encryptKey, payload) : Buffer.from(payload)).toString('base64url')
    return `${body}.${this.sign(name, body)}`
  }

  /** The text, or undefined when the seal is broken, of another cookie or too old. */
  open(name: string, sealed: string | undefined): string | undefined {
    const [body = '', signature = ''] = (sealed ?? '').split('.')
    const expected = Buffer.from(this.sign(name, body))
    const given = Buffer.from(signature)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    try {
      const bytes = Buffer.from(body, 'base64url')
      const payload = this.encryptKey ? decrypt(this.encryptKey, bytes) : bytes.toString('utf8')
      const [until, value] = JSON.parse(payload) as [number, string]
      return until >= Date.now() / 1000 ? value : undefined
    } catch {
      return undefined
    }
  }

  private sign(name: string, body: string): string {
    return createHmac('sha256', this.hashKey).update(`${name}|${body}`).digest('base64url')
  }
}

function encrypt(key: Buffer, text: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

function decrypt(key: Buffer, bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}
