/** The commit-msg hook on disk. What somebody else put there is never changed. */
import { chmodSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { readText } from './documents.ts'
import { replaceFile } from './replace.ts'

/** By this line we know our own. */
const signature = '# Written by `mikado hook install`, taken away by `mikado hook uninstall`.'

export type HookState = 'none' | 'ours' | 'foreign'

export function hookState(file: string): HookState {
  const found = lstatSync(file, { throwIfNoEntry: false })
  if (!found) return 'none'
  return found.isFile() && readText(file)?.includes(signature) ? 'ours' : 'foreign'
}

/** The line of a shell that judges the message file "$1", called from the top of a working tree; `prefix` leads from there to the cards. */
export function hookCall(program: string, prefix: string): string {
  const where = prefix === '' ? '' : ` -C ${quoted(prefix)}`
  // What npx keeps for a while may be gone tomorrow; it finds it again.
  const temporary = /[\\/]_npx[\\/]/.test(program)
  const runner = temporary ? 'npx mikado-runner' : `${quoted(process.execPath)} ${quoted(resolve(program))}`
  return `${runner}${where} hook commit-msg "$1"`
}

/** Writes the hook. On other branches than ours it costs nothing, and works without the runner. */
export function writeHook(file: string, call: string): void {
  const text = `#!/bin/sh
${signature}
case "$(git symbolic-ref -q HEAD)" in
refs/heads/mikado/*) ${call} ;;
esac
`
  mkdirSync(dirname(file), { recursive: true })
  // Beside it: the scratch of the run data is emptied by whoever takes the lock, and this needs none.
  replaceFile(file, text, dirname(file), 0o755)
  chmodSync(file, 0o755)
}

export function removeHook(file: string): void {
  rmSync(file)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
