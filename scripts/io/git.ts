/** What git knows: the branch, and who sits here. */
import { execFile } from 'node:child_process'

/** The branch that is checked out; null outside git or on no branch. */
export function branchOf(root: string): Promise<string | null> {
  return ask(root, ['symbolic-ref', '--short', '-q', 'HEAD'])
}

/** The name that stands in commits, else the system's user. */
export async function personOf(root: string, env: NodeJS.ProcessEnv): Promise<string> {
  return (await ask(root, ['config', 'user.name'])) ?? env.USER ?? env.LOGNAME ?? 'somebody'
}

function ask(root: string, args: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile('git', ['-C', root, ...args], { timeout: 5000 }, (error, stdout) => {
      const said = stdout.trim()
      resolve(error || said === '' ? null : said)
    })
  })
}

/** Whether git leaves this path alone; null outside a git repository. */
export async function ignores(root: string, path: string): Promise<boolean | null> {
  if ((await ask(root, ['rev-parse', '--git-dir'])) === null) return null
  return (await ask(root, ['check-ignore', path])) !== null
}
