/** The sandbox of another machine, reached through a tunnel: its settings, and what it says of itself. */
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { ClientCredentials } from './credentials-file.ts'
import { excerpt, exchange, jsonObject, Unreachable } from './http.ts'
import { inventoryAt, isLoopback } from './real-settings.ts'
import type { Machine } from './settings.ts'

export interface Elsewhere {
  /** Of its identity provider, at the near end of the tunnel. */
  url: string
  /** The admin's. */
  token: string
  /** For Ansible: how its machine is reached. */
  inventory: string
}

const NAMES = {
  ZOT_SANDBOX: "the address of the sandbox's provider at this end of the tunnel, http://127.0.0.1:PORT",
  ZOT_SANDBOX_TOKEN: 'its token',
  ZOT_SANDBOX_INVENTORY: 'the Ansible inventory with its machine',
}

/** Reads the settings; `null` when none is set. Every fault is added to `faults`, and what comes back then is not to be used. */
export function readElsewhere(env: NodeJS.ProcessEnv, machine: Machine, faults: string[]): Elsewhere | null {
  const named = Object.keys(NAMES).find((name) => env[name])
  if (named === undefined) return null
  for (const [name, what] of Object.entries(NAMES)) {
    if (env[name]) continue
    const how = name === 'ZOT_SANDBOX_INVENTORY' ? '' : ' `npm run -s sandbox -- settings` on its machine says it.'
    faults.push(`${name} is not set: ${what}. It is needed because ${named} names a sandbox on another machine.${how}`)
  }
  const { ZOT_SANDBOX: url = '', ZOT_SANDBOX_TOKEN: token = '', ZOT_SANDBOX_INVENTORY: inventory = '' } = env
  if (url && !isLoopback(url))
    faults.push(
      `ZOT_SANDBOX is "${url}": a sandbox is never open to a network. Reach it by a tunnel, at http://127.0.0.1:PORT.`,
    )
  return {
    url: url.replace(/\/+$/, ''),
    token,
    inventory: inventory && inventoryAt('ZOT_SANDBOX_INVENTORY', inventory, machine, faults),
  }
}

/**
 * What a sandbox says of itself, and the registry's client there, once it was registered.
 *
 * @throws Unreachable when there is no tunnel to it, Error when it refuses the token.
 */
export async function askSandbox(
  { url, token }: Elsewhere,
  signal?: AbortSignal,
): Promise<{ sandbox: Sandbox; client: ClientCredentials | null }> {
  const headers = { authorization: `Bearer ${token}` }
  const reply = await exchange(`${url}/admin/sandbox`, { headers, signal }).catch((error) => {
    if (!(error instanceof Unreachable)) throw error
    throw new Unreachable(`${error.message}. Open the tunnel to the sandbox's machine, then run this again`, {
      cause: error,
    })
  })
  if (reply.status === 401)
    throw new Error(
      `${url} refuses ZOT_SANDBOX_TOKEN. \`npm run -s sandbox -- settings\` on its machine says the right one`,
    )
  if (reply.status !== 200) throw new Error(`${url} tells nothing of its sandbox: ${reply.status}, ${excerpt(reply)}`)
  return jsonObject(reply) as unknown as { sandbox: Sandbox; client: ClientCredentials | null }
}
