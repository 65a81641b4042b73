/** docs-mikado, as it is in the repository that it comes from. `BLUMEOPS` names a clone of eblume/blumeops; nothing of it is kept here. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const script = 'mise-tasks/docs-mikado'

/** The newest commit of the clone. @throws when there is none. */
export function docsMikadoVersion(): string {
  const { status, stdout } = git('rev-parse', '--short', 'HEAD')
  if (status !== 0) throw new Error('BLUMEOPS names no clone of eblume/blumeops')
  return `of ${stdout.trim()}`
}

/** Lays the script into a repository, where it looks for the documents beside itself. Answers its path there. */
export function putDocsMikado(root: string): string {
  mkdirSync(join(root, 'mise-tasks'), { recursive: true })
  writeFileSync(join(root, script), execFileSync('git', ['-C', clone(), 'show', `HEAD:${script}`]))
  return script
}

function git(...args: string[]) {
  return spawnSync('git', ['-C', clone(), ...args], { encoding: 'utf8' })
}

function clone(): string {
  return process.env.BLUMEOPS || 'no-such-folder'
}
