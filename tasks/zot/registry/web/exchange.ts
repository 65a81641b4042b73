import type { IncomingMessage } from 'node:http'
import type { Caller } from '../access/policy.ts'
import { parseCookies } from '../identity/cookies.ts'

/** One request as the handlers see it. */
export interface Exchange {
  method: string
  /** Decoded path without the query. */
  path: string
  query: URLSearchParams
  message: IncomingMessage
  cookies: Map<string, string>
  /** From a browser that has opted in to cookies: zot's guard against forged requests. */
  fromUi: boolean
  caller: Caller
}

/** Reads the start line and the headers; undefined when the path cannot be decoded. */
export function toExchange(message: IncomingMessage, caller: Caller): Exchange | undefined {
  const url = message.url ?? '/'
  const at = url.indexOf('?')
  try {
    return {
      method: message.method ?? 'GET',
      path: decodeURIComponent(at < 0 ? url : url.slice(0, at)),
      query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
      message,
      cookies: parseCookies(message.headers.cookie),
      fromUi: message.headers['x-zot-api-client'] === 'zot-ui',
      caller,
    }
  } catch {
    return undefined
  }
}

/** A single value of a header. */
export function header(exchange: Exchange, name: string): string {
  const value = exchange.message.headers[name]
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '')
}

/** The whole body, or undefined when it is longer than `limit` bytes. */
export async function readBody(exchange: Exchange, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of exchange.message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
