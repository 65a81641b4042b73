/** What the stand-in forges share: a server on loopback with one repository, a log of requests, and mishaps to order. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Answer {
  status: number
  headers?: Record<string, string>
  /** Sent as it is when it is a string, else as JSON. */
  body?: unknown
}

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** The body's fields; none when it is no JSON object. */
  fields: Record<string, unknown>
  /** The body as it came. */
  body: string
}

/** An answer instead of the right one, a dropped connection before anything was done, or one after it was done. */
export type Mishap = Answer | ((asked: Asked) => Answer) | 'drop' | 'drop-after'

/** A forge that is none: what tests and hands need of it. */
export interface StandIn {
  url: string
  token: string
  repository: string
  /** Plain values by name, as they arrived. */
  secrets: Map<string, string>
  variables: Map<string, string>
  /** One line each: "PUT /api/v1/repos/o/n/actions/secrets/KEY 201", or "… dropped". */
  requests: string[]
  /** What the description of the repository says. */
  description: { archived: boolean; has_actions?: boolean; permissions: Record<string, boolean> }
  /** Whether the token may write. */
  mayWrite: boolean
  /** Lets the next request go wrong whose method and path match. */
  fail: (at: RegExp, mishap: Mishap) => void
  close: () => Promise<void>
}

/** Starts a server that answers with what `handle` returns. */
export async function serve(
  handle: (asked: Asked) => Answer,
  port: number,
): Promise<Pick<StandIn, 'url' | 'requests' | 'fail' | 'close'>> {
  const requests: string[] = []
  const mishaps: { at: RegExp; mishap: Mishap }[] = []
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://stand-in')
    const body = await text(request)
    const asked: Asked = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      fields: fieldsOf(body),
      body,
    }
    const line = `${request.method} ${request.url}`
    const index = mishaps.findIndex(({ at }) => at.test(line))
    const mishap = index < 0 ? undefined : mishaps.splice(index, 1)[0]?.mishap
    const special = typeof mishap === 'function' ? mishap(asked) : mishap
    const answer = typeof special === 'object' ? special : special === 'drop' ? undefined : handle(asked)
    if (answer === undefined || special === 'drop-after') {
      requests.push(`${line} dropped`)
      request.socket.destroy()
      return
    }
    requests.push(`${line} ${answer.status}`)
    const plain = typeof answer.body === 'string'
    response.writeHead(answer.status, { 'content-type': plain ? 'text/html' : 'application/json', ...answer.headers })
    response.end(plain || answer.body === undefined ? answer.body : JSON.stringify(answer.body))
  })
  await new Promise<void>((done, fail) => server.once('error', fail).listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (at, mishap) => void mishaps.push({ at, mishap }),
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** For a stand-in that is started by hand. */
export function announce(what: string, { url, token, repository }: StandIn, settings: [string, string, string]): void {
  const [forUrl, forToken, forRepository] = settings
  console.log(`${what}: a stand-in, not a real one. Nothing is kept; Ctrl-C ends it.`)
  console.log(`${forUrl}=${url}\n${forToken}=${token}\n${forRepository}=${repository}`)
}

/** A field of a request's body that must be there. */
export function textField(asked: Asked, name: string): string | undefined {
  const value = asked.fields[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
