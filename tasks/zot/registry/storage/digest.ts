import { createHash, type Hash } from 'node:crypto'

const lengths: Record<string, number> = { sha256: 64, sha512: 128 }

/** "sha256:<64 hex>" or "sha512:<128 hex>", split; undefined when the text is no such digest. */
export function parseDigest(text: string): { algorithm: string; hex: string } | undefined {
  const match = /^(sha256|sha512):([0-9a-f]+)$/.exec(text)
  if (!match?.[1] || match[2]?.length !== lengths[match[1]]) return undefined
  return { algorithm: match[1], hex: match[2] ?? '' }
}

/** The digest of some bytes. */
export function digestOf(bytes: Buffer | string, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`
}

/** A running hash for the algorithm of an expected digest. */
export function hasherFor(digest: string): Hash {
  return createHash(parseDigest(digest)?.algorithm ?? 'sha256')
}
