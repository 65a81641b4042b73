import type { Log } from '../log.ts'
import type { Claims } from './jwt.ts'
import type { LoginClaims } from './provider.ts'

export interface ClaimNames {
  username: string | undefined
  groups: string | undefined
}

/**
 * Who has logged in. As in zot, a missing username claim falls back to the email without a word to the user; only the
 * log tells. Undefined when there is neither. Groups come from userinfo and ID token together.
 */
export function identify(
  claims: LoginClaims,
  names: ClaimNames,
  log: Log,
): { name: string; groups: string[] } | undefined {
  const wanted = names.username || 'email'
  let name = textClaim(claims.userinfo, wanted)
  if (name === '' && wanted !== 'email') {
    log('warn', 'configured username claim missing or empty, falling back to "email" claim', { claim: wanted })
    name = textClaim(claims.userinfo, 'email')
  }
  if (name === '') return undefined
  const claim = names.groups || 'groups'
  return { name, groups: [...groupsIn(claims.userinfo, claim), ...groupsIn(claims.idToken, claim)] }
}

function textClaim(claims: Claims, name: string): string {
  const value = claims[name]
  return typeof value === 'string' ? value : ''
}

function groupsIn(claims: Claims, name: string): string[] {
  const value = claims[name]
  const list = Array.isArray(value) ? value : [value]
  return list.filter((entry) => typeof entry === 'string' && entry !== '')
}
