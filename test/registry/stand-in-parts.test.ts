import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { compileCondition } from '../../tasks/zot/registry/access/condition.ts'
import { parseDuration } from '../../tasks/zot/registry/config/duration.ts'
import { compileGlob } from '../../tasks/zot/registry/config/glob.ts'
import { type Key, verifyIdToken } from '../../tasks/zot/registry/identity/jwt.ts'
import { sourceOf, takesTag } from '../../tasks/zot/registry/sync/rules.ts'

describe('patterns', () => {
  test.each([
    ['**', 'a/b/c', true],
    ['mirror/**', 'mirror/a/b', true],
    ['mirror/**', 'mirror', true],
    ['mirror/**', 'mirrors', false],
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/**/z', 'a/z', true],
    ['a/**/z', 'a/b/c/z', true],
    ['**/z', 'z', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['{one,two}/x', 'two/x', true],
    ['a[b-d]e', 'ace', true],
    ['a[!b-d]e', 'ace', false],
    ['a.c', 'abc', false],
    ['a\\*', 'a*', true],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(compileGlob(pattern)?.test(name)).toBe(matches)
  })

  test.each(['[', '{a', 'a\\'])('%s is malformed', (pattern) => {
    expect(compileGlob(pattern)).toBeUndefined()
  })
})

describe('conditions', () => {
  const request = {
    action: 'update',
    tag: 'main-7',
    user: { username: 'ci', groups: ['a', 'b'] },
    auth: { anonymous: false },
  }
  test.each([
    ["req.tag == 'latest' || req.tag.startsWith('main-')", true],
    ["!(req.tag == 'main-7') && true", false],
    ["req.tag.matches('^main-[0-9]+$')", true],
    ["'b' in req.user.groups && !req.auth.anonymous", true],
    ["req.user.username in ['dev', 'boss']", false],
    ['size(req.tag) > 5 && req.tag.size() <= 6', true],
    ["req.user.nothing == 'x' || req.tag == 'main-7'", true],
    ["req.tag == 'it\\'s'", false],
  ])('%s: %s', (expression, outcome) => {
    expect(compileCondition(expression)(request)).toBe(outcome)
  })

  test.each([
    "req.client.ip == '10.0.0.1'",
    'req.tag ==',
    "req.tag.foo('x')",
    'req.tag ~ 1',
    "timestamp('x')",
    "'a' 'b'",
  ])('%s is refused when the config is read', (expression) => {
    expect(() => compileCondition(expression)).toThrow(/condition/)
  })
})

test('durations are in Go’s notation', () => {
  const read = ['1h30m', '500ms', '0', '1.5s', '-2m', '5', 'soon', '', '1 h'].map(parseDuration)
  expect(read).toEqual([5_400_000, 500, 0, 1500, -120_000, undefined, undefined, undefined, undefined])
})

test('content rules name the upstream repository', () => {
  const rule = (prefix: string, destination: string, stripPrefix = false) => [
    { prefix, destination, stripPrefix, tags: undefined },
  ]
  expect(sourceOf(rule('**', '/mirror'), 'mirror/a/b')?.name).toBe('a/b')
  expect(sourceOf(rule('**', '/mirror'), 'mirror')).toBeUndefined()
  expect(sourceOf(rule('**', '/mirror'), 'other/a')).toBeUndefined()
  expect(sourceOf(rule('library/*', '/hub', true), 'hub/alpine')?.name).toBe('library/alpine')
  expect(sourceOf(rule('library/*', '/hub'), 'hub/library/alpine')?.name).toBe('library/alpine')
  expect(sourceOf(rule('library/*', '/'), 'library/alpine')?.name).toBe('library/alpine')
  expect(sourceOf([], 'any/thing')?.name).toBe('any/thing')
  const tags = { regex: '^v', excludeRegex: 'rc', semver: true }
  const content = { prefix: '**', destination: undefined, stripPrefix: undefined, tags }
  expect(['v1.2.3', 'v1.2.3-rc1', '1.2.3', 'vnext'].map((tag) => takesTag(content, tag))).toEqual([
    true,
    false,
    false,
    false,
  ])
})

describe('ID tokens', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ed = generateKeyPairSync('ed25519')
  const keys = [rsa, ec, ed].map((pair, at) => ({
    ...pair.publicKey.export({ format: 'jwk' }),
    kid: String(at),
  })) as Key[]
  const expected = { issuer: 'http://issuer', audience: 'zot' }
  const good = { iss: 'http://issuer', aud: ['zot'], exp: Date.now() / 1000 + 60, iat: Date.now() / 1000, sub: 'x' }
  const token = (header: object, claims: object, signer: (data: Buffer) => Buffer) => {
    const data = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${data}.${signer(Buffer.from(data)).toString('base64url')}`
  }
  const byRsa = (data: Buffer) => sign('sha256', data, rsa.privateKey)

  test('are accepted from every kind of key', () => {
    const tokens = [
      token({ alg: 'RS256', kid: '0' }, good, byRsa),
      token({ alg: 'ES256', kid: '1' }, good, (data) =>
        sign('sha256', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
      ),
      token({ alg: 'EdDSA', kid: '2' }, good, (data) => sign(null, data, ed.privateKey)),
    ]
    for (const one of tokens) expect(verifyIdToken(one, keys, expected).sub).toBe('x')
  })

  test.each([
    ['another signer', { alg: 'RS256', kid: '1' }, good],
    ['no signature at all', { alg: 'none' }, good],
    ['the public key as a password', { alg: 'HS256', kid: '0' }, good],
    ['another issuer', { alg: 'RS256', kid: '0' }, { ...good, iss: 'http://issuer/' }],
    ['another audience', { alg: 'RS256', kid: '0' }, { ...good, aud: 'other' }],
    ['an old token', { alg: 'RS256', kid: '0' }, { ...good, exp: Date.now() / 1000 - 1 }],
    ['a token of tomorrow', { alg: 'RS256', kid: '0' }, { ...good, iat: Date.now() / 1000 + 86_400 }],
  ])('are refused: %s', (_, header, claims) => {
    const signer = header.alg === 'none' ? () => Buffer.alloc(0) : byRsa
    expect(() => verifyIdToken(token(header, claims, signer), keys, expected)).toThrow()
  })
})
