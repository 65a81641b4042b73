/** Names of images: `HOST[:PORT]/REPOSITORY:TAG`. */

export interface Reference {
  /** Base URL of the registry. Loopback is http, all else https. */
  url: string
  repository: string
  tag: string
}

/** As the distribution specification has it: no `..`, no empty part. */
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const NAME = new RegExp(
  String.raw`^([a-zA-Z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?/(${PART}(?:/${PART})*):([A-Za-z0-9_][A-Za-z0-9._-]{0,127})$`,
)
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** `undefined` when it is no such name: host and tag are never guessed. */
export function parseReference(name: string): Reference | undefined {
  const [, host, port = '', repository, tag] = NAME.exec(name) ?? []
  if (!host || !repository || !tag) return undefined
  return { url: `${LOOPBACK.test(host) ? 'http' : 'https'}://${host}${port}`, repository, tag }
}
