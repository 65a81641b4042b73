/** This machine and this checkout, as others are told of them. */
import { statSync } from 'node:fs'
import { hostname } from 'node:os'
import { git } from './git.ts'
import { ownVersion } from './itself.ts'

export interface Checkout {
  host: string
  pid: number
  /** Version of this program, and of the Node that runs it. */
  runner: string
  node: string
  /** What is checked out, shortened; null: git does not know. */
  commit: string | null
}

export async function checkoutOf(root: string): Promise<Checkout> {
  const { ok, stdout } = await git(root, ['rev-parse', '--short=12', 'HEAD'])
  return {
    host: hostname(),
    pid: process.pid,
    runner: ownVersion(),
    node: process.version,
    commit: ok ? stdout.trim() : null,
  }
}

/** Tells a checkout from every other, on this machine and elsewhere. */
export function deskOf(root: string): string {
  const { dev, ino } = statSync(root)
  return `${hostname()} ${dev} ${ino} ${root}`
}
