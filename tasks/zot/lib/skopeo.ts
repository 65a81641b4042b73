/** skopeo, where it is installed: the same as over HTTP, by a client that others use too. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { which } from 'zx/core'
import type { TaskContext } from '../../../scripts/index.ts'
import type { Image } from './image.ts'
import { writeLayout } from './layout.ts'
import { withScratch } from './scratch.ts'

/** Where skopeo is; `null` where it is not. */
export async function findSkopeo(): Promise<string | null> {
  return await which('skopeo', { nothrow: true })
}

export interface SkopeoResult {
  ok: boolean
  /** What it said last. */
  said: string
}

/**
 * Copies an image to the registry, as the Nix workflow does. Credentials go by an auth file of mode 0600: an argument would be in the process list.
 *
 * @param credentials `undefined` to push as nobody.
 */
export async function skopeoPush(
  context: TaskContext,
  skopeo: string,
  image: Image,
  destination: { registry: string; repository: string; tag: string },
  credentials?: { user: string; password: string },
): Promise<SkopeoResult> {
  return withScratch(context.root, async (dir) => {
    const { host, protocol } = new URL(destination.registry)
    const auth = join(dir, 'auth.json')
    const entry = credentials && { auth: Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64') }
    await writeFile(auth, JSON.stringify({ auths: entry ? { [host]: entry } : {} }), { mode: 0o600 })
    await writeLayout(join(dir, 'image'), image, 'probe')
    const from = `oci:${join(dir, 'image')}:probe`
    const to = `docker://${host}/${destination.repository}:${destination.tag}`
    const tls = `--dest-tls-verify=${protocol === 'https:'}`
    const run = context.$({ nothrow: true })
    const output = await run`${skopeo} --insecure-policy copy --quiet ${tls} --dest-authfile ${auth} ${from} ${to}`
    return { ok: output.exitCode === 0, said: lastWords(output.stderr) }
  })
}

/** Logs in with a key as `docker login` does; the password goes by standard input. */
export async function skopeoLogin(
  context: TaskContext,
  skopeo: string,
  registry: string,
  { user, password }: { user: string; password: string },
): Promise<SkopeoResult> {
  return withScratch(context.root, async (dir) => {
    const { host, protocol } = new URL(registry)
    const tls = `--tls-verify=${protocol === 'https:'}`
    const run = context.$({ nothrow: true, input: password })
    const output =
      await run`${skopeo} login ${tls} --authfile ${join(dir, 'auth.json')} --username ${user} --password-stdin ${host}`
    return { ok: output.exitCode === 0, said: lastWords(output.stdout) || lastWords(output.stderr) }
  })
}

/** What skopeo said last, without its time stamp and with the cause that stands at the end. */
export function lastWords(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  const message = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]?.replace(/\\(.)/g, '$1') ?? line
  return message.length > 200 ? `…${message.slice(-200)}` : message
}
