/**
 * The sandbox's identity provider as a program: `node main.ts serve <dir>`, where `<dir>` holds its settings and all its state.
 * Listens on 127.0.0.1 only; SIGTERM ends it at once, since every answered change is on disk.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { dirname, resolve } from 'node:path'
import { errorText } from '../files.ts'
import { layoutOf } from '../layout.ts'
import { handleAdmin } from './admin.ts'
import { Directory } from './directory.ts'
import { HttpError, sendJson, sendPage } from './http.ts'
import { handleLogin } from './login.ts'
import { createProvider } from './oidc.ts'
import { messagePage } from './pages.ts'
import { issuerOf, keepKeys, readSettings } from './settings.ts'
import { openStore } from './store.ts'

process.umask(0o077)
const [verb, dir] = process.argv.slice(2)
if (verb !== 'serve' || !dir) {
  console.error('usage: main.ts serve <dir>')
  process.exit(64)
}
const settings = readSettings(dir)
if (!settings) {
  console.error(`${dir}: no settings.json; the sandbox writes it: start the provider through the sandbox`)
  process.exit(1)
}
const issuer = issuerOf(settings.port)
const { host } = new URL(issuer)
const store = openStore(dir)
const directory = new Directory(dir)
const sandbox = dirname(resolve(dir))
const { secrets } = layoutOf(sandbox)
// Most sandboxes are never asked: what it takes is loaded then.
const describe = async () => (await import('../sandbox.ts')).tellSandbox(sandbox)
const provider = createProvider(settings, keepKeys(dir), store, directory)
provider.on('server_error', (_ctx, error) => console.error(`error: ${error.stack ?? error.message}`))
provider.on('registration_create.success', (_ctx, client) => console.log(`client ${client.clientId} registered`))
const callback = provider.callback()

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Any other name would make the provider speak of itself under that name, which no client accepts as the issuer.
  if (request.headers.host !== host) throw new HttpError(421, `This provider answers only as ${issuer}.`)
  const path = new URL(request.url ?? '/', issuer).pathname
  if (path === '/healthz') return sendJson(response, 200, { status: 'ok', issuer })
  if (path.startsWith('/admin/')) {
    return handleAdmin(request, response, path, settings?.adminToken ?? '', { directory, store, secrets, describe })
  }
  if (path.startsWith('/interaction/')) return handleLogin(request, response, provider, directory)
  await callback(request, response)
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    const status = error instanceof HttpError ? error.status : error instanceof URIError ? 400 : 500
    if (status === 500) console.error(`error: ${error instanceof Error ? error.stack : errorText(error)}`)
    if (response.headersSent) response.end()
    else if (request.url?.startsWith('/admin/')) sendJson(response, status, { error: errorText(error) })
    else
      sendPage(
        response,
        status,
        messagePage(status === 500 ? 'Something went wrong; the log says more.' : errorText(error)),
      )
  })
})
server.on('error', (error) => {
  console.error(`error: ${error.message}`)
  process.exit(1)
})
server.listen(settings.port, '127.0.0.1', () => console.log(`the sandbox's identity provider answers at ${issuer}`))
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    store.close()
    process.exit(0)
  })
}
