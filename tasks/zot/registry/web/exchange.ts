import type { IncomingMessage } from 'node:http'
import type { Caller } from '../access/policy.ts'
import { parseCookies } from '../identity/cookies.ts'

/** One request as the handlers see it. */
export interface Exchange {
  method: string
  /** Path without the query, as it was sent: as in zot, no escape in it is ever undone. */
  path: string
  query: URLSearchParams
  message: IncomingMessage
  cookies: Map<string, string>
  /** From a browser that has opted in to cookies: zot's guard against forged requests. */
  fromUi: boolean
  caller: Caller
}

/** Reads the start line and the headers; undefined when the path has an escape that is none. */
export function toExchange(message: IncomingMessage, caller: Caller): Exchange | undefined {
  const [path = '/', ...query] = (message.url ?? '/').split('?')
  if (/%(?![0-9a-f]{2})/i.test(path)) return undefined
  return {
    method: message.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    message,
    cookies: parseCookies(message.headers.cookie),
    fromUi: message.headers['x-zot-api-client'] === 'zot-ui',
    caller,
  }
}

/** A single value of a header. */
export function header(exchange: Exchange, name: string): string {
  const value = exchange.message.headers[name]
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '')
}

/** The whole body, or undefined when it is longer than `limit` bytes; then it is read all the same, for the answer to arrive. */
export async function readBody(exchange: Exchange, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of exchange.message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= limit) chunks.push(chunk)
  }
  return length <= limit ? Buffer.concat(chunks) : undefined
}
