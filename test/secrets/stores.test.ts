/** What every secret store must do, whichever it is. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSecretStore, type StoreSettings } from '../../tasks/zot/secrets/open.ts'
import type { SecretStore } from '../../tasks/zot/secrets/store.ts'
import { startForge } from './forge.ts'
import { startGithub } from './github.ts'
import type { StandIn } from './stand-in.ts'

interface Rig {
  settings: StoreSettings
  /** The plain value that arrived. */
  arrived: (name: string) => string | undefined
  /** Whether anything happened there at all. */
  touched: () => boolean
  remove: () => Promise<void>
}

function overHttp(kind: 'forgejo' | 'github', server: StandIn): Rig {
  const { url, token, repository } = server
  return {
    settings: { kind, url, token, repository },
    arrived: (name) => server.secrets.get(name),
    touched: () => server.requests.length > 0,
    remove: server.close,
  }
}

function inFiles(): Rig {
  const directory = mkdtempSync(join(tmpdir(), 'stores-'))
  const file = (name: string): string => join(directory, name)
  return {
    settings: { kind: 'file', directory },
    arrived: (name) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : undefined),
    touched: () => readdirSync(directory).length > 0,
    remove: async () => rmSync(directory, { recursive: true }),
  }
}

const rigs: [string, () => Promise<Rig>][] = [
  ['files', async () => inFiles()],
  ['Forgejo', async () => overHttp('forgejo', await startForge({ newVariable: 204 }))],
  ['Gitea', async () => overHttp('forgejo', await startForge())],
  ['GitHub', async () => overHttp('github', await startGithub())],
]

describe.each(rigs)('a secret store: %s', (_, start) => {
  let rig: Rig
  let store: SecretStore
  beforeEach(async () => {
    rig = await start()
    store = openSecretStore(rig.settings)
  })
  afterEach(() => rig.remove())

  test('empty at first', async () => {
    expect(await store.has('KEY')).toBe(false)
    expect(await store.readNote('KEY')).toBeUndefined()
    if (store.read) expect(await store.read('KEY')).toBeUndefined()
  })

  test('what is written is there, and replaced by what is written next', async () => {
    for (const value of ['zak_1', 'zak_2']) {
      await store.write('KEY', value)
      expect(rig.arrived('KEY')).toBe(value)
      expect(await store.has('KEY')).toBe(true)
      if (store.read) expect(await store.read('KEY')).toBe(value)
    }
  })

  test('a value may hold any character', async () => {
    const value = 'a "quoted" \\ $HOME\nsecond line, ünïcode 🔑'
    await store.write('KEY', value)
    expect(rig.arrived('KEY')).toBe(value)
  })

  test('a note is written, replaced and read, and is no secret', async () => {
    for (const note of ['{"keys":[1]}', '{"keys":[1,2]}']) {
      await store.writeNote('KEY', note)
      expect(await store.readNote('KEY')).toBe(note)
    }
    expect(await store.has('KEY')).toBe(false)
    expect(rig.arrived('KEY_NOTE')).toBeUndefined()
  })

  test('each name has its own secret and note, however many there are', async () => {
    const names = ['KEY', 'KEY_2', 'KEY_3', 'OTHER', 'LAST']
    for (const name of names) {
      await store.write(name, `value of ${name}`)
      await store.writeNote(name, `note of ${name}`)
    }
    for (const name of names) {
      expect(await store.has(name)).toBe(true)
      expect(rig.arrived(name)).toBe(`value of ${name}`)
      expect(await store.readNote(name)).toBe(`note of ${name}`)
    }
    expect(await store.has('KEY_4')).toBe(false)
  })

  test.each(['../KEY', 'key', '', 'A B', '1KEY', 'KEY?x=1', 'GITHUB_KEY', 'MY_GITEA_KEY', 'FORGEJO_KEY'])(
    'the name %j is refused, and nothing was asked or written',
    async (name) => {
      const refused = `"${name}" cannot be the name of a secret`
      await expect(store.has(name)).rejects.toThrow(refused)
      await expect(store.write(name, 'zak_1')).rejects.toThrow(refused)
      await expect(store.readNote(name)).rejects.toThrow(refused)
      await expect(store.writeNote(name, 'x')).rejects.toThrow(refused)
      expect(rig.touched()).toBe(false)
    },
  )

  test('looking at it finds nothing wrong, and changes nothing', async () => {
    await store.write('KEY', 'zak_1')
    const findings = await store.examine()
    expect(findings.length).toBeGreaterThan(0)
    expect(findings.filter(({ ok }) => !ok)).toEqual([])
    expect(rig.arrived('KEY')).toBe('zak_1')
  })

  test('it says where it is', () => {
    const { settings } = rig
    expect(store.place).toContain(settings.kind === 'file' ? settings.directory : settings.url)
    if (settings.kind !== 'file') expect(store.place).toContain(settings.repository)
  })
})
