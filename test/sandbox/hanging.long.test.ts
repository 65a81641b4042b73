/** A server that does not answer any more: it takes ten seconds to be sure. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openSandbox } from '../../tasks/zot/sandbox/sandbox.ts'
import { servers, temporarySandbox } from './rig.ts'

const place = temporarySandbox()
const { dir } = place

beforeEach(async () => {
  await openSandbox(dir)
})
afterAll(() => place.remove())

test('a registry that hangs is replaced', { timeout: 40_000 }, async () => {
  const [pid = 0] = servers(dir).registry
  process.kill(pid, 'SIGSTOP')
  const { registry } = await openSandbox(dir)
  expect(servers(dir).registry).not.toContain(pid)
  expect((await fetch(`${registry.url}/readyz`)).status).toBe(200)
})
