/** Settings of the chain: read from the environment once, validated together. */
import { accessSync, constants, existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { type Elsewhere, readElsewhere } from './elsewhere.ts'
import { type RealSettings, readReal } from './real-settings.ts'

export interface Settings {
  /** How long a new key for CI lives, in days. */
  keyDays: number
  /** Chromium for the browser login, where there is one. One that somebody named must work. */
  chromium: { path: string; named: boolean } | null
  /** The registry to work on; `null`: the sandbox. */
  real: RealSettings | null
  /** The machine of the sandbox; `null`: this one. */
  elsewhere: Elsewhere | null
}

/** A key nearer to its end than this is replaced, in days. */
export const RENEW_WITHIN_DAYS = 14

export class SettingsError extends Error {
  override name = 'SettingsError'
  readonly faults: string[]
  constructor(faults: string[]) {
    super(`${faults.length === 1 ? 'A setting is' : `${faults.length} settings are`} wrong:\n- ${faults.join('\n- ')}`)
    this.faults = faults
  }
}

/** What reading the settings asks of the machine. */
export interface Machine {
  /** Absolute path of the repository: relative paths start there. */
  root: string
  isExecutable: (path: string) => boolean
  exists: (path: string) => boolean
}

export function machineAt(root: string): Machine {
  return { root, isExecutable: executable, exists: existsSync }
}

/**
 * Reads the settings. `docs/reference/targets.md` lists them.
 *
 * @param found faults found before, told together with those found here.
 * @throws SettingsError naming every fault.
 */
export function readSettings(env: NodeJS.ProcessEnv, machine: Machine, found: readonly string[] = []): Settings {
  const faults = [...found]
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
    else if (!machine.isExecutable(path))
      faults.push(`${name} is "${path}": there is no program there that can be run.`)
  }
  const real = readReal(env, machine, faults)
  const elsewhere = readElsewhere(env, machine, faults)
  if (elsewhere && real)
    faults.push('A sandbox on another machine is named, and so is a real registry: unset one of the two.')
  if (faults.length > 0) throw new SettingsError(faults)
  return { keyDays, chromium: chromiumOf(env, machine), real, elsewhere }
}

function chromiumOf(env: NodeJS.ProcessEnv, { isExecutable }: Machine): Settings['chromium'] {
  if (env.CHROMIUM) return { path: env.CHROMIUM, named: true }
  const usual = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium']
  const path = usual.find(isExecutable)
  return path ? { path, named: false } : null
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
