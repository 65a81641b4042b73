/** Looks at what the runner itself lives on, without changing anything. */
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Finding } from '../index.ts'
import { ignores } from './git.ts'
import { holderOf } from './lock.ts'
import type { Repository } from './repository.ts'

/** Node, the folder for run data, git's opinion of it, and who works here now. */
export async function lookAround({ root, data }: Repository, lockPath: string): Promise<Finding[]> {
  return [
    { about: 'node', ok: true, detail: process.versions.node },
    { about: 'repository', ok: true, detail: root },
    dataFolder(data),
    await ignoredByGit(root),
    ...holder(lockPath),
  ]
}

function dataFolder(data: string): Finding {
  const about = 'run data'
  try {
    accessSync(existsSync(data) ? data : dirname(data), constants.W_OK)
    const found = statSync(data, { throwIfNoEntry: false })
    if (found === undefined) return { about, ok: true, detail: `${data}, made by the first run` }
    // A run closes its own folder.
    const closes = [0, found.uid].includes(process.getuid?.() ?? 0)
    if ((found.mode & 0o077) === 0 || closes) return { about, ok: true, detail: data }
    const detail = `${data} is another user's and open to others: it holds logs and secrets. Let its owner close it.`
    return { about, ok: false, detail }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return {
      about,
      ok: false,
      detail: `${data} cannot be written (${code}): nothing could be recorded. Mend its permissions.`,
    }
  }
}

async function ignoredByGit(root: string): Promise<Finding> {
  const about = 'git'
  const ignored = await ignores(root, '.mikado/journal.jsonl')
  if (ignored === null) return { about, ok: true, detail: 'no git repository here: statuses have no history' }
  if (ignored || !existsSync(join(root, '.mikado'))) return { about, ok: true, detail: 'leaves .mikado alone' }
  return {
    about,
    ok: false,
    detail: '.mikado is not ignored: it holds logs and secrets. Add `.mikado/` to .gitignore.',
  }
}

function holder(lockPath: string): Finding[] {
  const found = existsSync(lockPath) ? holderOf(lockPath) : null
  if (!found) return []
  return [
    {
      about: 'lock',
      ok: true,
      detail: `last taken by \`${found.what}\`, process ${found.pid} on ${found.host}, ${found.since}`,
    },
  ]
}
