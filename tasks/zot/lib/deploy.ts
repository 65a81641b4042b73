/** Deploying the registry's configuration with the Ansible role. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { $ } from 'zx/core'
import type { TaskContext } from '../../../scripts/index.ts'
import { compiledAlike } from './compiled.ts'
import { type Finding, find } from './finding.ts'
import { writePrivate } from './private-file.ts'
import { sweepScratch, withScratch } from './scratch.ts'

/** What a card turns on. The role adds it to what was turned on before. */
export type Part = 'login' | 'keys' | 'policy' | 'whole'

/** Which hosts to deploy to. */
export interface Hosts {
  /** A path, or a list of hosts with a comma. */
  inventory: string
  /** This machine itself, without ssh. */
  local: boolean
}

/**
 * Runs the playbook. The variables go by a file of mode 0600: some name secrets' places, none belongs on a command line.
 *
 * @returns what it changed, for the log.
 * @throws Error with the failed task and Ansible's own words about it, nothing else of its output.
 */
export async function deploy(
  context: TaskContext,
  { inventory, local }: Hosts,
  variables: Record<string, unknown>,
): Promise<string> {
  const program = join(context.root, '.venv/bin/ansible-playbook')
  await access(program).catch(() => {
    throw new Error(`Ansible is not installed in ${join(context.root, '.venv')}. Run \`npm run setup\`, then again.`)
  })
  await sweepScratch(context.root)
  return withScratch(context.root, async (dir) => {
    const file = join(dir, 'variables.json')
    await writePrivate(file, JSON.stringify(variables))
    const run = context.$({ env: environment(context.root, local), nothrow: true, cwd: context.root })
    const connection = local ? ['-c', 'local'] : []
    const output = await run`${program} -i ${inventory} ${connection} -e ${`@${file}`} ansible/deploy-zot.yml`
    if (output.exitCode === 0) return changes(output.stdout)
    throw new Error(`The deployment failed. ${complaint(`${output.stdout}\n${output.stderr}`)}`)
  })
}

function environment(root: string, local: boolean): NodeJS.ProcessEnv {
  const utf8 = /utf-?8/i
  const locale = [process.env.LC_ALL, process.env.LANG].find((name) => name && utf8.test(name))
  return {
    ...process.env,
    // Ansible refuses to start in a locale without UTF-8.
    LC_ALL: locale ?? (process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'),
    // Below the home directory otherwise, which need not be writable.
    ANSIBLE_HOME: join(root, '.mikado', 'ansible'),
    // On this machine its own default is below the home that the system has on record, which need not exist. What the role starts here is ours.
    ...(local ? { ANSIBLE_REMOTE_TMP: join(root, '.mikado', 'ansible', 'tmp'), ...compiledAlike() } : {}),
    ANSIBLE_CONFIG: process.env.ANSIBLE_CONFIG || join(root, 'ansible', 'ansible.cfg'),
    ANSIBLE_ROLES_PATH: join(root, 'ansible', 'roles'),
    ANSIBLE_NOCOLOR: '1',
  }
}

/** Whether the inventory can be read, names hosts, and each of them lets us in and has a Python that runs. Changes nothing there. `choose`: what to do about several. */
export async function examineHosts(
  root: string,
  inventory: string,
  hosts: string | null,
  signal: AbortSignal,
  choose = 'set ZOT_HOSTS to that of the registry',
): Promise<Finding> {
  const pattern = hosts ?? 'all'
  return find('hosts', async () => {
    const env = { ...environment(root, false), ANSIBLE_DEPRECATION_WARNINGS: 'False' }
    const run = $({ env, nothrow: true, cwd: root, quiet: true, signal, timeout: '60s' })
    const program = join(root, '.venv/bin/ansible')
    const output = await run`${program} -i ${inventory} ${pattern} --one-line -m ansible.builtin.ping`
    const text = `${output.stdout}\n${output.stderr}`
    const answered = [...text.matchAll(/^(\S+) \| SUCCESS/gm)].map(([, host]) => host)
    const failed = [...text.matchAll(/^(\S+) \| (?:UNREACHABLE|FAILED)[!:=> ]+(.*)$/gm)].map(
      ([, host, why = '']) => `${host}: ${why.startsWith('{') ? reason(why) : why}`,
    )
    if (failed.length > 0) {
      throw new Error(
        `${failed.join('\n')}\nSee that \`ssh\` reaches it and Python runs there, and what ${inventory} says of it.`,
      )
    }
    if (answered.length > 1 && hosts === null) throw new Error(`${inventory} has ${answered.length} hosts: ${choose}.`)
    if (answered.length > 0) return `${answered.join(', ')} (${inventory})`
    if (/no hosts matched|hosts list is empty|Could not match/i.test(text))
      throw new Error(`No host of ${inventory} matches "${pattern}". Set ZOT_HOSTS, or add the host of the registry.`)
    // Ansible tries one form of inventory after the other, and what each of them said may be the cause.
    const tried = [...text.matchAll(/^\[(?:WARNING|ERROR)\]: (.*\bpars.*)$/gm)].map(([, words]) => words).slice(0, 4)
    const said = tried.length > 0 ? `\n${tried.join('\n')}` : ` ${output.stderr.trim().split('\n').slice(-2).join(' ')}`
    throw new Error(`${inventory} names no host that can be used:${said}`)
  })
}

/** Ansible's recap as a few words. */
export function changes(output: string): string {
  const changed = Number(/changed=(\d+)/.exec(output)?.[1] ?? 0)
  if (changed === 0) return 'nothing to change'
  const tasks: string[] = []
  let task = ''
  for (const line of output.split('\n')) {
    task = /^(?:TASK|RUNNING HANDLER) \[(?:[^\]:]+ : )?(.+?)\] \**$/.exec(line)?.[1] ?? task
    if (line.startsWith('changed: ') && tasks.at(-1) !== task) tasks.push(task)
  }
  return `changed: ${tasks.join(' · ')}`
}

/** The failed task and why, out of pages of output. */
export function complaint(output: string): string {
  let task = ''
  let last: string | undefined
  for (const line of output.split('\n')) {
    task = /^(?:TASK|RUNNING HANDLER) \[(?:[^\]:]+ : )?(.+?)\] \**$/.exec(line)?.[1] ?? task
    const failure = /^(?:fatal|failed): .*?=> (\{.*)$/.exec(line)?.[1]
    // After a start that failed the role goes back; the last word says how that went, too.
    if (failure) last = `Task "${task}": ${reason(failure)}`
  }
  if (last !== undefined) return last
  const error = /^(?:\[ERROR\]|ERROR!):? *(.+)$/m.exec(output)?.[1]
  return error ?? output.trim().split('\n').slice(-3).join(' ')
}

function reason(json: string): string {
  try {
    const { msg, censored, ...output } = JSON.parse(json) as Record<string, string | undefined>
    const { stderr, stdout, module_stderr, module_stdout } = output
    const lines = (stderr || stdout || module_stderr || module_stdout || '').split('\n').map((line) => line.trim())
    const said = lines.filter(Boolean).slice(-5).join(' ')
    return [msg, said].filter(Boolean).join(': ') || censored || json.slice(0, 600)
  } catch {
    // Cut off or spread over lines: better the raw words than none.
    return json.slice(0, 600)
  }
}
