/** Whether all is there that the chain needs, looked at before anything starts; `mikado doctor` shows it. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { which } from 'zx/core'
import type { Finding, PreflightContext } from '../../../scripts/index.ts'
import { findProgram } from '../sandbox/program.ts'
import { examineHosts } from './deploy.ts'
import { askSandbox } from './elsewhere.ts'
import { find } from './finding.ts'
import { exchange } from './http.ts'
import type { RealSettings } from './real-settings.ts'
import { openRealTarget } from './real-target.ts'
import { type Settings, SettingsError } from './settings.ts'
import { CI_USER, settingsOf } from './target.ts'

/** The same function in all tasks of the chain, so that it is asked once. Starts nothing, not even the sandbox. */
export async function zotPreflight({ root, signal, secret }: PreflightContext): Promise<Finding[]> {
  const [settings, ansible] = await Promise.all([settingsFound(root), ansibleFound(root)])
  if (Array.isArray(settings)) return [...settings, ansible]
  const { real, elsewhere } = settings
  if (!real && elsewhere) {
    await secret(elsewhere.token)
    const answers = find('sandbox', async () => {
      const { registry } = (await askSandbox(elsewhere, signal)).sandbox
      return `${registry.url}, through a tunnel`
    })
    const alone = 'name that of the sandbox and no other'
    const hosts = ansible.ok ? [examineHosts(root, elsewhere.inventory, null, signal, alone)] : []
    return [ansible, ...(await Promise.all([answers, ...hosts])), await tools(settings)]
  }
  if (!real) return [ansible, ...(await sandboxFindings(settings))]
  const {
    registry,
    provider,
    access: groups,
    secrets: store,
    confidential,
  } = await openRealTarget(root, settings, real, signal)
  for (const value of confidential) await secret(value)
  const answers = find('registry', async () => {
    const { status } = await exchange(`${registry.url}/v2/`, { signal })
    if (status === 200 || status === 401) return `${registry.url} answers`
    throw new Error(
      `${registry.url}/v2/ answered ${status}: that is no registry. Is ZOT_REGISTRY_URL right, and zot up?`,
    )
  })
  const hosts = ansible.ok ? examineHosts(root, real.inventory, real.hosts, signal) : []
  const looked = await Promise.all([answers, hosts, provider.examine(groups), store.examine()])
  return [ansible, ...looked.flat(), logins(real), await tools(settings)]
}

/** The settings, or every fault of them as a finding. */
async function settingsFound(root: string): Promise<Settings | Finding[]> {
  try {
    return await settingsOf(root, process.env)
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    return error.faults.map((detail) => ({ about: 'setting', ok: false, detail }))
  }
}

function ansibleFound(root: string): Promise<Finding> {
  return find('ansible', async () => {
    const program = join(root, '.venv/bin/ansible-playbook')
    await access(program).catch(() => {
      throw new Error('not installed in .venv. Run `npm run setup`, then again.')
    })
    return '.venv/bin/ansible-playbook'
  })
}

async function sandboxFindings(settings: Settings): Promise<Finding[]> {
  const registry = find('sandbox', async () => {
    const { kind, version } = await findProgram(process.env)
    return kind === 'zot'
      ? `a real zot (${version})`
      : 'the stand-in, not a real zot: ZOT_BIN is not set and no zot is on PATH'
  })
  return [await registry, await tools(settings)]
}

/** Where a person will be asked, because nobody's password or key for it is set. */
function logins({ ci, admin, outsider, provider }: RealSettings): Finding {
  const asked = [
    // authentik keeps a password for CI's user, and tells who may log in.
    ...(provider.kind === 'authentik' || ci.password || ci.key
      ? []
      : [`${CI_USER}: neither ZOT_CI_PASSWORD nor ZOT_CI_API_KEY is set, so a person is asked`]),
    ...(provider.kind === 'authentik' || outsider
      ? []
      : ['ZOT_OUTSIDER_USER is not set: a person is asked whether others are turned away']),
    ...(admin ? [] : ['ZOT_ADMIN_USER is not set: what checks push stays in the registry']),
  ]
  return { about: 'logins', ok: true, detail: asked.join('\n') || 'without a person' }
}

/** What is used where it is there, and not missed where it is not. */
async function tools({ chromium }: Settings): Promise<Finding> {
  const skopeo = await which('skopeo', { nothrow: true })
  const words = [
    `skopeo: ${skopeo ?? 'not installed, its proofs go over HTTP'}`,
    `Chromium: ${chromium?.path ?? 'not installed, the browser login is walked over HTTP'}`,
  ]
  return { about: 'also used', ok: true, detail: words.join('\n') }
}
