/**
 * The main job, whole, on a real target: a zot, the stub of authentik behind its own OpenAPI document (Prism), and the stand-in of Forgejo's secret store.
 * Needs a real zot (ZOT_BIN, or `zot` on PATH).
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KEY_NAME } from '../../tasks/zot/lib/target.ts'
import { Copy, formsOf, worked } from '../chain/copy.ts'
import { findZot } from '../keycloak/install.ts'
import { cachedImage, startRegistries, stopRegistries, urlOf, writeInventory, type Zot } from '../keycloak/registry.ts'
import { freePort } from '../registry/rig.ts'
import { type Forge, startForge } from '../secrets/forge.ts'
import { openPrism, type Prism } from './prism.ts'
import { addPeople, openStub, type Stub } from './stub.ts'

const program = await findZot()

describe.skipIf(program === null)(
  'mise run harden-zot on zot, authentik and Forgejo (no zot here: let ZOT_BIN name one)',
  () => {
    let dir: string
    let stub: Stub
    let prism: Prism
    let forge: Forge
    let zots: [Zot, Zot]
    let copy: Copy
    const token = 'a token of the stub, planted'

    beforeAll(async () => {
      dir = realpathSync(mkdtempSync(join(tmpdir(), 'authentik-chain-')))
      stub = await openStub({ token })
      addPeople(stub.state)
      prism = await openPrism(stub.url)
      forge = await startForge()
      const zot = async (name: string): Promise<Zot> => ({
        program: program ?? '',
        dir: join(dir, name),
        port: await freePort(),
      })
      zots = [await zot('registry'), await zot('upstream')]
      await startRegistries(...zots)
      writeInventory(join(dir, 'inventory.yml'), ...zots)
      copy = new Copy({
        ZOT_REGISTRY_URL: urlOf(zots[0]),
        ZOT_INVENTORY: join(dir, 'inventory.yml'),
        ZOT_PROVIDER: 'authentik',
        ZOT_ISSUER: `${prism.url}/application/o/zot/`,
        AUTHENTIK_URL: prism.url,
        AUTHENTIK_TOKEN: token,
        ZOT_SECRET_STORE: 'forgejo',
        FORGEJO_URL: forge.url,
        FORGEJO_TOKEN: forge.token,
        FORGEJO_REPOSITORY: forge.repository,
        ZOT_CACHED_IMAGE: cachedImage,
        ZOT_ADMIN_USER: 'admin',
        ZOT_ADMIN_PASSWORD: 'admin of the stub',
        ZOT_OUTSIDER_USER: 'dev',
        ZOT_OUTSIDER_PASSWORD: 'dev of the stub',
      })
    }, 120_000)

    afterAll(async () => {
      copy?.remove()
      if (zots) await stopRegistries(...zots)
      await Promise.all([forge?.close(), prism?.close(), stub?.close()])
      rmSync(dir, { recursive: true, force: true })
    })

    /** The document names no 404 for an application that is not there; authentik's own source answers one. */
    const violations = () => prism.violations.filter((each) => !each.startsWith('GET /core/applications/zot/ (404)'))

    test('completes, every call valid and every answer used', { timeout: 300_000 }, async () => {
      const { code, stdout, stderr } = await copy.start('run', 'harden-zot-registry').ended
      expect({ code, stdout, stderr: code === 0 ? '' : stderr }).toEqual({
        code: 0,
        stdout: expect.stringContaining('harden-zot-registry is complete: 4 cards proved in'),
        stderr: '',
      })
      expect(stdout).toMatch(/The registry that was hardened is a real zot/)
      for (const id of worked) expect(copy.card(id)).not.toContain('status: active')
      expect(violations()).toEqual([])
      expect(forge.secrets.get(KEY_NAME)).toMatch(/^zak_/)
    })

    test('then has nothing to do, verifies, and rotates the key in Forgejo', { timeout: 120_000 }, async () => {
      expect((await copy.start('run', 'harden-zot-registry').ended).stdout).toContain('Nothing to do')
      const verified = await copy.start('verify', 'harden-zot-registry').ended
      expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('holds, 6 checks')])
      const before = forge.secrets.get(KEY_NAME)
      const rotated = await copy.start('run', 'rotate-zot-ci-key', '--force', 'rotate-zot-ci-key').ended
      expect([rotated.code, forge.secrets.get(KEY_NAME) === before]).toEqual([0, false])
      expect(violations()).toEqual([])
    })

    test('left no secret in logs, journal, documents or the process list', () => {
      const secrets = [token, forge.token, 'admin of the stub', forge.secrets.get(KEY_NAME) ?? '']
      const texts = copy.texts().set('process list', [...copy.processes].join('\n'))
      for (const [place, text] of texts) {
        for (const secret of secrets) {
          for (const form of formsOf(secret, ['zot-ci', 'admin'])) expect(text.includes(form), place).toBe(false)
        }
      }
    })
  },
)
