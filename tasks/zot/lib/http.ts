/** One HTTP exchange, read to its end, with errors that say who did not answer. */

export interface Reply {
  url: URL
  status: number
  headers: Headers
  body: Buffer
}

export interface Request {
  method?: string
  headers?: Record<string, string>
  /** A stream is sent as it is read; say its length with `content-length`, or it goes in chunks. */
  body?: string | Uint8Array<ArrayBuffer> | Buffer | ReadableStream
  /** Ends the exchange early. */
  signal?: AbortSignal | undefined
  /** Milliseconds until the exchange is given up; 15,000 unless told. */
  timeout?: number
}

/** Nobody answered: refused, reset, name unknown, or too slow. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** Sends one request. Redirects are answers like any other: nothing is followed. */
export async function exchange(address: URL | string, request: Request = {}): Promise<Reply> {
  const url = new URL(address)
  const { timeout = 15_000, signal, ...rest } = request
  const limit = AbortSignal.timeout(Math.ceil(timeout))
  try {
    const response = await fetch(url, {
      ...(rest as RequestInit),
      duplex: 'half',
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
    return { url, status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
  } catch (error) {
    signal?.throwIfAborted()
    const why = limit.aborted ? `no answer within ${timeout / 1000} s` : reason(error)
    throw new Unreachable(`${url.origin} does not answer ${request.method ?? 'GET'} ${url.pathname}: ${why}`, {
      cause: error,
    })
  }
}

/** The body as JSON; `undefined` when it is none. */
export function json(reply: Reply): unknown {
  try {
    return JSON.parse(reply.body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** The body as an object, for reading its fields; throws with the place when it is none. */
export function jsonObject(reply: Reply): Record<string, unknown> {
  const value = json(reply)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new Error(
    `${reply.url.origin}${reply.url.pathname} answered ${reply.status} without a JSON object: ${excerpt(reply)}`,
  )
}

/** The beginning of what a person would read in the body, on one line, for messages. */
export function excerpt(reply: Reply, length = 160): string {
  const text = reply.body
    .toString('utf8')
    .replace(/<(style|script|head)\b.*?<\/\1>/gis, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return text === '' ? '(empty body)' : text.length > length ? `${text.slice(0, length)}…` : text
}

/** Basic authentication, as registries and OAuth clients send it. */
export function basic(user: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}

/** The innermost cause: fetch hides it one or two levels down. */
function reason(error: unknown): string {
  let at: unknown = error
  while (at instanceof Error && at.cause !== undefined) at = at.cause
  if (at instanceof AggregateError && at.errors[0] instanceof Error) at = at.errors[0]
  if (!(at instanceof Error)) return String(at)
  return 'code' in at && typeof at.code === 'string' ? at.code : at.message
}
