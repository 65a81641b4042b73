/** A chain that lets its secrets slip wherever a task can say something, and what came of it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { card, plainEnvironment, program, type Ran, TestRepository } from '../rig/repository.ts'

/** What may be seen nowhere: a text with all that has to be escaped, and a number. */
export const token = `tok"en/5+ü'6`
export const pin = 48151623

/** Every form of them that this chain prints. */
export const forms = [
  ...[token, encodeURIComponent(token), JSON.stringify(token).slice(1, -1), String(pin), 'hunter'],
  ...['hunter2\\u0032', `tok"en/5+ü\\'6`, Buffer.from(token).toString('base64').slice(0, -2)],
]

const talkative = `import { existsSync, writeFileSync } from 'node:fs'
const token = ${JSON.stringify(token)}
const late = () => ['hun', 'ter22'].join('')
export default {
  apply: async ({ $, step, log, note, secret, evidence }) => {
    await secret(token)
    await secret('${pin}')
    await secret('ab')
    process.env.LEFT_BEHIND = token
    log('plain ' + token)
    console.log('json ' + JSON.stringify({ token }))
    console.error('address ' + encodeURIComponent(token))
    note('a note ' + token)
    await $\`echo \${token}\`
    await step('a step ' + token, () => ({ [token]: 1, header: 'Basic ' + btoa('ci:hunter22'), pin: ${pin} }))
    await secret('hunter22')
    writeFileSync(evidence('shot ' + late() + '.txt'), 'seen')
    if (!existsSync('tried')) {
      writeFileSync('tried', '')
      throw new Error('x'.repeat(597) + ' ' + late(), { cause: new Error('because of ' + token) })
    }
    writeFileSync('work.done', '')
    return { header: 'Bearer ' + late(), pin: ${pin}, url: 'http://x/', [late()]: 'a name' }
  },
  verify: {
    'It is done': async ({ secret }) => {
      await secret(token)
      if (!existsSync('work.done')) throw new Error('not done: ' + token)
      return 'done with ' + token
    },
  },
}
`

const receiving = `import { writeFileSync } from 'node:fs'
import { needsPerson } from '${join(program, '../index.ts')}'
export default {
  apply: ({ inputs, log }) => {
    const [, bare] = inputs.work.header.split(' ')
    log('bare ' + bare + ', pin ' + inputs.work.pin)
    writeFileSync('seen.json', JSON.stringify({ inputs, env: process.env }))
    throw new Error('refused with ' + bare)
  },
  verify: {
    'It looks good': ({ inputs }) => {
      needsPerson('open http://x/?h=' + encodeURIComponent(inputs.work.header))
    },
  },
}
`

const unloadable = `import { existsSync } from 'node:fs'
if (existsSync('work.done')) throw new Error('cannot begin with hunter22')
export default { apply: () => {} }
`

export function slippery(): TestRepository {
  return new TestRepository({
    'docs/work.md': card({ title: 'Work', checks: ['It is done'] }),
    'docs/next.md': card({ title: 'Next', requires: ['work'], checks: ['It looks good'] }),
    'docs/odd.md': card({ title: 'Odd', requires: ['work'], checks: [] }),
    'docs/goal.md': card({ title: 'Goal', requires: ['next', 'odd'], checks: [] }),
    'tasks/work.ts': talkative,
    'tasks/next.ts': receiving,
    'tasks/odd.ts': unloadable,
    'tasks/goal.sh*': '#!/bin/sh\n',
  })
}

/** Runs the command line under this umask. */
export function under(umask: string, repository: TestRepository, ...args: string[]): Ran {
  const { status, signal, stdout, stderr } = spawnSync(
    'sh',
    ['-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, program, ...args],
    { cwd: repository.root, env: plainEnvironment(), encoding: 'utf8' },
  )
  return { code: status, signal, stdout, stderr }
}

/** The folder of run data before any run, open to all. */
export function leaveOpen(repository: TestRepository): void {
  mkdirSync(repository.path('.mikado'), { mode: 0o777 })
}

/** Mode of each file and folder of the run data, by name. */
export function modes(repository: TestRepository): Map<string, string> {
  const names = ['', ...(readdirSync(repository.path('.mikado'), { recursive: true }) as string[])]
  return new Map(
    names.map((name) => {
      const found = statSync(join(repository.path('.mikado'), name))
      return [`${name}${found.isDirectory() ? '/' : ''}`, (found.mode & 0o777).toString(8)]
    }),
  )
}
