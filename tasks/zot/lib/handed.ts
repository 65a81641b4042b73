/** What `register-zot-oidc-client` hands on, for cards that are worked on other machines: there is nothing of it in their checkouts. */
import type { Json } from '../../../scripts/index.ts'
import type { IdentityProvider } from '../identity/provider.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { type ClientCredentials, readCredentials } from './credentials-file.ts'
import { writePrivate } from './private-file.ts'

const FROM = 'register-zot-oidc-client'

interface Handed {
  client: ClientCredentials
  /** The sandbox of the machine where the card was worked; `null`: a real registry, which the settings describe. */
  sandbox: Sandbox | null
}

/** As the card's outputs. It holds secrets: the runner must know them as such before. */
export function handOn(client: ClientCredentials, sandbox: Sandbox | null): Json {
  return { client: { ...client }, sandbox: sandbox && (structuredClone(sandbox) as unknown as Json) }
}

/** From the inputs of a card that requires it; `null` when nothing was handed on. */
export function handed(inputs: Record<string, Json>): Handed | null {
  return (inputs[FROM] ?? null) as unknown as Handed | null
}

/** The sandbox of another machine. @throws Error when nobody told of it. */
export function sandboxElsewhere(inputs: Record<string, Json>): Sandbox {
  const { sandbox } = handed(inputs) ?? {}
  if (sandbox) return sandbox
  throw new Error(
    `ZOT_SANDBOX_INVENTORY says that the sandbox is on another machine, but ${FROM} has handed nothing on about it. Work that card on the sandbox's own machine first (\`--force ${FROM}\` if it is complete).`,
  )
}

/** Puts the client's credentials where the role reads them, on a machine that does not know the client by itself. */
export async function bringCredentials(
  path: string,
  provider: Pick<IdentityProvider, 'client'>,
  inputs: Record<string, Json>,
): Promise<void> {
  const { client } = handed(inputs) ?? {}
  if (!client) return
  const there = await readCredentials(path).catch(() => null)
  if (there && (JSON.stringify(there) === JSON.stringify(client) || (await provider.client()))) return
  await writePrivate(path, `${JSON.stringify(client)}\n`)
}
