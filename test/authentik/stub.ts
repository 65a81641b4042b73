/**
 * A stub of authentik: no authentik, but the calls of its API, its login flow and its OAuth2 side as far as this project uses them, with real state, in
 * memory, on loopback. Held to authentik's own schema by `contract.long.test.ts`.
 *
 * As a program: `node test/authentik/stub.ts --port 9000 --token secret [--version 2026.8.3]`. Its people are `admin` (group `admins`) and `dev`
 * (no group), each with a password of the stub: `admin of the stub`, `dev of the stub`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { type Answer, page, type Question, redirect } from './stub/answer.ts'
import { answerApi } from './stub/api.ts'
import { answerExecutor, LOGIN } from './stub/flow.ts'
import { OAuth } from './stub/oauth.ts'
import { flowPage } from './stub/pages.ts'
import { Sessions } from './stub/sessions.ts'
import { State } from './stub/state.ts'

export interface Stub {
  url: string
  state: State
  /** Calls of the API that change something, in order: "POST /core/groups/". */
  writes: string[]
  close: () => Promise<void>
}

export async function openStub({
  port = 0,
  token = 'api token of the stub',
  version = '2026.8.3',
} = {}): Promise<Stub> {
  const state = new State(version, token)
  const sessions = new Sessions()
  const oauth = new OAuth(state, sessions)
  const writes: string[] = []

  function answer(question: Question): Answer {
    const { method, url } = question
    const { pathname, search } = url
    if (pathname.startsWith('/api/v3/flows/executor/')) return answerExecutor(state, sessions, question)
    if (pathname.startsWith('/api/v3/')) {
      if (method !== 'GET') writes.push(`${method} ${pathname.slice('/api/v3'.length)}`)
      return answerApi(state, question)
    }
    if (pathname === '/flows/-/default/authentication/') return redirect(`/if/flow/${LOGIN}/${search}`)
    if (pathname.startsWith('/if/flow/')) return page(200, flowPage())
    return oauth.answer(question) ?? { status: 404, body: { detail: 'Not found.' } }
  }

  const server = createServer((request, response) => {
    read(request)
      .then(answer)
      .catch((error: Error): Answer => ({ status: 500, body: { detail: `the stub failed: ${error.message}` } }))
      .then((answered) => send(response, answered))
      .catch((error: Error) => response.destroy(error))
  })
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(port, '127.0.0.1', ready))
  const close = () =>
    new Promise<void>((done) => {
      server.close(() => done())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state, writes, close }
}

/** The people of a stub that is run as a program, or by a chain. */
export function addPeople(state: State): void {
  state.addUser('admin', { password: 'admin of the stub', groups: ['admins'] })
  state.addUser('dev', { password: 'dev of the stub' })
}

async function read(request: IncomingMessage): Promise<Question> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
  const headers = request.headers as Record<string, string | undefined>
  return { method: request.method ?? 'GET', url, headers, body: await text(request) }
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const isText = typeof body === 'string'
  response.writeHead(status, {
    ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
    ...headers,
  })
  response.end(isText ? body : body === undefined ? undefined : JSON.stringify(body))
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, token: { type: 'string' }, version: { type: 'string' } },
  })
  const { port = '0', ...more } = values
  const stub = await openStub({ port: Number(port), ...more })
  addPeople(stub.state)
  console.log(`the stub of authentik (no authentik) answers at ${stub.url}`)
}
