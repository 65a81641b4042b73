/** Settings of the chain: read from the environment once, validated together. */
import { accessSync, constants } from 'node:fs'
import { isAbsolute } from 'node:path'

export interface Settings {
  /** Where the chain works. Only the sandbox, so far. */
  target: 'sandbox'
  /** How long a new key for CI lives, in days. */
  keyDays: number
  /** Chromium for the browser login, where there is one. One that somebody named must work. */
  chromium: { path: string; named: boolean } | null
}

/** A key nearer to its end than this is replaced, in days. */
export const RENEW_WITHIN_DAYS = 14

/** Settings of real targets. Refused rather than ignored: nobody shall believe that a real registry was hardened. */
const NOT_YET = ['ZOT_REGISTRY_URL', 'ZOT_INVENTORY', 'ZOT_PROVIDER', 'ZOT_ISSUER', 'ZOT_SECRET_STORE']

export class SettingsError extends Error {
  override name = 'SettingsError'
  readonly faults: string[]
  constructor(faults: string[]) {
    super(`${faults.length === 1 ? 'A setting is' : `${faults.length} settings are`} wrong:\n- ${faults.join('\n- ')}`)
    this.faults = faults
  }
}

/**
 * Reads the settings.
 *
 * | variable | meaning | default |
 * |---|---|---|
 * | `ZOT_TARGET` | `sandbox` | `sandbox` |
 * | `ZOT_KEY_DAYS` | life of CI's key, 15–365 days | 90 |
 * | `CHROMIUM` | path of a Chromium | `/usr/bin/chromium`, if there |
 *
 * `ZOT_BIN` (a real zot for the sandbox) is read by the sandbox; it is checked here too, so that all faults come in one message.
 *
 * @throws SettingsError naming every fault.
 */
export function readSettings(env: NodeJS.ProcessEnv, isExecutable = executable): Settings {
  const faults: string[] = []
  const target = env.ZOT_TARGET || 'sandbox'
  if (target !== 'sandbox') {
    faults.push(`ZOT_TARGET is "${target}": only "sandbox" is there so far. Unset it to work in the sandbox.`)
  }
  for (const name of NOT_YET) {
    if (env[name]) faults.push(`${name} is set, but real targets are not supported yet, only the sandbox. Unset it.`)
  }
  const keyDays = Number(env.ZOT_KEY_DAYS || '90')
  if (!Number.isInteger(keyDays) || keyDays <= RENEW_WITHIN_DAYS || keyDays > 365) {
    faults.push(
      `ZOT_KEY_DAYS is "${env.ZOT_KEY_DAYS}": give a whole number of days from ${RENEW_WITHIN_DAYS + 1} to 365.`,
    )
  }
  for (const name of ['ZOT_BIN', 'CHROMIUM']) {
    const path = env[name]
    if (!path) continue
    if (!isAbsolute(path)) faults.push(`${name} is "${path}": give an absolute path.`)
    else if (!isExecutable(path)) faults.push(`${name} is "${path}": there is no program there that can be run.`)
  }
  if (faults.length > 0) throw new SettingsError(faults)
  const usual = '/usr/bin/chromium'
  const chromium = env.CHROMIUM
    ? { path: env.CHROMIUM, named: true }
    : isExecutable(usual)
      ? { path: usual, named: false }
      : null
  return { target: 'sandbox', keyDays, chromium }
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
