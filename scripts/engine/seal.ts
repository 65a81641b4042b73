/**
 * Seals what travels: encrypted and authenticated (AES-256-GCM) with keys derived (HKDF-SHA-256) from the operator's. Whoever
 * does not have that key can neither read, nor make, nor change, nor send again what is sealed without being noticed.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { exit, Refusal } from '../core/exit.ts'

/** What a seal is for: what was sealed for one is no good for another. */
export type Purpose = 'job' | 'mail' | 'presence'

/** What was sealed: by whom, and as the how manyeth of that purpose. */
export interface Opened {
  from: string
  count: number
  plain: Buffer
}

/** The form of what is sealed, and of what is said in it. Others are refused: runner and worker must be of one kind. */
const version = 2
/** Bytes of the parts, in order: version, address of the sender, count. The sealed text and the tag follow. */
const sizes = { version: 1, address: 16, count: 6, tag: 16 }
const head = sizes.version + sizes.address + sizes.count

/** Characters that a key must have: those of 24 random bytes in base64. */
const shortest = 32

/** How many derived keys are kept. */
const most = 10_000

/** The key of the environment. @throws Refusal when there is none that is long enough. */
export function keyOf(env: Readonly<Record<string, string | undefined>>): string {
  const key = env.MIKADO_KEY ?? ''
  if (key.length >= shortest) return key
  const why = key === '' ? 'is not set' : `is shorter than ${shortest} characters`
  throw new Refusal(
    exit.missing,
    `MIKADO_KEY ${why}: cards go to other machines sealed with it, or not at all`,
    'Make one with `openssl rand -base64 32`, and set it for the run and for each worker; keep it out of the repository.',
  )
}

export class Seal {
  /** Random, new in each process: so no key is ever used twice with the same count. */
  readonly address = randomBytes(sizes.address).toString('hex')
  readonly #secret: string
  readonly #keys = new Map<string, Buffer>()
  readonly #counts = new Map<Purpose, number>()

  constructor(secret: string) {
    this.#secret = secret
  }

  /** `bound`: what it is only good together with, such as who it is for. */
  seal(purpose: Purpose, bound: string, plain: Buffer): Buffer {
    const count = (this.#counts.get(purpose) ?? 0) + 1
    this.#counts.set(purpose, count)
    const front = Buffer.alloc(head)
    front[0] = version
    front.write(this.address, sizes.version, 'hex')
    front.writeUIntBE(count, sizes.version + sizes.address, sizes.count)
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(purpose, this.address), nonceOf(front))
    cipher.setAAD(Buffer.concat([front, Buffer.from(bound)]))
    return Buffer.concat([front, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  /** Null: it was not made with our key for this purpose and this bond, or was changed since. */
  open(purpose: Purpose, bound: string, sealed: Buffer): Opened | null {
    if (sealed.length < head + sizes.tag || sealed[0] !== version) return null
    const front = sealed.subarray(0, head)
    const from = front.toString('hex', sizes.version, sizes.version + sizes.address)
    const decipher = createDecipheriv('aes-256-gcm', this.#keyOf(purpose, from), nonceOf(front))
    decipher.setAAD(Buffer.concat([front, Buffer.from(bound)]))
    decipher.setAuthTag(sealed.subarray(-sizes.tag))
    try {
      const plain = Buffer.concat([decipher.update(sealed.subarray(head, -sizes.tag)), decipher.final()])
      return { from, count: front.readUIntBE(sizes.version + sizes.address, sizes.count), plain }
    } catch {
      return null
    }
  }

  #keyOf(purpose: Purpose, from: string): Buffer {
    const name = `${purpose} ${from}`
    const known = this.#keys.get(name)
    if (known) return known
    const key = Buffer.from(hkdfSync('sha256', this.#secret, Buffer.from(from, 'hex'), `mikado ${purpose}`, 32))
    if (this.#keys.size >= most) this.#keys.clear()
    this.#keys.set(name, key)
    return key
  }
}

/** The count, in the 12 bytes that GCM takes. */
function nonceOf(front: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(12 - sizes.count), front.subarray(-sizes.count)])
}
