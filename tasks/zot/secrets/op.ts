/** Settings whose value is a reference, `op://vault/item/field`: read from 1Password by its own program `op`. */
import { execFile } from 'node:child_process'

export interface Revealed {
  /** A copy of the environment with values in place of the references that could be read. */
  env: NodeJS.ProcessEnv
  /** What could not be read, each with the variables, the reference, the cause and the next step. No secret in it. */
  faults: string[]
  /** The variables whose value in `env` came from 1Password: what must be masked. */
  revealed: string[]
  /** The variables of the faults. In `env` they still hold their reference: set, so nobody calls them missing, and good for nothing else. */
  unreadable: string[]
}

/** Reads one reference. @throws OpUnusable when another reference would fare no better, Error with `op`'s last words otherwise. */
export type ReadOp = (reference: string, env: NodeJS.ProcessEnv) => Promise<string>

/** Not one reference is wrong, but `op` cannot be asked at all. */
export class OpUnusable extends Error {
  override name = 'OpUnusable'
}

export function isReference(value: string | undefined): value is string {
  return value?.startsWith('op://') ?? false
}

/** Reads what these variables refer to; each reference once, one after the other, since each may ask a person. Faults come back, they are not thrown. */
export async function reveal(
  env: NodeJS.ProcessEnv,
  names: readonly string[],
  readOp: ReadOp = readWithOp(),
): Promise<Revealed> {
  const references = new Map<string, string[]>()
  for (const name of new Set(names)) {
    const value = env[name]
    if (isReference(value)) references.set(value, [...(references.get(value) ?? []), name])
  }
  const found: Revealed = { env: { ...env }, faults: [], revealed: [], unreadable: [] }
  const waiting = [...references]
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [reference, variables] = next
    try {
      const value = (await readOp(reference, env)).replace(/[\r\n]+$/, '')
      if (value === '') throw new Error('the field is empty. Fill it in 1Password, or correct the reference')
      for (const name of variables) found.env[name] = value
      found.revealed.push(...variables)
    } catch (error) {
      const unusable = error instanceof OpUnusable
      const concerned = unusable ? [...variables, ...waiting.splice(0).flatMap(([, others]) => others)] : variables
      const what = unusable ? 'cannot be read from 1Password' : `${reference} could not be read from 1Password`
      found.faults.push(`${concerned.join(', ')}: ${what}: ${error instanceof Error ? error.message : String(error)}.`)
      found.unreadable.push(...concerned)
    }
  }
  return found
}

/**
 * `op read --no-newline <reference>`, without a shell. The value comes over stdout; its own settings (`OP_SERVICE_ACCOUNT_TOKEN`, `OP_ACCOUNT` …) from the environment.
 * Given up after 30 s: a locked desktop app waits for a person without a word.
 */
export function readWithOp({ program = 'op', seconds = 30 } = {}): ReadOp {
  return (reference, env) =>
    new Promise((settle, fail) => {
      const options = { env, timeout: seconds * 1000, killSignal: 'SIGKILL', encoding: 'utf8' } as const
      const child = execFile(program, ['read', '--no-newline', reference], options, (error, stdout, stderr) => {
        if (!error) settle(stdout)
        else if (error.code === 'ENOENT') fail(new OpUnusable(MISSING))
        else if (error.killed) fail(new OpUnusable(`op gave no answer within ${seconds} s. ${UNLOCK}`))
        else {
          const words = lastWords(stderr, [stdout.trim(), ...ownSecrets(env)])
          fail(new Error(`${words ? `op says "${words}"` : `op ended with ${error.code ?? error.signal}`}. ${COMPARE}`))
        }
      })
      child.stdin?.end()
    })
}

const MISSING =
  'its program op is not on PATH. Install it (developer.1password.com/docs/cli), or give the values themselves'
const UNLOCK = 'Unlock 1Password or run `op signin`, then run this again'
const COMPARE = 'Run `op signin` if it asks for that, and compare the reference with 1Password'

/** The last line of what it wrote, without its time stamp and without any of these values. */
function lastWords(stderr: string, confidential: string[]): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^\[ERROR\] [\d/]+ [\d:]+ /, '').trim())
  let words = lines.findLast((line) => line !== '') ?? ''
  for (const value of confidential.filter((each) => each !== '')) words = words.replaceAll(value, '***')
  return words.length > 200 ? `${words.slice(0, 200)}…` : words
}

/** Values with which `op` itself logs in. */
function ownSecrets(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    /^OP_(SERVICE_ACCOUNT_TOKEN|CONNECT_TOKEN|SESSION)/.test(name) && value ? [value] : [],
  )
}
