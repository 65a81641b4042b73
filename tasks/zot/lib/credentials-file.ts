/** The file in which zot finds its client: exactly two keys, spelt as zot wants them. */
import { readFile } from 'node:fs/promises'

export interface ClientCredentials {
  clientid: string
  clientsecret: string
}

/** @throws Error when there is none, or when zot would refuse it: a missing key or a further one. */
export async function readCredentials(path: string): Promise<ClientCredentials> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The client's credentials are not in ${path} (${error.code})`)
  })
  const value = JSON.parse(text) as Record<string, unknown>
  const { clientid, clientsecret, ...more } = value
  if (typeof clientid !== 'string' || typeof clientsecret !== 'string' || Object.keys(more).length > 0) {
    throw new Error(`${path} must hold "clientid" and "clientsecret" and nothing else`)
  }
  return { clientid, clientsecret }
}
