/** The scripts that have a shell ask `mikado complete`. */
import { readFileSync } from 'node:fs'

/** The script for bash, zsh or fish. */
export function shellScript(shell: string): string {
  return readFileSync(new URL(`../shell/mikado.${shell}`, import.meta.url), 'utf8')
}
