/** Reading a CI workflow: whether a step takes a secret from the store and hands it on as it should. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

interface Step {
  name?: string
  run?: string
  env?: Record<string, string>
}

/**
 * Finds the steps of a Forgejo workflow that use a secret.
 *
 * @param way what the step's script must look like, on one line.
 * @throws Error with the file, when no step takes the secret from the store, one does it another way, or one shows it as an argument.
 */
export async function readWorkflow(root: string, name: string, secret: string, way: RegExp): Promise<void> {
  const path = join('.forgejo', 'workflows', name)
  const text = await readFile(join(root, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path} cannot be read (${error.code})`)
  })
  judgeWorkflow(text, path, secret, way)
}

/** The same for a text already read. */
export function judgeWorkflow(text: string, path: string, secret: string, way: RegExp): void {
  const { jobs } = (parse(text) ?? {}) as { jobs?: Record<string, { env?: Record<string, string>; steps?: Step[] }> }
  const steps = Object.values(jobs ?? {}).flatMap((job) => job.steps ?? [])
  const users = steps.filter((step) => step.env?.[secret] !== undefined)
  if (users.length === 0) throw new Error(`${path}: no step takes ${secret} into its environment`)
  for (const step of users) {
    const place = `${path}, step "${step.name ?? '?'}"`
    if (!new RegExp(`^\\$\\{\\{\\s*secrets\\.${secret}\\s*\\}\\}$`).test(step.env?.[secret] ?? '')) {
      throw new Error(`${place}: ${secret} is not read from the secret store`)
    }
    const script = (step.run ?? '').replace(/\\\n/g, ' ').replace(/\s+/g, ' ')
    if (!way.test(script)) throw new Error(`${place}: ${secret} is there, but the push does not use it`)
    if (/--(dest-)?creds\b/.test(script))
      throw new Error(`${place}: credentials as an argument are in the process list`)
  }
}
