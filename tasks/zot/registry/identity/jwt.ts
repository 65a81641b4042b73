import { constants, createPublicKey, type JsonWebKeyInput, verify } from 'node:crypto'

export type Claims = Record<string, unknown>
export type Key = JsonWebKeyInput['key'] & { kid?: string; use?: string; alg?: string }

const hashes: Record<string, string | undefined> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  PS256: 'sha256',
  PS384: 'sha384',
  PS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
}

/** The key id that a token says it was signed with. */
export function keyIdOf(token: string): string | undefined {
  const kid = part(token, 0).kid
  return typeof kid === 'string' ? kid : undefined
}

/**
 * Checks signature, issuer, audience and times of an ID token and answers its claims. Throws an `Error` that says what
 * does not hold; the token itself is never in it.
 */
export function verifyIdToken(token: string, keys: Key[], expected: { issuer: string; audience: string }): Claims {
  const header = part(token, 0)
  const [head = '', body = '', signature = ''] = token.split('.')
  const data = Buffer.from(`${head}.${body}`)
  const candidates = keys.filter((key) => header.kid === undefined || key.kid === undefined || key.kid === header.kid)
  const algorithm = String(header.alg)
  if (!candidates.some((key) => signed(algorithm, key, data, Buffer.from(signature, 'base64url'))))
    throw new Error('the ID token is not signed by a key of the provider')
  const claims = part(token, 1)
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  const now = Date.now() / 1000
  if (claims.iss !== expected.issuer) throw new Error('issuer does not match')
  if (!audience.includes(expected.audience)) throw new Error('audience is not this client')
  if (typeof claims.exp !== 'number' || claims.exp < now) throw new Error('the ID token has expired')
  if (typeof claims.iat === 'number' && claims.iat > now + 5) throw new Error('the ID token was issued in the future')
  return claims
}

/** Fails closed on an algorithm that is not asymmetric and known. */
function signed(algorithm: string, key: Key, data: Buffer, signature: Buffer): boolean {
  const hash = hashes[algorithm]
  if (hash === undefined && algorithm !== 'EdDSA') return false
  try {
    const publicKey = createPublicKey({ key, format: 'jwk' })
    const family = { R: 'rsa', P: 'rsa', E: 'ec' }[algorithm.charAt(0)]
    if (hash !== undefined && publicKey.asymmetricKeyType !== family) return false
    if (algorithm.startsWith('PS'))
      return verify(hash, data, { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING }, signature)
    if (algorithm.startsWith('ES')) return verify(hash, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)
    return verify(hash ?? null, data, publicKey, signature)
  } catch {
    return false
  }
}

function part(token: string, at: number): Claims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString('utf8')) as Claims
  } catch {
    throw new Error('not a JSON web token')
  }
}
