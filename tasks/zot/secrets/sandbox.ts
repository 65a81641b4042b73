/** The secret store of a sandbox on another machine, asked through the sandbox's admin API. */
import { find } from '../lib/finding.ts'
import { excerpt, exchange, jsonObject } from '../lib/http.ts'
import { checkSecretName, type SecretStore } from './store.ts'

/** @param admin where the sandbox's admin API is, and its token. */
export function sandboxSecretStore(admin: { url: string; token: string }, signal?: AbortSignal): SecretStore {
  const headers = { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json' }
  const place = `the sandbox's store at ${new URL(admin.url).origin}`
  const ask = async (path: string, text?: string): Promise<string | undefined> => {
    const change = text === undefined ? {} : { method: 'PUT', body: JSON.stringify({ text }) }
    const reply = await exchange(`${admin.url}/secrets/${path}`, { headers, signal, ...change })
    // What was sent may be sent back.
    if (reply.status !== 200)
      throw new Error(`${place} answered ${reply.status}: ${text ? 'nothing was kept' : excerpt(reply)}`)
    const { text: kept } = jsonObject(reply)
    return typeof kept === 'string' ? kept : undefined
  }
  const read = (name: string) => ask(checkSecretName(name))
  return {
    place,
    has: async (name) => (await read(name)) !== undefined,
    read,
    write: async (name, value) => void (await ask(checkSecretName(name), value)),
    readNote: (name) => ask(`${checkSecretName(name)}/note`),
    writeNote: async (name, note) => void (await ask(`${checkSecretName(name)}/note`, note)),
    examine: async () => [await find('secret store', async () => ask('ANY/note').then(() => place))],
  }
}
