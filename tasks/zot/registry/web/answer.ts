import type { Readable } from 'node:stream'

/** What goes back to a client: handlers make these, the server writes them. */
export interface Answer {
  status: number
  headers?: Record<string, string | string[]>
  body?: string | Buffer | Readable
}

export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'UNAUTHORIZED'
  | 'DENIED'

const messages: Record<ErrorCode, string> = {
  BLOB_UNKNOWN: 'blob unknown to registry',
  BLOB_UPLOAD_INVALID: 'blob upload invalid',
  BLOB_UPLOAD_UNKNOWN: 'blob upload unknown to registry',
  DIGEST_INVALID: 'provided digest did not match uploaded content',
  MANIFEST_INVALID: 'manifest invalid',
  MANIFEST_UNKNOWN: 'manifest unknown',
  NAME_INVALID: 'invalid repository name',
  NAME_UNKNOWN: 'repository name not known to registry',
  UNAUTHORIZED: 'authentication required',
  DENIED: 'requested access to the resource is denied',
}

export function empty(status: number, headers: Record<string, string | string[]> = {}): Answer {
  return { status, headers }
}

export function plain(status: number, body: string, headers: Record<string, string | string[]> = {}): Answer {
  const type = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }
  return { status, headers: { ...type, ...headers }, body }
}

export function json(status: number, value: unknown, headers: Record<string, string | string[]> = {}): Answer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** An error in the form of the distribution specification. */
export function failure(status: number, code: ErrorCode, detail: Record<string, string> = {}): Answer {
  return json(status, { errors: [{ code, message: messages[code], detail }] })
}

/** zot's answer to credentials that are wrong: one error without the list around it. */
export function wrongCredentials(headers: Record<string, string>): Answer {
  return json(401, { code: 'UNAUTHORIZED', message: messages.UNAUTHORIZED, detail: {} }, headers)
}

export const notFound: Answer = plain(404, '404 page not found\n')
