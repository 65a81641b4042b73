import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { versionText } from '../registry/version.ts'
import { SandboxError } from './error.ts'
import { errorText, isObject } from './files.ts'

/** Which program the sandbox's two registries run. The embedded stand-in runs by this Node, so it has no path. */
export interface ProgramRecord {
  kind: 'zot' | 'stand-in'
  version: string
  /** Absolute path of the zot binary; `null` for the embedded stand-in. */
  path: string | null
  /** Size and time of the binary: an upgrade in place is seen by them. Empty for the stand-in. */
  stamp: string
}

const STAND_IN = fileURLToPath(new URL('../registry/main.ts', import.meta.url))

export function isProgramRecord(value: unknown): value is ProgramRecord {
  return (
    isObject(value) &&
    (value.kind === 'zot' || value.kind === 'stand-in') &&
    typeof value.version === 'string' &&
    (value.path === null || typeof value.path === 'string') &&
    typeof value.stamp === 'string'
  )
}

/** The command that `serve <config>` and `verify <config>` are added to. */
export function commandOf(program: ProgramRecord): string[] {
  return program.path === null ? [process.execPath, STAND_IN] : [program.path]
}

/** Where `ZOT_BIN` points, as an absolute path; `undefined` if it is not set. */
export function namedBinary(env: NodeJS.ProcessEnv): string | undefined {
  return env.ZOT_BIN ? resolve(env.ZOT_BIN) : undefined
}

/** Chooses the program for a new sandbox: `ZOT_BIN`, else `zot` on PATH, else the embedded stand-in. */
export async function findProgram(env: NodeJS.ProcessEnv): Promise<ProgramRecord> {
  const named = namedBinary(env)
  if (named) return inspectProgram(named)
  const onPath = findOnPath('zot', env)
  // Another program may be called zot; only one that was named on purpose is worth an error.
  const found = onPath ? await inspectProgram(onPath).catch(() => undefined) : undefined
  return found ?? inspectProgram(null)
}

/** Whether what is kept of the program still holds: no other one named by `ZOT_BIN`, the binary not replaced. */
export function isCurrent(kept: ProgramRecord, env: NodeJS.ProcessEnv): boolean {
  const named = namedBinary(env)
  return (!named || named === kept.path) && kept.stamp === stampOf(kept.path)
}

/**
 * What is kept of the program, brought up to date: `ZOT_BIN` may name another binary of the same kind, or the binary may have
 * been upgraded in place. Another kind is refused, since neither reads what the other stored.
 */
export async function refreshProgram(kept: ProgramRecord, env: NodeJS.ProcessEnv, dir: string): Promise<ProgramRecord> {
  if (isCurrent(kept, env)) return kept
  const path = namedBinary(env) ?? kept.path
  const program = await inspectProgram(path)
  if (program.kind === kept.kind) return program
  throw new SandboxError(
    path ?? 'the embedded stand-in',
    `this sandbox was made with the ${kept.kind}, and this is the ${program.kind}; neither reads what the other stored`,
    `unset ZOT_BIN to go on as before, or stop the sandbox and move ${dir} out of the way to make a new one with it`,
  )
}

/** Runs `--version` of the program: a real zot answers one JSON line whose `commit` is the release. What the embedded stand-in is stands here. */
export async function inspectProgram(path: string | null): Promise<ProgramRecord> {
  if (path === null) return { kind: 'stand-in', version: versionText, path, stamp: '' }
  const stamp = stampOf(path)
  const output = await new Promise<string>((settle, fail) => {
    execFile(path, ['--version'], { timeout: 20_000 }, (error, stdout, stderr) => {
      if (error) fail(programError(path, `--version failed: ${stderr.trim().slice(0, 400) || errorText(error)}`))
      else settle(`${stdout}\n${stderr}`)
    })
  })
  const commit = /"commit":"v?([^"]+)"/.exec(output)?.[1]
  if (!commit) throw programError(path, '--version does not answer like zot')
  const kind = /stand-in/i.test(output) ? 'stand-in' : 'zot'
  return { kind, version: commit.replace(/-0-g[0-9a-f]+$/, ''), path, stamp }
}

function programError(file: string, reason: string): SandboxError {
  return new SandboxError(
    file,
    reason,
    'let ZOT_BIN name a zot binary that runs on this machine; without one (and without zot on PATH) the stand-in is used',
  )
}

function stampOf(path: string | null): string {
  if (path === null) return ''
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.size} ${Math.round(found.mtimeMs)}` : 'gone'
}

function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const candidates = (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((dir) => resolve(join(dir, name)))
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return statSync(file).isFile()
    } catch {
      return false
    }
  })
}
