/** A sandbox of its own for a test file: real processes in a temporary folder, all ended afterwards. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findRunning } from '../../tasks/zot/sandbox/processes.ts'
import { stopSandbox } from '../../tasks/zot/sandbox/sandbox.ts'

export const root = resolve(import.meta.dirname, '../..')
export const main = join(root, 'tasks/zot/sandbox/main.ts')

export interface Place {
  dir: string
  remove: () => Promise<void>
}

export function temporarySandbox(): Place {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-')))
  const dir = join(base, 'sandbox')
  const remove = async (): Promise<void> => {
    await stopSandbox(dir)
    rmSync(base, { recursive: true, force: true })
  }
  return { dir, remove }
}

export interface Ran {
  code: number | null
  output: string
}

export function run(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  return new Promise((settle, fail) => {
    const child: ChildProcess = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8')
      })
    }
    child.once('error', fail)
    child.once('close', (code) => settle({ code, output }))
  })
}

/** The sandbox's command line, as people and the role run it. */
export function cli(...args: string[]): Promise<Ran> {
  return run(process.execPath, [main, ...args])
}

/** All processes of each server of the sandbox. */
export function servers(dir: string): Record<'provider' | 'registry' | 'upstream', number[]> {
  return {
    provider: findRunning(['serve', join(dir, 'provider')]),
    registry: findRunning(['serve', join(dir, 'registry', 'config.json')]),
    upstream: findRunning(['serve', join(dir, 'upstream', 'config.json')]),
  }
}

export function allServers(dir: string): number[] {
  return Object.values(servers(dir)).flat()
}

export function readText(...path: string[]): string {
  return readFileSync(join(...path), 'utf8')
}

/** Asks until it holds; the message says what never came. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, patience = 10_000): Promise<void> {
  const deadline = performance.now() + patience
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`never came: ${what}`)
    await new Promise((next) => setTimeout(next, 10))
  }
}
