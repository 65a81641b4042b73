import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestOf, OCI_INDEX, smallImage } from '../../tasks/zot/lib/image.ts'
import { writeLayout } from '../../tasks/zot/lib/layout.ts'
import { RegistryClient } from '../../tasks/zot/lib/oci.ts'
import { createKey, type Hardened, openHardened, rules } from '../registry/hardened.ts'
import { forEachRegistry, freePort, until } from '../registry/rig.ts'
import { type Ended, push, pushHere, writePlatforms } from './pushing.ts'

const WHY = 'published tags do not move'
const SHA = '8d1c8b69c3fce7bea45c73efd06983e3c419a92f'

/** CI may create tags, and move those named `latest`. */
function movingLatest() {
  const found = rules()
  const all = found.repositories['**'] as { policies: object[] }
  const conditions = [{ expression: "req.tag == 'latest'", message: WHY }]
  all.policies.push({ groups: ['artifact-workloads'], actions: ['update'], conditions })
  return found
}

forEachRegistry('the push command', (kind) => {
  const [first, second] = [smallImage('first'), smallImage('second')]
  const [ours, theirs] = [first.manifest.digest, second.manifest.digest]
  let registry: Hardened
  let scratch: string
  let host: string
  /** Keys of CI: good, past its end, and revoked. */
  const keys = { good: '', expired: '', revoked: '' }

  const layout = (name: string): string => join(scratch, name)
  const at = (tag: string): string => `${host}/mikado/app:${tag}`
  const digestAt = (tag: string) => new RegistryClient(registry.url).digest('mikado/app', tag)
  const pushed = (tag: string, digest = ours): Ended => ({
    code: 0,
    out: `mikado/app:${tag} pushed, ${digest}\n`,
    err: '',
  })
  const already = (tag: string): Ended => ({ code: 0, out: `mikado/app:${tag} already there, ${ours}\n`, err: '' })
  const taken = (tag: string, there = ours, image = theirs): Ended => ({
    code: 2,
    out: '',
    err: `push: mikado/app:${tag} is already published as ${there}, and this image is ${image}. Published tags do not move: publish under a new tag.\n`,
  })

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'chain-push-'))
    registry = await openHardened(kind, (config) => {
      config.http.accessControl = movingLatest()
    })
    host = new URL(registry.url).host
    for (const [name, image] of Object.entries({ first, second })) await writeLayout(layout(name), image, 'app')
    registry.provider.accounts.set('zot-ci', { preferred_username: 'zot-ci', groups: ['artifact-workloads'] })
    const browser = await registry.browser('zot-ci')
    const keyUntil = async (expirationDate: Date) =>
      (await (await createKey(browser, registry.url, { expirationDate })).json()) as { apiKey: string; uuid: string }
    const later = new Date(Date.now() + 3600_000)
    keys.expired = (await keyUntil(new Date(Date.now() + 1000))).apiKey
    keys.good = (await keyUntil(later)).apiKey
    const revoked = await keyUntil(later)
    keys.revoked = revoked.apiKey
    await browser.request(`${registry.url}/zot/auth/apikey?id=${revoked.uuid}`, {
      method: 'DELETE',
      headers: { 'X-ZOT-API-CLIENT': 'zot-ui' },
    })
  })

  afterAll(async () => {
    rmSync(scratch, { recursive: true, force: true })
    await registry?.close()
  })

  test('new tag, the same digest again, another digest: 0, 0, 2', async () => {
    expect(await push(['--layout', layout('first'), at('v1')], keys.good)).toEqual(pushed('v1'))
    expect(await push(['--layout', layout('first'), at('v1')], keys.good)).toEqual(already('v1'))
    expect(await push(['--layout', layout('second'), at('v1')], keys.good)).toEqual(taken('v1'))
    expect(await digestAt('v1')).toBe(ours)
    const { blobs } = second
    const uploaded = await new RegistryClient(registry.url).send(`/v2/mikado/app/blobs/${blobs[1]?.digest}`)
    expect(uploaded.status).toBe(404)
  })

  test('a commit-SHA tag: 0', async () => {
    expect(await push(['--layout', layout('first'), at(SHA)], keys.good)).toEqual(pushed(SHA))
  })

  test('a registry that is down: 69', async () => {
    const down = `127.0.0.1:${await freePort()}`
    expect(await push(['--retries', '0', '--layout', layout('first'), `${down}/app:v1`], keys.good)).toEqual({
      code: 69,
      out: '',
      err: `push: http://${down} does not answer HEAD /v2/app/manifests/v1: ECONNREFUSED. Next: see whether the registry runs (mise run services-check), then start the job again; what is uploaded already is not sent twice.\n`,
    })
  })

  test('two pushes at once of the same image: 0 and 0', async () => {
    const both = await Promise.all([1, 2].map(() => push(['--layout', layout('first'), at('raced')], keys.good)))
    expect(both.map(({ code, err }) => ({ code, err }))).toEqual([
      { code: 0, err: '' },
      { code: 0, err: '' },
    ])
    expect(await digestAt('raced')).toBe(ours)
  })

  test('two pushes at once of different images: 0 for the one whose image the tag holds, 2 for the other', async () => {
    const tag = 'raced-2'
    const both = await Promise.all(
      ['first', 'second'].map((name) => push(['--layout', layout(name), at(tag)], keys.good)),
    )
    const firstWon = (await digestAt(tag)) === ours
    expect(both).toEqual(firstWon ? [pushed(tag), taken(tag)] : [taken(tag, theirs, ours), pushed(tag, theirs)])
  })

  describe('a key that is not good: 77', () => {
    const refused = (tag: string): Ended => ({
      code: 77,
      out: '',
      err: `push: ${registry.url} refused to show mikado/app:${tag}: 401. Next: the key of zot-ci is wrong, revoked or expired: let the card wire-ci-registry-auth make a new one, then start the job again; what is uploaded already is not sent twice.\n`,
    })
    test('wrong', async () => {
      const wrong = `zak_${'1'.repeat(32)}`
      expect(await push(['--layout', layout('first'), at('v2')], wrong)).toEqual(refused('v2'))
    })
    test('revoked', async () => {
      expect(await pushHere(['--layout', layout('first'), at('v2')], keys.revoked)).toMatchObject(refused('v2'))
    })
    test('expired', async () => {
      const ask = async () => (await fetch(`${registry.url}/v2/`, { headers: basicOf(keys.expired) })).status === 401
      await until('the key has ended', ask)
      expect(await pushHere(['--layout', layout('first'), at('v2')], keys.expired)).toMatchObject(refused('v2'))
    })
    test('of somebody who may not push there', async () => {
      const headers = await registry.key('dev')
      const secret = Buffer.from((headers.Authorization ?? '').slice(6), 'base64')
        .toString()
        .split(':')[1]
      // Of blobs that it has elsewhere, zot says that they are there: this image must be new to it.
      await writeLayout(layout('unknown'), smallImage('unknown'), 'app')
      const ended = await pushHere(['--user', 'dev', '--layout', layout('unknown'), `${host}/theirs:v1`], secret)
      expect(ended).toMatchObject({
        code: 77,
        out: '',
        err: `push: ${registry.url} refused to start an upload to theirs: 403 DENIED, requested access to the resource is denied. Next: dev may not push there: see the policy of the role ansible/roles/zot, then start the job again; what is uploaded already is not sent twice.\n`,
      })
    })
  })

  describe('--move', () => {
    beforeAll(() => pushHere(['--layout', layout('first'), at('latest')], keys.good))

    test('without it, a tag that might move does not: 2', async () => {
      expect(await pushHere(['--layout', layout('second'), at('latest')], keys.good)).toMatchObject(taken('latest'))
    })
    test('moves a tag that the registry lets CI move', async () => {
      const moved = ['--move', '--json', '--layout', layout('second'), at('latest')]
      expect(await pushHere(moved, keys.good)).toMatchObject({
        code: 0,
        out: `${JSON.stringify({ reference: at('latest'), digest: theirs, outcome: 'pushed', moved: true })}\n`,
        err: '',
      })
      expect(await digestAt('latest')).toBe(theirs)
      expect(await pushHere(['--move', '--layout', layout('first'), at('latest')], keys.good)).toMatchObject({
        code: 0,
        out: `mikado/app:latest moved to ${ours}, from ${theirs}\n`,
      })
    })
    test('tells why the registry does not let another move: 77', async () => {
      await pushHere(['--layout', layout('first'), at('v3')], keys.good)
      expect(await pushHere(['--move', '--layout', layout('second'), at('v3')], keys.good)).toMatchObject({
        code: 77,
        out: '',
        err: `push: ${registry.url} refused to take mikado/app:v3: 403 DENIED, ${WHY}. Next: zot-ci may not move this tag: publish under a new one, or have the tag named in the role's zot_ci_moving_tags.\n`,
      })
      expect(await digestAt('v3')).toBe(ours)
    })
  })

  test('--look: free, this very image, another; without a key', async () => {
    const look = (tag: string, ...more: string[]) => pushHere(['--look', ...more, at(tag)])
    await pushHere(['--layout', layout('first'), at('seen')], keys.good)
    expect(await push(['--look', at('unseen')])).toEqual({ code: 0, out: 'mikado/app:unseen is free\n', err: '' })
    expect(await look('unseen', '--layout', layout('first'))).toMatchObject({
      code: 0,
      out: 'mikado/app:unseen is free\n',
    })
    expect(await look('seen')).toMatchObject({
      code: 2,
      out: '',
      err: `push: mikado/app:seen is already published as ${ours}. Published tags do not move: publish under a new tag.\n`,
    })
    expect(await look('seen', '--layout', layout('first'))).toMatchObject(already('seen'))
    expect(await look('seen', '--layout', layout('second'))).toMatchObject(taken('seen'))
    expect(await digestAt('unseen')).toBeUndefined()
  })

  test('--json: one line, whatever the outcome', async () => {
    const line = async (...args: string[]) => {
      const { out, code } = await pushHere(['--json', ...args], keys.good)
      expect(out.endsWith('}\n')).toBe(true)
      return { code, ...JSON.parse(out) }
    }
    const told = { reference: at('json'), moved: false }
    const free = { ...told, code: 0, digest: null, outcome: 'free' }
    expect(await line('--look', at('json'))).toEqual(free)
    expect(await line('--layout', layout('first'), at('json'))).toEqual({ ...free, digest: ours, outcome: 'pushed' })
    expect(await line('--layout', layout('first'), at('json'))).toEqual({
      ...free,
      digest: ours,
      outcome: 'already-there',
    })
    expect(await line('--layout', layout('second'), at('json'))).toEqual({
      ...told,
      code: 2,
      digest: ours,
      outcome: 'taken',
    })
    expect(await line('--look', at('json'))).toEqual({ ...told, code: 2, digest: ours, outcome: 'taken' })
    expect(await line('--layout', layout('nowhere'), at('json'))).toEqual({
      ...told,
      code: 65,
      digest: null,
      outcome: 'failed',
      reason: `${layout('nowhere')}/index.json cannot be read: ENOENT. Is this an OCI image layout?`,
    })
    expect(await line('--layuot')).toMatchObject({ code: 64, reference: null, outcome: 'failed' })
  })

  test('an image for two platforms, with an attestation and something of an unknown type', async () => {
    const { digest, listed } = writePlatforms(layout('platforms'), kind.name)
    expect(await pushHere(['--layout', layout('platforms'), at('platforms')], keys.good)).toMatchObject(
      pushed('platforms', digest),
    )
    const anybody = new RegistryClient(registry.url)
    for (const each of listed) expect(await anybody.digest('mikado/app', each)).toBe(each)
    const { headers } = await anybody.send('/v2/mikado/app/manifests/platforms')
    expect(headers.get('content-type')).toBe(OCI_INDEX)
    // Its platforms are there already, by their digests: pushing them again moves nothing.
    expect(await pushHere(['--layout', layout('platforms'), at('platforms-2')], keys.good)).toMatchObject(
      pushed('platforms-2', digest),
    )
  })

  test('a layer larger than one read is sent whole', async () => {
    const content = Buffer.alloc(3_000_000, 'layer')
    const image = smallImage('large')
    const layer = { bytes: content, digest: digestOf(content) }
    const manifest = Buffer.from(image.manifest.bytes.toString().replace(String(image.blobs[1]?.digest), layer.digest))
    const digest = digestOf(manifest)
    await writeLayout(
      layout('large'),
      {
        ...image,
        blobs: [...image.blobs.slice(0, 1), layer],
        manifest: { ...image.manifest, bytes: manifest, digest },
      },
      'app',
    )
    expect(await pushHere(['--layout', layout('large'), at('large')], keys.good)).toMatchObject(pushed('large', digest))
    const { body } = await new RegistryClient(registry.url).send(`/v2/mikado/app/blobs/${layer.digest}`)
    expect(body.equals(content)).toBe(true)
  })
})

function basicOf(key: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`zot-ci:${key}`).toString('base64')}` }
}
