/** Pages served on this machine alone, to whoever has the address with its token: plain HTTP on 127.0.0.1. */
import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exit, Refusal } from '../core/exit.ts'

/** A request that was let in. */
export interface Asked {
  /** What stands behind the token, part by part, decoded. */
  path: string[]
  query: URLSearchParams
  /** What a form was filled in with; null: nothing was sent, the request only reads. */
  form: URLSearchParams | null
}

export interface Answer {
  status: number
  type: string
  body: string | Uint8Array
  /** Where the browser goes on, relative to what it asked for. */
  to?: string
}

/** A page that listens, until it goes. */
export interface Listener {
  tell: (event: string, data: unknown) => void
}

export interface Serving {
  answer: (asked: Asked) => Promise<Answer>
  /** A page listens from now on. The answer is called when it has gone. */
  listen: (listener: Listener, query: URLSearchParams) => () => void
  /** What went wrong within, and costs no more than an answer. */
  complain: (error: unknown) => void
  /** Whether forms are taken at all. */
  forms: boolean
}

const address = '127.0.0.1'
/** Characters of a form. */
const longest = 64 * 1024

/** Only our own scripts, styles and addresses; nothing inline, nothing framed. */
const policy = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "form-action 'self'"],
  ...["base-uri 'none'", "frame-ancestors 'none'"],
].join('; ')

const always = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // To others nothing is told; among our own pages, a form without it would not say where it comes from.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
}

export class PageServer {
  readonly port: number
  /** The address of the first page. */
  readonly url: string
  readonly #server: Server
  readonly #listening: Set<ServerResponse>

  private constructor(server: Server, token: string, listening: Set<ServerResponse>) {
    this.#server = server
    this.#listening = listening
    this.port = (server.address() as AddressInfo).port
    this.url = `http://${address}:${this.port}/${token}/`
  }

  /** Begins to serve; `port` 0: any that is free. Null: the port is taken. @throws Refusal when the system lets nobody have it. */
  static async open(port: number, token: string, serving: Serving): Promise<PageServer | null> {
    const listening = new Set<ServerResponse>()
    const server = createServer((request, response) => {
      void respond(request, response, { token, serving, listening }).catch((error) => {
        serving.complain(error)
        if (response.headersSent) response.destroy()
        else refuse(response, 500, 'This page could not be made: the terminal of `mikado view` says why.')
      })
    })
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, address, resolve)
      })
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'EADDRINUSE') return null
      throw new Refusal(exit.usage, `port ${port} cannot be had: ${message}`, 'Name another one with --port.')
    }
    server.on('error', serving.complain)
    return new PageServer(server, token, listening)
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    for (const response of this.#listening) response.end()
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}

interface Door {
  token: string
  serving: Serving
  listening: Set<ServerResponse>
}

async function respond(request: IncomingMessage, response: ServerResponse, door: Door): Promise<void> {
  const { serving, token } = door
  const refusal = strangeTo(request)
  if (refusal !== null) return refuse(response, 403, refusal)
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://page')
  const [, given = '', ...rest] = pathname.split('/')
  if (!same(given, token))
    return refuse(response, 403, 'The address needs its token: take the whole address that `mikado view` printed.')
  const path = rest.map(decoded)
  if (rest.length === 0) return send(response, request, { status: 308, type: plainText, body: '', to: `${given}/` })
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (!reads && !(serving.forms && request.method === 'POST')) {
    response.setHeader('Allow', serving.forms ? 'GET, HEAD, POST' : 'GET, HEAD')
    return refuse(response, 405, 'This page only reads.')
  }
  if (!reads && request.headers.origin === undefined)
    return refuse(response, 403, 'What changes something must come from the page itself.')
  if (path.length === 1 && path[0] === 'events' && request.method === 'GET') return listen(response, query, door)
  const form = reads ? null : await formOf(request)
  if (!reads && form === null) return refuse(response, 413, 'That is more than a form of this page holds.')
  send(response, request, await serving.answer({ path, query, form }))
}

/** Why a request is not for us, or comes from a page that is not ours; null: it may come in. */
function strangeTo({ headers, socket }: IncomingMessage): string | null {
  const { host = '', origin } = headers
  const own = [`${address}:${socket.localPort}`, `localhost:${socket.localPort}`]
  // A name that leads here may be anybody's.
  if (!own.includes(host.toLowerCase())) return 'This page answers to 127.0.0.1 and localhost only.'
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
    return 'Another page may not ask this one.'
  const site = headers['sec-fetch-site']
  const opened = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  if (site === 'cross-site' && !opened) return 'Another page may not ask this one.'
  return null
}

function same(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A part that cannot be decoded is none of ours. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return '\0'
  }
}

/** What a form sent; null: more than any of ours. */
async function formOf(request: IncomingMessage): Promise<URLSearchParams | null> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (text.length > longest) return null
  }
  return new URLSearchParams(text)
}

function listen(response: ServerResponse, query: URLSearchParams, { serving, listening }: Door): void {
  response.writeHead(200, { ...always, 'Content-Type': 'text/event-stream; charset=utf-8' })
  // Asked again after so long when the connection is lost.
  response.write('retry: 1000\n\n')
  listening.add(response)
  const gone = serving.listen(
    {
      tell: (event, data) => {
        response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      },
    },
    query,
  )
  response.once('close', () => {
    listening.delete(response)
    gone()
  })
}

const plainText = 'text/plain; charset=utf-8'

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...always, 'Content-Type': plainText })
  response.end(`${text}\n`)
}

function send(response: ServerResponse, { method }: IncomingMessage, { status, type, body, to }: Answer): void {
  const length = { 'Content-Length': Buffer.byteLength(body) }
  response.writeHead(status, {
    ...always,
    'Content-Type': type,
    ...length,
    ...(to === undefined ? {} : { Location: to }),
  })
  response.end(method === 'HEAD' ? undefined : body)
}
