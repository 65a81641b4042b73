import { asUi, Browser } from './browser.ts'
import type { Hardened } from './hardened.ts'
import { basic, type Headers, image, media, putBlob, putManifest, sha256 } from './images.ts'

/** Every answer of one registry to the same questions in the same order, without what differs from run to run. */
export async function answersOf(registry: Hardened): Promise<Record<string, string[]>> {
  const answers: Record<string, string[]> = {}
  const ask = async (label: string, asked: Response | Promise<Response>) => {
    const response = await asked
    const text = await response.text()
    const heads = [...response.headers]
      .filter(([name, value]) => !noise.test(name) && !/^text\/(html|plain; version)/.test(value))
      .map((pair) => pair.join(': '))
    const lines = [String(response.status), ...heads.sort(), response.status === 206 ? text : withoutDetails(text)]
    answers[`${Object.keys(answers).length}: ${label}`] = lines.map((line) => steady(line, registry))
    return response
  }
  const send = (method: string, path: string, headers: Headers = {}, body?: string) =>
    fetch(`${registry.url}${path}`, { method, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) })
  const tell = (method: string, path: string, headers?: Headers, body?: string) =>
    ask(`${method} ${path} ${body ?? ''}`, send(method, path, headers, body))
  const [ci, boss, dev] = [await registry.key('ci'), await registry.key('boss'), await registry.key('dev')]
  const octets = { ...ci, 'Content-Type': 'application/octet-stream' }
  const [one, two, docker] = [image('one'), image('two'), image('docker', media.dockerManifest)]
  const put = (reference: string, pushed = two, headers = ci) =>
    ask(`PUT ${reference} ${pushed.type}`, putManifest(registry.url, 'a', reference, pushed, headers))

  for (const path of [
    '/livez',
    '/v2',
    '/v2/',
    '//v2/',
    '/v2/_catalog',
    '/v2/_oci/ext/discover',
    '/metrics',
    '/nothing',
    '/',
  ])
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) await tell(method, path)
  for (const headers of [
    ci,
    asUi,
    basic('ci', 'zak_x'),
    { Authorization: 'Bearer x' },
    { Authorization: 'Basic Og==' },
  ])
    for (const agent of ['curl/8', 'docker/28'])
      for (const path of ['/v2/', '/readyz', '/metrics', '/v2/_catalog', '/v2/a/tags/list'])
        await tell('GET', path, { ...headers, 'User-Agent': agent })

  for (const pushed of [one, two]) await ask('POST blob', putBlob(registry.url, 'a', pushed.config, ci))
  for (const headers of [ci, ci, {}, asUi, dev, boss]) await put('v1', one, headers)
  await put('v1', two)
  for (const query of ['', '?tag=v2', '?tag=', '?tag=.bad', '?tag=w&tag=w', '?tag=v1', '?tag=v3&tag=v1'])
    await put(`${two.digest}${query}`)
  for (const reference of [sha256('x'), 'sha256:zz', '.bad', 'x'.repeat(129), 'v7?tag=v8']) await put(reference)
  for (const type of ['', 'text/plain', `${media.manifest}; x=y`, media.index]) await put('t', { ...two, type })
  await put('d', docker)
  for (const text of ['', '{}', '{"schemaVersion":2}', '[]', 'null'])
    await put('b', { ...one, manifest: Buffer.from(text) })
  const references = ['v1', one.digest, 'nope', sha256('nope'), 'sha256:zz', '%62']
  for (const method of ['GET', 'HEAD', 'OPTIONS'])
    for (const name of ['a', 'never', 'Never', 'a%2Fb'])
      for (const reference of references) await tell(method, `/v2/${name}/manifests/${reference}`)
  for (const query of [
    '',
    'n=1',
    'n=0',
    'n=-1',
    'n=x',
    'last=v1',
    'last=nope',
    'n=1&last=v1',
    'n=1&n=2',
    'n=%2B1',
    'n=1.5',
  ])
    for (const path of ['/v2/a/tags/list', '/v2/_catalog']) await tell('GET', `${path}?${query}`)
  // Not the digest of a manifest: whether zot finds it in another repository depends on a task of its own.
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT'])
    for (const name of ['a', 'never'])
      for (const digest of [one.configDigest, sha256('nope'), 'sha256:zz'])
        await tell(method, `/v2/${name}/blobs/${digest}`)
  for (const range of [
    'bytes=0-3',
    'bytes=2-',
    'bytes=-4',
    'bytes=0-999',
    'bytes=999-',
    'bytes=5-2',
    'x',
    'bytes= 0-1',
  ])
    for (const method of ['GET', 'HEAD']) await tell(method, `/v2/a/blobs/${one.configDigest}`, { Range: range })

  const location = async (name: string) =>
    (await tell('POST', `/v2/${name}/blobs/uploads/`, ci)).headers.get('location') ?? ''
  const parts = await location('up')
  for (const headers of [octets, ci, {}]) await ask('PATCH', send('PATCH', parts, headers, 'abc'))
  for (const range of ['0-2', '6-8', '9-10', 'x', '9-11', '12-11'])
    await ask(`PATCH ${range}`, send('PATCH', parts, { ...octets, 'Content-Range': range }, 'def'))
  for (const query of ['', '?digest=zz', `?digest=${sha256('no')}`])
    await ask(query, send('PUT', `${parts}${query}`, ci))
  for (const who of [ci, boss, {}, dev]) {
    await ask('status', send('GET', parts, who))
    await ask('unknown upload', send('GET', `${parts.slice(0, -12)}000000000000`, who))
    await ask('give up', send('DELETE', await location('up'), who))
  }
  const whole = await location('up')
  await ask('last part', send('PUT', `${whole}?digest=${sha256('x')}`, octets, 'x'))
  for (const query of [
    `mount=${one.configDigest}&from=a`,
    `mount=${one.configDigest}`,
    'mount=zz&from=a',
    'from=a',
    'digest=zz',
  ])
    for (const who of [ci, {}, dev, octets]) await ask(query, send('POST', `/v2/mt/blobs/uploads/?${query}`, who))

  for (const who of [{}, ci, dev, boss])
    for (const path of [
      'a/manifests/nope',
      `a/blobs/${one.configDigest}`,
      'no/manifests/v1',
      `no/blobs/${sha256('x')}`,
      'a/blobs/zz',
    ])
      await tell('DELETE', `/v2/${path}`, who)
  for (const reference of ['v2', two.digest, two.digest, 'v1'])
    await tell('DELETE', `/v2/a/manifests/${reference}`, boss)
  for (const path of ['a/tags/list', `a/manifests/${one.digest}`, `a/referrers/${one.digest}`, 'a/referrers/zz'])
    await tell('GET', `/v2/${path}`, ci)

  for (const path of ['login?provider=oidc', 'login?provider=x', 'callback/oidc?code=x', 'logout', 'apikey', 'nothing'])
    for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE'])
      for (const headers of [{}, asUi, dev, basic('ci', 'zak_x')]) await tell(method, `/zot/auth/${path}`, headers)
  const browser = await registry.browser('dev')
  for (const body of [
    '',
    '{}',
    '[]',
    'null',
    '5',
    '{"label":5}',
    '{"LABEL":"x"}',
    '{"scopes":[]}',
    '{"label":null}',
    '{} x',
  ])
    await ask(
      `key ${body}`,
      browser.request(`${registry.url}/zot/auth/apikey`, { method: 'POST', headers: asUi, body }),
    )
  for (const date of [
    '2099-01-01',
    '2020-01-01T00:00:00Z',
    '2099-02-31T00:00:00Z',
    '2099-01-01t00:00:00z',
    '2099-01-01T00:00:00',
  ])
    await ask(
      `key until ${date}`,
      browser.request(`${registry.url}/zot/auth/apikey`, {
        method: 'POST',
        headers: asUi,
        body: JSON.stringify({ expirationDate: date }),
      }),
    )
  await ask('stale session', send('GET', '/v2/_catalog', { ...asUi, Cookie: 'session=stale' }))
  await ask('logout', browser.request(`${registry.url}/zot/auth/logout`, { method: 'POST', headers: asUi }))
  await ask('login', new Browser().login(registry.url, 'dev', '/home'))
  return answers
}

/** When it was, how long a connection lasts, how a body is cut and packed, and what was measured: none of it is the contract’s. */
const noise =
  /^(date|connection|keep-alive|transfer-encoding|content-(length|encoding)|access-control-allow-credentials)$/

/** Each tells further details of an error, and its metrics; and zot’s redirects have a page for people. */
function withoutDetails(text: string): string {
  if (/^(<a href=|# HELP )/.test(text)) return ''
  if (!/^[{[]/.test(text)) return text.slice(0, 200)
  return JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === 'detail' ? undefined : value)))
}

function steady(line: string, { url, provider }: Hardened): string {
  return line
    .replaceAll(new URL(url).port, 'PORT')
    .replaceAll(new URL(provider.issuer).port, 'ISSUER')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replace(/zak_[0-9a-f]{32}/g, 'KEY')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replace(/(cookie|state|session)=[\w|.=-]{20,}/g, '$1=VALUE')
    .replace(/Expires=[^;]+/g, 'Expires=TIME')
}
