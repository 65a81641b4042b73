/** A sandbox of its own with a hardened registry, without the minutes of a whole chain: what the role would deploy is written by hand. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { $ } from 'zx/core'
import type { TaskContext } from '../../scripts/index.ts'
import { writePrivate } from '../../tasks/zot/lib/private-file.ts'
import { openTarget, type Target } from '../../tasks/zot/lib/target.ts'
import { openSandbox, restartRegistry, stopSandbox } from '../../tasks/zot/sandbox/sandbox.ts'

export interface Hardened {
  target: Target
  context: TaskContext
  /** Opens the target again: users, client and key as they are now. */
  reopen: () => Promise<Target>
  remove: () => Promise<void>
}

export async function hardenedSandbox(): Promise<Hardened> {
  const root = mkdtempSync(join(tmpdir(), 'chain-'))
  const dir = join(root, '.mikado', 'sandbox')
  const remove = async (): Promise<void> => {
    await stopSandbox(dir)
    rmSync(root, { recursive: true, force: true })
  }
  try {
    const before = await openTarget({ root })
    const { client } = await before.provider.ensureClient()
    await before.provider.ensureAccess(before.access, client)
    const { ciGroup, adminGroup } = before.access
    await writePrivate(
      before.credentialsFile,
      JSON.stringify({ clientid: client.clientId, clientsecret: client.clientSecret }),
    )
    const { registry } = await openSandbox(dir)
    const file = join(registry.configDir, 'config.json')
    const config = JSON.parse(readFileSync(file, 'utf8'))
    config.http.auth = {
      openid: {
        providers: {
          oidc: {
            credentialsFile: before.credentialsFile,
            issuer: before.provider.issuer,
            scopes: ['openid', 'email', 'profile'],
            claimMapping: { username: 'preferred_username' },
          },
        },
      },
      apikey: true,
    }
    const policies = [
      { groups: [ciGroup], actions: ['read', 'create'] },
      { groups: [adminGroup], actions: ['read', 'create', 'update', 'delete'] },
    ]
    config.http.accessControl = {
      metrics: { users: [], anonymousPolicy: ['read'] },
      repositories: { '**': { policies, anonymousPolicy: ['read'], defaultPolicy: ['read'] } },
    }
    writeFileSync(file, JSON.stringify(config))
    await restartRegistry(dir)
    return { target: await openTarget({ root }), context: contextIn(root), reopen: () => openTarget({ root }), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** As the runner's, with nothing to journal and nothing to mask. */
export function contextIn(root: string): TaskContext {
  return {
    $: $({ cwd: root, quiet: true }),
    card: { id: 'test', title: 'Test', path: 'test.md' },
    root,
    log: () => {},
    note: () => {},
    evidence: (name) => join(root, name),
    inputs: {},
    secret: async (value) => value,
    exclusive: (_, work) => work(),
    signal: new AbortController().signal,
  }
}
