/** Rotating CI's key, killed at every step: CI always finds a key that works, and the next rotation leaves no stray. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { CI_LABEL, ensureCiKey, workingKey } from '../../tasks/zot/lib/ci-key.ts'
import { basic } from '../../tasks/zot/lib/http.ts'
import { type ListedKey, listKeys, mintKey } from '../../tasks/zot/lib/keys.ts'
import type { Identity } from '../../tasks/zot/lib/session.ts'
import { signIn } from '../../tasks/zot/lib/sign-in.ts'
import { CI_USER, KEY_NAME, type Target } from '../../tasks/zot/lib/target.ts'
import { forgejoSecretStore } from '../../tasks/zot/secrets/forgejo.ts'
import type { SecretStore } from '../../tasks/zot/secrets/store.ts'
import { startForge } from '../secrets/forge.ts'
import { type Hardened, hardenedSandbox } from './hardened.ts'

let sandbox: Hardened
let forge: Awaited<ReturnType<typeof startForge>>
let url: string
/** A session made before, so that only the rotation itself is cut short. */
let ci: Identity

beforeAll(async () => {
  sandbox = await hardenedSandbox()
  forge = await startForge()
  url = sandbox.target.registry.url
  ci = await signIn(sandbox.target, CI_USER)
}, 30_000)

afterAll(async () => {
  await forge?.close()
  await sandbox?.remove()
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const { fetch } = globalThis

/** Dies at the n-th effect, before it happened or after; whatever comes then does not happen either. */
class Death {
  seen = 0
  readonly #at: number
  readonly #after: boolean
  constructor(at: number, after: boolean) {
    this.#at = at
    this.#after = after
  }

  async meet<T>(effect: () => Promise<T>): Promise<T> {
    this.seen++
    if (this.seen > this.#at || (this.seen === this.#at && !this.#after)) throw new Error('killed')
    const result = await effect()
    if (this.seen === this.#at) throw new Error('killed')
    return result
  }
}

/** The target with this store, and every request and every write to a file store an effect that may be the last. */
function mortal(store: SecretStore, death: Death): Target {
  vi.stubGlobal('fetch', (...args: Parameters<typeof fetch>) => death.meet(() => fetch(...args)))
  const secrets: SecretStore = store.read
    ? {
        ...store,
        write: (...args) => death.meet(() => store.write(...args)),
        writeNote: (...args) => death.meet(() => store.writeNote(...args)),
      }
    : store
  return { ...sandbox.target, secrets }
}

const keys = (): Promise<ListedKey[]> => listKeys(url, ci)
const accepted = async (secret: string): Promise<boolean> =>
  (await fetch(`${url}/v2/`, { headers: basic(CI_USER, secret) })).status === 200

interface Store {
  open: () => SecretStore
  /** What CI would get, seen behind the store's back. */
  value: () => Promise<string>
}

const stores: Record<string, Store> = {
  'files, which give the value back': {
    open: () => sandbox.target.secrets,
    value: async () => (await sandbox.target.secrets.read?.(KEY_NAME)) ?? '',
  },
  'Forgejo, which does not': {
    open: () => forgejoSecretStore(forge),
    value: async () => forge.secrets.get(KEY_NAME) ?? '',
  },
}

describe.each(Object.entries(stores))('the secret store: %s', (_, { open, value }) => {
  const whole = async (death = new Death(Number.POSITIVE_INFINITY, false), renew = true) => {
    const target = mortal(open(), death)
    try {
      return await ensureCiKey(target, sandbox.context, { renew })
    } finally {
      vi.unstubAllGlobals()
    }
  }

  test('one rotation: another key in the store, the old one refused, and only the new one left', async () => {
    await whole()
    const before = await value()
    const { how } = await whole()
    const after = await value()
    expect([how, after === before]).toEqual(['made', false])
    expect([await accepted(before), await accepted(after)]).toEqual([false, true])
    const left = await keys()
    expect(left.map(({ label }) => label)).toEqual([CI_LABEL])
    expect((await workingKey({ ...sandbox.target, secrets: open() })).key.uuid).toBe(left[0]?.uuid)
  })

  test('killed before and after every effect: CI has a key that works, and whatever runs next leaves that and no stray', async () => {
    await whole()
    const counted = new Death(Number.POSITIVE_INFINITY, false)
    await whole(counted)
    expect(counted.seen).toBeGreaterThan(8)
    for (let at = 1; at <= counted.seen; at++) {
      for (const after of [false, true]) {
        const killed = await whole(new Death(at, after)).catch((error: Error) => error.message)
        const when = `killed ${after ? 'after' : 'before'} effect ${at} of ${counted.seen}`
        expect(await accepted(await value()), `${when}: the stored key works`).toBe(true)
        if (at < counted.seen) expect(killed, when).toMatch(/killed/)
        // Turn about: the card that wires the key in, which keeps a good one, and a rotation.
        const renew = at % 2 === (after ? 0 : 1)
        await whole(new Death(Number.POSITIVE_INFINITY, false), renew)
        const left = await keys()
        expect([left.length, await accepted(await value())], `${when}, then renew: ${renew}`).toEqual([1, true])
      }
    }
  }, 60_000)

  test('keys that never end are revoked, whoever made them; others of the same user stay', async () => {
    const own = await mintKey(url, ci, { label: "somebody's", expires: new Date(Date.now() + 3600_000) })
    await fetch(`${url}/zot/auth/apikey`, {
      method: 'POST',
      headers: { ...ci, 'content-type': 'application/json' },
      body: JSON.stringify({ label: 'for ever' }),
    })
    await whole()
    expect((await keys()).map(({ label }) => label).sort()).toEqual([CI_LABEL, "somebody's"])
    await fetch(`${url}/zot/auth/apikey?id=${own.uuid}`, { method: 'DELETE', headers: ci })
  })
})
