/** A provider that repeats in its errors whatever it was sent: none of the secrets that were given to the chain shows up anywhere. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Copy, formsOf } from './copy.ts'

const planted = {
  ZOT_CLIENT_SECRET: 'planted-client-secret/7Q',
  ZOT_CI_PASSWORD: 'planted password of zot-ci',
  ZOT_CI_API_KEY: 'zak_planted0123456789abcdef',
  ZOT_ADMIN_PASSWORD: 'planted+admin+password',
  ZOT_OUTSIDER_PASSWORD: 'planted=outsider',
}

let server: Server
let copy: Copy
let ready = false

/** Stands in for provider and registry: good enough to be let through the preflight, then every answer is an error that repeats the request. */
function answer(url: string, path: string): { status: number; type: string; body: string } | undefined {
  const endpoints = Object.fromEntries(
    ['authorization', 'token', 'userinfo'].map((name) => [`${name}_endpoint`, `${url}/${name}`]),
  )
  if (path === '/.well-known/openid-configuration')
    return { status: 200, type: 'application/json', body: JSON.stringify({ issuer: url, ...endpoints }) }
  if (path === '/v2/') return { status: 200, type: 'application/json', body: '' }
  if (!path.startsWith('/authorization')) return undefined
  const form = '<form method="post" action="/login"><input name="user"><input type="password" name="password"></form>'
  return { status: 200, type: 'text/html', body: form }
}

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const url = `http://${request.headers.host}`
      const good = ready ? answer(url, request.url ?? '') : undefined
      const echo = `${request.method} ${request.url} ${request.headers.authorization ?? ''} ${body} ${decodeURIComponent(body.replaceAll('+', ' '))}`
      response.writeHead(good?.status ?? 400, { 'content-type': good?.type ?? 'text/plain' })
      response.end(good?.body ?? echo)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  copy = new Copy({
    ...planted,
    ZOT_REGISTRY_URL: url,
    ZOT_ISSUER: url,
    ZOT_INVENTORY: join(import.meta.dirname, 'localhost.yml'),
    ZOT_PROVIDER: 'static',
    ZOT_CLIENT_ID: 'zot',
    ZOT_SECRET_STORE: 'file',
    ZOT_SECRETS_DIR: 'ci-secrets',
    ZOT_ADMIN_USER: 'erich',
    ZOT_OUTSIDER_USER: 'dev',
    ZOT_CACHED_IMAGE: 'none',
  })
})

afterAll(() => {
  copy?.remove()
  server?.close()
})

test('neither when the preflight refuses, nor when a card fails: not in output, logs, journal, documents or the process list', {
  timeout: 60_000,
}, async () => {
  const refused = await copy.start('run', 'harden-zot-registry').ended
  expect([refused.code, refused.stderr]).toEqual([69, expect.stringContaining('answered its discovery with 400')])
  ready = true
  const failed = await copy.start('run', 'harden-zot-registry', '-v').ended
  expect([failed.code, failed.stdout]).toEqual([
    3,
    expect.stringMatching(/The login of zot-ci ended at the provider with 400: POST \/login .*•••/),
  ])
  const texts = copy.texts().set('process list', [...copy.processes].join('\n'))
  for (const [name, { stdout, stderr }] of Object.entries({ refused, failed })) texts.set(name, stdout + stderr)
  expect(texts.size).toBeGreaterThan(8)
  for (const [place, text] of texts) {
    for (const secret of Object.values(planted)) {
      for (const form of formsOf(secret, ['zot', 'zot-ci', 'erich', 'dev'])) {
        expect(text.includes(form), `${form} in ${place}`).toBe(false)
      }
    }
  }
})
