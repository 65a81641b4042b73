/** Where the chain works: a registry, its identity provider, CI's secret store, and a way to deploy. */
import type { TaskContext } from '../../../scripts/index.ts'
import type { Access, IdentityProvider } from '../identity/provider.ts'
import { reveal } from '../secrets/op.ts'
import type { SecretStore } from '../secrets/store.ts'
import type { Part } from './deploy.ts'
import type { Credentials } from './form.ts'
import { SECRET_SETTINGS, TARGET_SETTINGS } from './real-settings.ts'
import { openRealTarget } from './real-target.ts'
import { openSandboxTarget } from './sandbox-target.ts'
import { machineAt, readSettings, type Settings } from './settings.ts'

/** Names that cards, role and workflows agree on. */
export const CI_USER = 'zot-ci'
export const CI_GROUP = 'artifact-workloads'
export const KEY_NAME = 'ZOT_CI_API_KEY'

export interface Target {
  /** For people. */
  name: string
  /** Another sandbox, or another registry, has another: what was done for one was not done for the other. */
  identity: string
  settings: Settings
  registry: {
    /** Without a slash at the end. */
    url: string
    /** "a real zot (2.1.20)" or "the stand-in, not a real zot": every report says which of the two it was. */
    describe: () => Promise<string>
  }
  provider: IdentityProvider
  access: Access
  /** Where the registry's configuration role reads the client's id and secret; mode 0600. */
  credentialsFile: string
  /** An image that the registry pulls through; `null` when it does not pull through. */
  cached: {
    repository: string
    tag: string
    /** As the upstream has it; `null` when that is not known here. */
    digest: string | null
    upstream: string | null
    /** Nobody misses it: it may be taken out of the cache, to see it fetched again. */
    disposable: boolean
  } | null
  secrets: SecretStore
  /** A person of the admin group, for cleaning up after probes; `null` when none is known. */
  admin: string | null
  /** Somebody who is in neither group; `null` when none is known. */
  outsider: string | null
  /** How this user logs in without a person; `undefined` when only a person can. */
  credentials: (user: string) => Promise<Credentials | undefined>
  /** An API key of this user that was given; `undefined` without one. */
  givenKey: (user: string) => string | undefined
  /** What must never be shown, as far as it is known without asking anybody; the provider knows more. */
  confidential: string[]
  /** Deploys the registry with these parts and those deployed before; answers what that changed. */
  deploy: (parts: Part[], context: TaskContext) => Promise<string>
}

export interface Surroundings {
  /** Absolute path of the repository. */
  root: string
  env?: NodeJS.ProcessEnv
  signal?: AbortSignal
}

/**
 * Opens the target that the settings name; in the sandbox this starts what should be running.
 *
 * @throws SettingsError with every fault of the settings, before anything is started.
 */
export async function openTarget({ root, env = process.env, signal }: Surroundings): Promise<Target> {
  const settings = await settingsOf(root, env)
  return settings.real
    ? openRealTarget(root, settings, settings.real, signal)
    : openSandboxTarget(root, settings, env, signal)
}

/** The settings, with secrets read from where they are kept. @throws SettingsError naming every fault. */
export async function settingsOf(root: string, env: NodeJS.ProcessEnv): Promise<Settings> {
  // Without a real target nobody needs these: no question of 1Password then.
  const revealed = await reveal(env, TARGET_SETTINGS.some((name) => env[name]) ? SECRET_SETTINGS : [])
  return readSettings(revealed.env, machineAt(root), revealed.faults)
}
