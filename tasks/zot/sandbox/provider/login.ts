import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Directory } from './directory.ts'
import { HttpError, readBody, sendPage } from './http.ts'
import { refusal } from './oidc.ts'
import { loginPage } from './pages.ts'

/**
 * The login form, at the path that oidc-provider sends the browser to: fields `login` and `password`, no scripts.
 * A right password of somebody who may not use the client ends with `access_denied` at the client, and logs nobody in.
 */
export async function handleLogin(
  request: IncomingMessage,
  response: ServerResponse,
  provider: Provider,
  directory: Directory,
): Promise<void> {
  const interaction = await provider.interactionDetails(request, response).catch(() => {
    throw new HttpError(400, 'This login was started too long ago or in another browser. Start it again at the client.')
  })
  const clientId = String(interaction.params.client_id)
  const client = await provider.Client.find(clientId)
  const clientName = client?.clientName ?? clientId
  if (request.method === 'GET') return sendPage(response, 200, loginPage(clientName))
  if (request.method !== 'POST') throw new HttpError(405, 'GET or POST')

  const form = new URLSearchParams(await readBody(request))
  const name = form.get('login') ?? ''
  if (!directory.passwordFits(name, form.get('password') ?? '')) {
    console.log(`login to ${clientName} refused: wrong user or password`)
    return sendPage(response, 401, loginPage(clientName, 'Wrong user or password.'))
  }
  if (!directory.mayLogIn(name, clientId)) {
    console.log(`login of ${name} to ${clientName} refused: in none of its groups`)
    const error = { error: 'access_denied', error_description: refusal(name) }
    return provider.interactionFinished(request, response, error, { mergeWithLastSubmission: false })
  }
  console.log(`login of ${name} to ${clientName}`)
  const result = { login: { accountId: name, remember: false } }
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}
