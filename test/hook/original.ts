/** The original check of blumeops, run as it is, for comparison. `BLUMEOPS` names a clone or bare repository of eblume/blumeops. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { plainEnvironment, type TestRepository } from '../rig/repository.ts'

const script = 'mise-tasks/mikado-branch-invariant-check'
const place = join(tmpdir(), 'mikado-original-venv')

export interface Original {
  /** Puts the script where it looks for its repository, out of git's sight. */
  putInto: (repository: TestRepository) => string
  /** Judges the branch, with the message of a commit that is being made. */
  judges: (repository: TestRepository, message: string | null) => 'accepts' | 'refuses' | 'crashes'
}

/** The original, ready to run, or why it cannot be. */
export function findOriginal(): Original | string {
  const from = process.env.BLUMEOPS
  if (!from) return 'BLUMEOPS does not name a clone of eblume/blumeops'
  const shown = spawnSync('git', ['-C', from, 'show', `HEAD:${script}`], { encoding: 'utf8' })
  if (shown.status !== 0) return `${from} has no ${script}`
  const python = join(place, 'bin/python')
  try {
    if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', place])
    if (spawnSync(python, ['-c', 'import rich']).status !== 0)
      execFileSync(python, ['-m', 'pip', '--quiet', 'install', 'rich'])
  } catch (error) {
    return `python3 with rich is not to be had: ${(error as Error).message}`
  }
  const putInto = (repository: TestRepository) => {
    const file = repository.path(script)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(repository.path('.git/info/exclude'), `/${dirname(script)}/\n`)
    writeFileSync(file, shown.stdout)
    return `'${python}' '${file}'`
  }
  return {
    putInto,
    judges: (repository, message) => {
      putInto(repository)
      const words = [repository.path(script), ...(message === null ? [] : [message])]
      const env = { ...plainEnvironment(), PYTHONUTF8: '1' }
      const { status, stderr } = spawnSync(python, words, { cwd: repository.root, env, encoding: 'utf8' })
      if (status === 0) return 'accepts'
      if (status === 1 && stderr.includes('Mikado Branch Invariant violations')) return 'refuses'
      if (stderr.includes('UnicodeDecodeError')) return 'crashes'
      throw new Error(`the original ended with ${status}: ${stderr}`)
    },
  }
}
