/** The push command: looks, publishes, and tells a person and a job how it went. */
import { basic } from '../lib/http.ts'
import type { Image } from '../lib/image.ts'
import { readLayout } from '../lib/layout.ts'
import { decide, publish, TagTaken } from '../lib/publish.ts'
import { withArchive } from './archive.ts'
import { type Command, HELP, parseCommand, type Source, Usage } from './command.ts'
import { explain } from './failure.ts'
import { PatientClient } from './retry.ts'

/** What the command asks of the process around it. */
export interface Surroundings {
  env: NodeJS.ProcessEnv
  out: (text: string) => void
  err: (text: string) => void
  /** Milliseconds between tries. */
  wait: (ms: number) => Promise<void>
  /** Ends the work early; its reason is told. */
  signal: AbortSignal
}

interface Result {
  /** The digest behind the tag. */
  digest: string | null
  outcome: 'pushed' | 'already-there' | 'free'
  moved: boolean
  /** For a person. */
  told: string
}

/** @returns the exit code. */
export async function runPush(argv: string[], around: Surroundings): Promise<number> {
  const key = around.env.ZOT_CI_API_KEY?.trim() ?? ''
  const json = argv.includes('--json')
  let command: Command | undefined
  const say = (line: string): void => around.err(`push: ${printable(line, key, command?.user)}\n`)
  const report = (fields: object): void => {
    const line = JSON.stringify({ reference: command?.name ?? null, ...fields })
    if (json) around.out(`${printable(line, key, command?.user)}\n`)
  }
  try {
    const parsed = parseCommand(argv)
    if (parsed === 'help') {
      around.out(HELP)
      return 0
    }
    command = parsed
    const { told, ...fields } = await carryOut(command, key, around, say)
    report(fields)
    if (!json) around.out(`${told}\n`)
    return 0
  } catch (thrown) {
    const error = around.signal.aborted ? around.signal.reason : thrown
    const { exitCode, reason, next } = explain(error, command)
    if (error instanceof TagTaken) report({ digest: error.there, outcome: 'taken', moved: false })
    else report({ digest: null, outcome: 'failed', moved: false, reason })
    say(next === undefined ? reason : `${reason}${/[.?!]$/.test(reason) ? '' : '.'} Next: ${next}.`)
    return exitCode
  }
}

async function carryOut(
  command: Command,
  key: string,
  { wait, signal }: Surroundings,
  say: (line: string) => void,
): Promise<Result> {
  const { source, look, move, user, retries } = command
  const { url, repository, tag } = command.reference
  if (!key && !look) throw new Usage('ZOT_CI_API_KEY is not set: the key comes from the environment')
  const name = `${repository}:${tag}`
  const client = new PatientClient(url, key ? basic(user, key) : {}, { retries, wait, say }, signal)
  if (source === undefined) return seen(name, await client.digest(repository, tag))
  return withImage(source, tag, signal, async (image) => {
    const ours = image.manifest.digest
    if (look) return seen(name, await client.digest(repository, tag), ours)
    const { outcome, left } = await publish(client, repository, tag, image, { move })
    if (outcome === 'already-there') return seen(name, ours, ours)
    const told = left === undefined ? `${name} pushed, ${ours}` : `${name} moved to ${ours}, from ${left}`
    return { digest: ours, outcome, moved: left !== undefined, told }
  })
}

/** What looking found. A tag with another image than `ours`, or with any when there is none yet, is taken. */
function seen(name: string, there: string | undefined, ours?: string): Result {
  const decision = decide(there, ours ?? '')
  if (decision === 'taken') throw new TagTaken(name, String(there), ours)
  return decision === 'push'
    ? { digest: null, outcome: 'free', moved: false, told: `${name} is free` }
    : { digest: String(there), outcome: 'already-there', moved: false, told: `${name} already there, ${there}` }
}

/** Works with the image that a source holds; of several, the one named as the tag unless another is meant. */
function withImage<T>(
  { kind, path, image }: Source,
  tag: string,
  signal: AbortSignal,
  work: (image: Image) => Promise<T>,
): Promise<T> {
  const read = async (directory: string, named: string | undefined): Promise<T> =>
    work(await readLayout(directory, { named, otherwise: tag }, signal))
  if (kind === 'layout') return read(path, image)
  return withArchive(path, image, ({ directory, named }) => read(directory, named), signal)
}

/** A line without control characters and without the key, should a registry or a proxy send it back. */
function printable(line: string, key: string, user = ''): string {
  const secrets = key ? [key, Buffer.from(`${user}:${key}`).toString('base64')] : []
  return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), line).replace(/\p{Cc}/gu, ' ')
}
