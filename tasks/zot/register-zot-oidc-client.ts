/** Makes zot a client of the identity provider, gives CI an identity there, and turns the login on. */
import { stat } from 'node:fs/promises'
import { needsPerson, task } from '../../scripts/index.ts'
import { authorizeUrl, type Client, claimsOf, redeem } from './identity/discovery.ts'
import { must, proves, works } from './lib/check.ts'
import { readCredentials } from './lib/credentials-file.ts'
import { handOn } from './lib/handed.ts'
import { excerpt, exchange, jsonObject } from './lib/http.ts'
import { asksForLogin, LoginRefused, walkLogin } from './lib/login.ts'
import { zotPreflight } from './lib/preflight.ts'
import { writePrivate } from './lib/private-file.ts'
import { CI_GROUP, CI_USER, type Target } from './lib/target.ts'

async function knownClient(target: Target): Promise<Client> {
  const client = await target.provider.client()
  must(client !== undefined, `No client has been registered for ${target.registry.url} yet`)
  return client
}

export default task({
  preflight: zotPreflight,

  apply: works(async (target, context) => {
    const { provider } = target
    const { client, how } = await provider.ensureClient()
    await context.secret(client.clientSecret)
    context.log(`Client ${client.clientId} at ${provider.issuer}: ${how}`)
    context.log(await provider.ensureAccess(target.access, client))
    for (const value of await provider.confidential()) await context.secret(value)
    const credentials = { clientid: client.clientId, clientsecret: client.clientSecret }
    await writePrivate(target.credentialsFile, `${JSON.stringify(credentials)}\n`)
    context.log(`Deployment: ${await target.deploy(['login'], context)}`)
    return handOn(credentials)
  }),

  verify: {
    'The provider knows the client': proves(async (target, { signal }) => {
      const client = await knownClient(target)
      const known = await target.provider.describeClient()
      must(known !== undefined, `${target.provider.name} does not know the client ${client.clientId}`)
      must(
        known === null || JSON.stringify(known.redirectUris) === JSON.stringify([client.redirectUri]),
        `The client's redirect URIs are ${JSON.stringify(known?.redirectUris)}, not only ${client.redirectUri}`,
      )
      // A code that nobody issued: only a client that proved itself is told that the code is the trouble.
      const discovery = await target.provider.discover()
      const answer = await redeem(discovery, client, 'no-such-code', signal)
      must(
        jsonObject(answer).error === 'invalid_grant',
        `The provider does not accept the client's secret: ${answer.status}, ${excerpt(answer)}`,
      )
      const wrong = await redeem(discovery, { ...client, clientSecret: 'wrong' }, 'no-such-code', signal)
      // Keycloak's word for it is the second.
      must(
        ['invalid_client', 'unauthorized_client'].includes(String(jsonObject(wrong).error)),
        `The provider accepts any secret: ${wrong.status}, ${excerpt(wrong)}`,
      )
      return `client ${client.clientId}, redirect URI ${client.redirectUri}, secret accepted and a wrong one refused`
    }),

    'Discovery answers with the configured issuer': proves(async (target, { signal }) => {
      const { issuer, authorizationEndpoint } = await target.provider.discover()
      const client = await knownClient(target)
      // What zot was configured with shows where it sends a login.
      const start = await exchange(`${target.registry.url}/zot/auth/login?provider=oidc`, { signal })
      must(start.status === 302, `${target.registry.url} offers no OIDC login yet: it answered ${start.status}`)
      const sent = new URL(start.headers.get('location') ?? '', start.url)
      must(
        `${sent.origin}${sent.pathname}` === authorizationEndpoint,
        `The registry sends logins to ${sent.origin}${sent.pathname}, not to ${authorizationEndpoint}`,
      )
      must(
        sent.searchParams.get('client_id') === client.clientId,
        `The registry logs in as client ${sent.searchParams.get('client_id')}, not ${client.clientId}`,
      )
      must(
        sent.searchParams.get('redirect_uri') === client.redirectUri,
        `The registry asks to come back to ${sent.searchParams.get('redirect_uri')}, not ${client.redirectUri}`,
      )
      return `issuer "${issuer}", and the registry sends its logins there`
    }),

    'The login page accepts the client and its redirect URI and refuses another': proves(async (target, { signal }) => {
      const client = await knownClient(target)
      const discovery = await target.provider.discover()
      const look = (redirectUri: string) =>
        walkLogin(authorizeUrl(discovery, client.clientId, redirectUri), {
          credentials: { user: '', password: '' },
          lookOnly: true,
          stopAt: (url) => url.href.startsWith(redirectUri),
          signal,
        })
      const good = await look(client.redirectUri)
      must(
        good.reply !== undefined && asksForLogin(good.reply),
        `No login page came for ${client.redirectUri}: ${good.reply ? excerpt(good.reply) : good.url.href}`,
      )
      const other = `${client.redirectUri}/elsewhere`
      const bad = await look(other)
      must(
        bad.reply !== undefined && bad.reply.status >= 400,
        `The provider accepts the redirect URI ${other}, which is not the client's`,
      )
      return `a login page for ${client.redirectUri}, ${bad.reply.status} for ${other}`
    }),

    'zot-ci logs in as a member of artifact-workloads': proves(async (target, { signal }) => {
      const client = await knownClient(target)
      const credentials = await target.credentials(CI_USER)
      if (!credentials) {
        return needsPerson(
          `No password of ${CI_USER} is set (ZOT_CI_PASSWORD): see at ${target.provider.name} that it is so`,
        )
      }
      const claims = await claimsOf(await target.provider.discover(), client, credentials, signal)
      must(
        claims.preferred_username === CI_USER,
        `The claim preferred_username is ${JSON.stringify(claims.preferred_username)}, not "${CI_USER}"`,
      )
      must(
        JSON.stringify(claims.groups) === JSON.stringify([CI_GROUP]),
        `The claim groups is ${JSON.stringify(claims.groups)}, not only "${CI_GROUP}"`,
      )
      return `preferred_username "${CI_USER}", groups ["${CI_GROUP}"]`
    }),

    'A user outside the groups is turned away': proves(async (target, { signal }) => {
      const client = await knownClient(target)
      const { outsider, provider } = target
      const credentials = outsider === null ? undefined : await target.credentials(outsider)
      if (!credentials) {
        const told = await provider.describeAccess(target.access, client)
        if (told !== null) return told
        return needsPerson(
          `${provider.name} does not tell who may log in, and no outsider is set (ZOT_OUTSIDER_USER, ZOT_OUTSIDER_PASSWORD): try it as somebody in neither group`,
        )
      }
      try {
        await claimsOf(await provider.discover(), client, credentials, signal)
      } catch (error) {
        if (!(error instanceof LoginRefused)) throw error
        must(error.why === 'denied', `${outsider} was turned away, but for another reason: ${error.message}`)
        return error.message
      }
      throw new Error(`${outsider}, who is in no group, may log in to the registry`)
    }),

    "The client's credentials are where the role reads them": proves(async (target) => {
      const client = await knownClient(target)
      const { clientid, clientsecret } = await readCredentials(target.credentialsFile)
      must(
        clientid === client.clientId && clientsecret === client.clientSecret,
        `${target.credentialsFile} holds other credentials than the client's`,
      )
      const mode = (await stat(target.credentialsFile)).mode & 0o777
      must(mode === 0o600, `${target.credentialsFile} has mode ${mode.toString(8)}, not 600`)
      return `client ${clientid}, mode 0600`
    }),
  },
})
