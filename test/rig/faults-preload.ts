/**
 * Loaded into the runner before anything else (`--import`, see `faults.ts`): writes down what the runner does to files below a
 * folder and which processes it starts, and at the chosen place kills it or refuses. Takes itself out of the environment: no
 * task process has it.
 */
import { ChildProcess } from 'node:child_process'
import { openSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { resolve } from 'node:path'
import type { Fault } from './faults.ts'
import { type Effect, inWords, type Meet, watchFiles } from './watch-files.ts'

const { root, record, fault } = JSON.parse(process.env.MIKADO_FAULTS ?? '{}') as {
  root: string
  record: string
  fault: Fault | null
}
delete process.env.MIKADO_FAULTS
delete process.env.NODE_OPTIONS

const write = writeSync
const log = openSync(record, 'a')
let counted = 0

const meet: Meet = (effect, act, half) => {
  const hit = fault !== null && fault.kind === effect.kind && new RegExp(fault.only ?? '').test(inWords(effect))
  const nth = hit ? counted++ : -1
  const here = hit && (fault.onward ? nth >= fault.at : nth === fault.at)
  write(log, `${JSON.stringify({ ...effect, met: here })}\n`)
  if (!here) return act()
  const { how } = fault
  if (how === 'short') return half()
  if (how.startsWith('half, ')) half()
  if (how === 'kill after') act()
  if (how.includes('kill')) die()
  throw refusal(how.replace('half, then ', ''), effect)
}

function die(): never {
  for (;;) process.kill(process.pid, 'SIGKILL')
}

const words: Record<string, string> = {
  EACCES: 'permission denied',
  EAGAIN: 'resource temporarily unavailable',
  EIO: 'i/o error',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left on device',
  EROFS: 'read-only file system',
}

/** As the system words it. */
function refusal(code: string, { op, path }: Effect): Error {
  const errno = -((constants.errno as Record<string, number>)[code] ?? 0)
  const syscall = op.replace(/File$/, '').replace('exists', 'access')
  const error = new Error(`${code}: ${words[code]}, ${syscall}${op === 'write' ? '' : ` '${resolve(root, path)}'`}`)
  return Object.assign(error, { code, errno, syscall })
}

watchFiles(root, meet)

interface Spawn {
  spawn: (options: { file: string; args?: string[] }) => number
}
const { prototype } = ChildProcess as unknown as { prototype: Spawn & ChildProcess }
const { spawn } = prototype
prototype.spawn = function (this: ChildProcess & Spawn, options) {
  const words = (options.args ?? [])
    .slice(1)
    .filter((word) => !/[\n]|^-C$|^--disable-warning/.test(word) && word !== root)
  const path = [options.file.replace(/^.*\//, ''), ...words].join(' ')
  const act = () => {
    const result = spawn.call(this, options)
    const { send } = this
    if (send)
      this.send = (message: unknown, ...more: unknown[]) => {
        const asked = () => Reflect.apply(send, this, [message, ...more]) as boolean
        const { type, questions = [] } = message as { type: string; questions?: { type: string }[] }
        const path = questions.map((question) => question.type).join(' ') || type
        return meet({ kind: 'ask', op: 'send', path }, asked, asked)
      }
    write(log, `${JSON.stringify({ pid: this.pid ?? null })}\n`)
    return result
  }
  try {
    return meet({ kind: 'start', op: 'spawn', path }, act, act)
  } catch (error) {
    // As Node does it when there are too many files: told later, and the child has no streams. All else it throws.
    const { errno, code } = error as { errno?: number; code?: string }
    if (errno === undefined || code !== 'EMFILE') throw error
    const told = Object.assign(new Error(`spawn ${options.file} ${code}`), { errno, code, syscall: 'spawn' })
    process.nextTick(() => this.emit('error', told))
    return errno
  }
}
