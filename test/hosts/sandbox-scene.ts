/**
 * One run of the main job's sandbox chain on three hosts: the run on one, the registry and its sandbox on another, CI on the third. Ansible comes to the
 * registry from CI's host over ssh, and CI to the sandbox through a tunnel: the sandbox listens on its own loopback only.
 */
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Host, Net } from './net.ts'
import { filesIn, mainJob, places, Repository } from './repository.ts'
import { type Outcome, type Plan, until } from './scene.ts'
import { placedOn, placements, recoveryOf, running } from './seen.ts'
import { Way } from './ssh.ts'

/** What can happen to the chain: the worker of a host is killed in the middle of a card, or the run. */
export const sandboxKinds = ['nothing', 'kill-worker', 'kill-run'] as const

const key = 'a key for the hosts of this test, which is no secret'
/** Longest that a run may take, in milliseconds. */
const patience = 300_000
/** By the run's number, beside what happens in it: what is asked for first, so that the cards come in another order. */
const firsts = [null, 'wire-ci-registry-auth', 'enforce-tag-immutability'] as const

export async function playSandbox({ number, kind, after, host }: Plan): Promise<Outcome> {
  using net = new Net(number)
  const [desk, indri, ringtail, queue] = ['desk', 'indri', 'ringtail', 'queue'].map((name) => net.host(name)) as [
    ...[Host, Host, Host, Host],
  ]
  const folder = mkdtempSync(join(tmpdir(), 'mikado-hosts-'))
  const data = join(folder, 'redis')
  mkdirSync(data)
  using here = new Repository()
  using registry = new Repository()
  using ci = new Repository()
  try {
    net.start(queue, data, ['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no', '--appendonly', 'yes'], {})
    await until(() => net.call(queue, 'redis-cli', 'PING') === 'PONG', 10_000)
    const url = `redis://${queue.address}`
    const start = (on: Host, at: Repository, words: readonly string[], env: NodeJS.ProcessEnv = {}) => {
      const child = net.start(
        on,
        at.root,
        [process.execPath, join(at.root, 'scripts/mikado.mjs'), ...words, '--engine', url],
        {
          ...env,
          MIKADO_KEY: key,
          CI: 'true',
        },
      )
      const said = { text: '' }
      for (const stream of [child.stdout, child.stderr])
        stream?.setEncoding('utf8').on('data', (text: string) => (said.text += text))
      return { child, said, ended: new Promise<number | null>((resolve) => child.once('close', resolve)) }
    }

    // What an operator does once: the sandbox, the way to its host, the tunnel to it.
    net.call(indri, process.execPath, join(registry.root, 'tasks/zot/sandbox/main.ts'), 'start')
    const ports = JSON.parse(readFileSync(join(registry.root, '.mikado/sandbox/sandbox.json'), 'utf8')).ports
    const way = new Way(net, indri, folder)
    writeFileSync(join(ci.root, 'sandbox-inventory.yml'), way.inventory)
    await until(() => listening(net, indri).includes(`${indri.address}:22`), 10_000)
    const elsewhere = { ZOT_SANDBOX_INVENTORY: 'sandbox-inventory.yml' }
    way.tunnel(net, ringtail, folder, Object.values(ports))
    await until(() => listening(net, ringtail).length === Object.keys(ports).length, 10_000)

    const doctor = await toEnd(
      net.start(ringtail, ci.root, [process.execPath, join(ci.root, 'scripts/mikado.mjs'), 'doctor'], elsewhere),
    )
    const startWorker = (name: 'indri' | 'ringtail') => {
      const words = ['worker', '--label', name, '--name', name, '-j', '2']
      if (name === 'indri') return start(indri, registry, words)
      return start(ringtail, ci, words, elsewhere)
    }
    const workers = { indri: startWorker('indri'), ringtail: startWorker('ringtail') }
    const began = Date.now()
    const events = () => here.journal()
    const first = firsts[(number + Math.floor(number / 3)) % firsts.length] ?? null
    // One at a time: what cards hold alone (`exclusive`), they hold within one checkout.
    const work = (goal: string) => start(desk, here, ['run', goal, '-j', '1', '--output', 'quiet'])
    let run = work(first ?? mainJob)
    let killed = false
    const all = async (): Promise<number | null> => {
      for (const goal of first === null ? [mainJob] : [first, mainJob]) {
        if (run.child.exitCode !== null) run = work(goal)
        let code = await run.ended
        if (killed && run.child.signalCode !== null) {
          run = work(goal)
          code = await run.ended
        }
        if (code !== 0) return code
      }
      return 0
    }
    const ends = Promise.race([all(), wait(patience, 'late' as const)])
    let hit = new Set<string>()
    let moment = 0
    if (kind !== 'nothing') {
      const card = host === 'indri' ? 'register-zot-oidc-client' : 'wire-ci-registry-auth'
      await until(() => running(events()).has(card), patience)
      await wait(after)
      hit = running(events())
      moment = Date.now()
      if (kind === 'kill-run') {
        killed = true
        run.child.kill('SIGKILL')
      } else {
        hit = placedOn(events(), hit, host)
        workers[host].child.kill('SIGKILL')
        // As a service manager does.
        await wait(1000)
        workers[host] = startWorker(host)
      }
    }
    const ended = await ends
    const took = Date.now() - began
    const recovery = recoveryOf(events(), hit, moment)
    const where = placements(events())
    const astray = Object.entries(places).filter(([id, place]) => where.get(id) !== place)
    const beyond = listening(net, indri).filter((address) => !address.startsWith('127.'))
    const told = `\n--- run\n${run.said.text}\n--- indri\n${workers.indri.said.text}\n--- ringtail\n${workers.ringtail.said.text}`
    const wrong = [
      doctor.code === 0 ? null : `doctor on ringtail: ${doctor.said}`,
      ended === 0 ? null : `the run ended with ${ended}`,
      here.active().length === 0 ? null : `not complete: ${here.active().join(', ')}`,
      astray.length === 0 ? null : `worked elsewhere: ${astray.map(([id]) => `${id} on ${where.get(id)}`).join(', ')}`,
      beyond.join() === `${indri.address}:22` ? null : `the sandbox's host listens on ${beyond.join(', ')}`,
      seenFrom(net, ringtail, [`http://127.0.0.1:${ports.registry}`, `http://${indri.address}:${ports.registry}`]),
      leak(join(registry.root, '.mikado/sandbox'), [...here.texts(), ...filesIn(data), told]),
      recovery === null || recovery <= 10_000 ? null : `recovery took ${recovery} ms`,
    ].filter((words) => words !== null)
    return { trouble: wrong.length === 0 ? null : `${wrong.join('; ')}${told}`, recovery, repeated: 0, took }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}

/** A program's exit code, and all that it said. */
async function toEnd(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  return { code: await new Promise((resolve) => child.once('close', resolve)), said }
}

/** Where programs of the host listen. */
function listening(net: Net, host: Host): string[] {
  const lines = net.call(host, 'ss', '-ltnH').split('\n').filter(Boolean)
  return lines.map((line) => line.split(/\s+/)[3] ?? '')
}

/** Looks from a host: the registry through the tunnel is open to readers and closed to others, and without the tunnel it is not there. Null: it is so. */
function seenFrom(net: Net, host: Host, [near, far]: [string, string]): string | null {
  const look = `const status = (url, how) => fetch(url, how).then((answer) => answer.status, () => 'none')
    console.log(await status('${near}/v2/_catalog'), await status('${near}/v2/mikado/probe/blobs/uploads/', { method: 'POST' }), await status('${far}/v2/'))`
  const seen = net.call(host, process.execPath, '--input-type=module', '-e', look)
  return seen === '200 401 none' ? null : `${host.name} sees ${seen}, not 200 401 none`
}

/** Which of the sandbox's secrets stands in one of the texts; null: none. */
function leak(sandbox: string, texts: readonly string[]): string | null {
  const kept = [
    'client/oidc-credentials.json',
    'client/registration.json',
    'provider/settings.json',
    'registry/session-keys.json',
  ]
  const names = ['clientsecret', 'token', 'registrationToken', 'adminToken', 'hashKey', 'encryptKey']
  const all = kept.map((path) => JSON.parse(readFileSync(join(sandbox, path), 'utf8')) as Record<string, string>)
  const { users } = JSON.parse(readFileSync(join(sandbox, 'provider/directory.json'), 'utf8'))
  const secrets = Object.fromEntries(
    all.flatMap((each) => Object.entries(each).filter(([name]) => names.includes(name))),
  )
  for (const [name, { password }] of Object.entries<{ password: string }>(users))
    secrets[`password of ${name}`] = password
  secrets.key = readFileSync(join(sandbox, 'ci-secrets/ZOT_CI_API_KEY'), 'utf8').trim()
  const shown = Object.entries(secrets).filter(([, value]) => texts.some((text) => text.includes(value)))
  if (Object.keys(secrets).length < 10) return `only ${Object.keys(secrets).length} secrets were looked for`
  return shown.length === 0 ? null : `to be read outside of the sandbox: ${shown.map(([name]) => name).join(', ')}`
}
