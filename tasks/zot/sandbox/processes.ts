import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/**
 * Finds processes by their arguments, so that neither a lost nor a stale pid file misleads: a process counts as the one looked
 * for when its last arguments are the given ones (which include an absolute path of the sandbox, hence are its own).
 */
export function isRunning(pid: number, lastArguments: string[]): boolean {
  const found = process.platform === 'linux' ? argumentsOnLinux(pid) : commandLine(pid)
  return found !== undefined && endsWith(found, lastArguments)
}

/** All processes with these last arguments. Reads the process table: some milliseconds. */
export function findRunning(lastArguments: string[]): number[] {
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
    return pids.filter((pid) => isRunning(pid, lastArguments))
  }
  return ps(['-A', '-ww', '-o', 'pid=,command=']).flatMap((line) => {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    return command !== undefined && endsWith(command.trimEnd(), lastArguments) ? [Number(pid)] : []
  })
}

/** A zombie has no arguments any more, which is right: it is dead. */
function argumentsOnLinux(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  } catch {
    return undefined
  }
}

function commandLine(pid: number): string | undefined {
  return ps(['-p', String(pid), '-ww', '-o', 'command='])[0]?.trimEnd()
}

function ps(args: string[]): string[] {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return []
  }
}

function endsWith(found: string[] | string, last: string[]): boolean {
  if (typeof found === 'string') return found.endsWith(` ${last.join(' ')}`)
  const start = found.length - last.length
  return start > 0 && last.every((argument, index) => found[start + index] === argument)
}
