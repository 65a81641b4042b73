/** What the tests of the provider share: a stub with people, and the provider on it. */
import { authentikProvider } from '../../tasks/zot/identity/authentik/provider.ts'
import { addPeople, openStub, type Stub } from './stub.ts'

export const redirectUri = 'http://registry.test/zot/auth/callback/oidc'
export const access = { ciUser: 'zot-ci', ciGroup: 'artifact-workloads', adminGroup: 'admins' }

interface Options {
  token?: string
  issuer?: string
  url?: string
  ciUser?: string
}

/** A stub, and a fresh provider on it whenever one is asked for. */
export interface Rig extends Stub {
  issuer: string
  provider: (more?: Options) => ReturnType<typeof authentikProvider>
  /** Makes client and access; what was written for it is forgotten. */
  make: () => Promise<void>
}

export async function openRig(version?: string): Promise<Rig> {
  const stub = await openStub(version ? { version } : {})
  addPeople(stub.state)
  const { url, state, writes } = stub
  const issuer = `${url}/application/o/zot/`
  const { token } = state
  const provider = (more: Options = {}) => authentikProvider({ url, token, issuer, redirectUri, ...more })
  const make = async () => {
    const { client } = await provider().ensureClient()
    await provider().ensureAccess(access, client)
    writes.length = 0
  }
  return { ...stub, issuer, provider, make }
}

/** How a promise fails, in words. */
export const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was thrown',
    (error: Error) => `${error.name}: ${error.message}`,
  )
