/** What a call that found the lock taken said about who has it. */
import { hostname } from 'node:os'
import { expect } from 'vitest'
import type { Ran } from '../rig/repository.ts'

export interface Told {
  pid: number
  what: string
}

const help = 'Wait until it ends; reading commands work meanwhile.'

/** Exit code 75, nothing on stdout, and on stderr who works, where and since when, and the next step, in the form that was asked for. */
export function refusalOf(ran: Ran, json: boolean): Told {
  expect([ran.code, ran.stdout]).toEqual([75, ''])
  const { message, hint } = json ? errorIn(ran.stderr) : linesIn(ran.stderr)
  expect(hint).toBe(help)
  const [, what = '', pid, host, since = ''] =
    /^another run works in this repository: `(.*)`, process (\d+) on (\S+), since (\S+)$/.exec(message) ?? []
  expect([message, host, new Date(since).toISOString()]).toEqual([message, hostname(), since])
  return { pid: Number(pid), what }
}

function errorIn(stderr: string): { message: string; hint: string } {
  const { error } = JSON.parse(stderr.split('\n').at(-2) ?? '')
  expect(error).toEqual({ code: 75, message: error.message, card: null, hint: error.hint })
  return error
}

function linesIn(stderr: string): { message: string; hint: string } {
  const [, message = '', hint = ''] = /(?:^|\n)mikado: ([^\n]*)\n {2}([^\n]*)\n$/.exec(stderr) ?? []
  return { message, hint }
}
