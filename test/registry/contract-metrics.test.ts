import { expect, test } from 'vitest'
import { type Hardened, openHardened, rules } from './hardened.ts'
import { forEachRegistry, type Kind } from './rig.ts'

async function withMetrics(kind: Kind, metrics: object, body: (registry: Hardened) => Promise<void>): Promise<void> {
  const registry = await openHardened(kind, (config) => {
    config.http.accessControl = { ...rules(), metrics }
  })
  try {
    await body(registry)
  } finally {
    await registry.close()
  }
}

forEachRegistry('metrics', (kind) => {
  test('row 41: an empty user name does not stand for the anonymous', () =>
    withMetrics(kind, { users: [''] }, async ({ url, key }) => {
      const anonymous = await fetch(`${url}/metrics`)
      expect(anonymous.status).toBe(401)
      expect(await anonymous.json()).toMatchObject({ errors: [{ code: 'UNAUTHORIZED' }] })
      expect((await fetch(`${url}/metrics`, { headers: await key('ci') })).status).toBe(403)
    }))

  test('row 41: anonymousPolicy read does, and users are for those who log in', () =>
    withMetrics(kind, { users: ['boss'], anonymousPolicy: ['read'] }, async ({ url, key }) => {
      const response = await fetch(`${url}/metrics`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
      expect(await response.text()).toMatch(/^# TYPE zot_info gauge$/m)
      expect((await fetch(`${url}/metrics`, { headers: await key('boss') })).status).toBe(200)
      expect((await fetch(`${url}/metrics`, { headers: await key('ci') })).status).toBe(403)
    }))
})
