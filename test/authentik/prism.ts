/** Prism, a proxy that holds every call and every answer to an OpenAPI document: here between this project and the stub. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createListener } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export interface Prism {
  /** An address like authentik's: its API goes through Prism, everything else straight to the stub. */
  url: string
  /** What did not fit, call by call. Where it is an error, and no warning, Prism also answers 4xx or 500 instead of what came. */
  violations: string[]
  close: () => Promise<void>
}

interface Schema {
  properties: Record<string, Record<string, unknown>>
  required?: string[]
  discriminator?: { mapping: Record<string, string> }
}

/** Starts Prism in front of `upstream`. It is fetched by npx, a dependency of nobody. */
export async function openPrism(upstream: string, document = authentikSchema()): Promise<Prism> {
  const folder = mkdtempSync(join(tmpdir(), 'prism-'))
  const file = join(folder, 'schema.json')
  writeFileSync(file, JSON.stringify(spellOut(document)))
  const port = await freePort()
  const prism = await startPrism(['proxy', '--errors', '-p', String(port), file, `${upstream}/api/v3`])
  const violations: string[] = []
  const front = createServer((incoming, outgoing) => {
    const isApi = incoming.url?.startsWith('/api/v3/') ?? false
    const target = isApi
      ? `http://127.0.0.1:${port}${incoming.url?.slice('/api/v3'.length)}`
      : `${upstream}${incoming.url}`
    pass(incoming, outgoing, target, violations)
  })
  await new Promise<void>((ready) => front.listen(0, '127.0.0.1', ready))
  const close = async () => {
    front.closeAllConnections()
    await new Promise((done) => front.close(done))
    await stop(prism)
    rmSync(folder, { recursive: true })
  }
  return { url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`, violations, close }
}

/** The OpenAPI document of the version whose client is installed. */
export function authentikSchema(): { components: { schemas: Record<string, Schema> } } {
  const file = fileURLToPath(import.meta.resolve('@goauthentik/api/schema.yml'))
  return parse(readFileSync(file, 'utf8'))
}

/** Writes into the alternatives of a `discriminator` what it says about them: Prism does not read it, and then more than one of them would fit. */
function spellOut<T extends { components: { schemas: Record<string, Schema> } }>(document: T): T {
  const { schemas } = document.components
  for (const name of ['ChallengeTypes', 'FlowChallengeResponseRequest']) {
    for (const [component, reference] of Object.entries(schemas[name]?.discriminator?.mapping ?? {})) {
      const schema = schemas[reference.split('/').at(-1) ?? '']
      if (!schema) throw new Error(`the schema has no ${reference}`)
      schema.properties.component = { type: 'string', enum: [component] }
      schema.required = [...new Set([...(schema.required ?? []), 'component'])]
    }
  }
  return document
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, target: string, violations: string[]): void {
  const { method, headers } = incoming
  const call = `${method} ${new URL(target).pathname}`
  const onward = request(target, { method, headers }, (answer) => {
    const found = answer.headers['sl-violations']
    if (typeof found === 'string') violations.push(`${call} (${answer.statusCode}): ${inWords(found)}`)
    // Prism joins the cookies of an answer into one line.
    const cookies = answer.headers['set-cookie']?.flatMap((line) => line.split(/, ?(?=authentik_)/))
    outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(cookies ? { 'set-cookie': cookies } : {}) })
    if (found !== undefined || !answer.headers['content-type']?.includes('problem+json')) answer.pipe(outgoing)
    // A call that does not fit is not passed on; what is wrong with it is in Prism's own answer.
    else {
      text(answer).then(
        (body) => {
          violations.push(`${call}: ${body}`)
          outgoing.end(body)
        },
        (error: Error) => outgoing.destroy(error),
      )
    }
  })
  onward.on('error', (error) => outgoing.destroy(error))
  incoming.pipe(onward)
}

/** Violations of an answer, from the header in which Prism tells them; it cuts a long one short. */
function inWords(header: string): string {
  if (!header.startsWith('[')) return header.slice(0, 1000)
  const violations = JSON.parse(header) as { message: string; location: string[] }[]
  return violations.map(({ message, location }) => `${location.join('.')}: ${message}`).join('; ')
}

async function startPrism(args: string[]): Promise<ChildProcess> {
  const bundle = '/etc/ssl/certs/ca-certificates.crt'
  // Behind a proxy with a certificate of its own, Node needs to be told where the machine keeps it.
  const certificates = existsSync(bundle) ? { NODE_EXTRA_CA_CERTS: bundle } : {}
  const child = spawn('npx', ['-y', '@stoplight/prism-cli@5.14.2', ...args], {
    env: { ...certificates, ...process.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: npx starts Prism in another process, and both are to end.
    detached: true,
  })
  const end = () => signal(child, 'SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
  let said = ''
  await new Promise<void>((ready, failed) => {
    const hear = (chunk: Buffer) => {
      said += chunk
      if (said.includes('Prism is listening')) ready()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`Prism ended with ${code}:\n${said.slice(-2000)}`)))
  })
  return child
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done))
  signal(child, 'SIGTERM')
  await ended
}

/** To its whole group. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, name)
}

async function freePort(): Promise<number> {
  const listener = createListener()
  await new Promise<void>((ready) => listener.listen(0, '127.0.0.1', ready))
  const { port } = listener.address() as AddressInfo
  await new Promise((done) => listener.close(done))
  return port
}
