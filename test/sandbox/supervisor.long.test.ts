import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openSandbox, restartRegistry, stopSandbox } from '../../tasks/zot/sandbox/sandbox.ts'
import { allServers, cli, readText, servers, temporarySandbox, until } from './rig.ts'

const place = temporarySandbox()
const { dir } = place
const config = join(dir, 'registry', 'config.json')

beforeEach(async () => {
  await openSandbox(dir)
})
afterAll(() => place.remove())

async function killAll(): Promise<void> {
  for (const pid of allServers(dir)) process.kill(pid, 'SIGKILL')
  await until('the end of all servers', () => allServers(dir).length === 0)
}

test('the registry is open at first, and pulls the seeded image through', async () => {
  const { registry, upstream } = await openSandbox(dir)
  const { repository, tag, digest } = upstream.image
  const cached = await fetch(`${registry.url}/v2/mirror/${repository}/manifests/${tag}`)
  expect([cached.status, cached.headers.get('docker-content-digest')]).toEqual([200, digest])
  const upload = await fetch(`${registry.url}/v2/anyone/blobs/uploads/`, { method: 'POST' })
  expect(upload.status).toBe(202)
})

test('opened again, it starts nothing and is quick', async () => {
  const before = servers(dir)
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const start = performance.now()
    await openSandbox(dir)
    times.push(performance.now() - start)
  }
  expect(servers(dir)).toEqual(before)
  // Some milliseconds each; the quickest of five, since the machine may be busy.
  expect(Math.min(...times)).toBeLessThan(50)
})

test('opened by several processes at once, nothing is started twice', async () => {
  await stopSandbox(dir)
  const runs = await Promise.all([1, 2, 3].map(() => cli('start', '--dir', dir)))
  expect(runs.map(({ code, output }) => (code === 0 ? '' : output))).toEqual(['', '', ''])
  for (const pids of Object.values(servers(dir))) expect(pids).toHaveLength(1)
})

test('after everything was killed, it comes back as it was', async () => {
  const before = await openSandbox(dir)
  await killAll()
  const after = await openSandbox(dir)
  expect(after).toEqual(before)
  expect((await fetch(`${after.registry.url}/readyz`)).status).toBe(200)
})

test('a server whose pid file is lost or stale is known again', async () => {
  const before = servers(dir)
  rmSync(join(dir, 'run', 'registry.json'))
  writeFileSync(join(dir, 'run', 'upstream.json'), JSON.stringify({ pid: process.pid, version: 'of another life' }))
  await openSandbox(dir)
  expect(servers(dir)).toEqual(before)
  expect(JSON.parse(readText(dir, 'run', 'registry.json')).pid).toBe(before.registry[0])
})

test('a restart leaves the other servers alone', async () => {
  const before = servers(dir)
  await restartRegistry(dir)
  const after = servers(dir)
  expect([after.provider, after.upstream]).toEqual([before.provider, before.upstream])
  expect(after.registry).toHaveLength(1)
  expect(after.registry).not.toEqual(before.registry)
})

test('a port taken by a stranger is named, with what wanted it', async () => {
  const { registry } = await openSandbox(dir)
  await killAll()
  const stranger = await strangerOn(registry.port)
  try {
    const failure = await cli('start', '--dir', dir)
    expect(failure.code).toBe(1)
    expect(failure.output).toContain(`port ${registry.port} on 127.0.0.1: taken by another program`)
    expect(failure.output).toContain("the sandbox's registry")
    expect(failure.output).toContain('Next: ')
  } finally {
    await new Promise((closed) => stranger.close(closed))
  }
})

test('a configuration that the registry refuses: the end of its log says why, and a good one heals it', async () => {
  const good = readText(config)
  writeFileSync(config, good.replace('"http"', '"htpp"'))
  try {
    await expect(restartRegistry(dir)).rejects.toThrow(/registry, log .*registry\.log: ended at once.*htpp.*Next: /s)
  } finally {
    writeFileSync(config, good)
  }
  await openSandbox(dir)
})

test('a sandbox that was moved is refused', async () => {
  await stopSandbox(dir)
  const elsewhere = join(dirname(dir), 'elsewhere')
  renameSync(dir, elsewhere)
  try {
    await expect(openSandbox(elsewhere)).rejects.toThrow(`was made in ${dir} and has been moved or copied`)
  } finally {
    renameSync(elsewhere, dir)
  }
})

test('two sandboxes share no port, not even while one is stopped', async () => {
  const first = await openSandbox(dir)
  await stopSandbox(dir)
  const other = temporarySandbox()
  try {
    const second = await openSandbox(other.dir)
    const ports = [first, second].flatMap(({ registry, provider, upstream }) => [
      registry.url,
      provider.issuer,
      upstream.url,
    ])
    expect(new Set(ports).size).toBe(6)
  } finally {
    await other.remove()
  }
})

test('nobody else can read anything in it', () => {
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  for (const entry of readdirSync(dir, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    // What the registry stores is closed by the folder above it.
    if (path.includes('-data/') || path === join(dir, 'lock')) continue
    expect([path, (statSync(path).mode & 0o077).toString(8)]).toEqual([path, '0'])
  }
})

test('for people: status, and what to do where there is no sandbox', async () => {
  const status = await cli('status', '--dir', dir)
  expect(status.code).toBe(0)
  expect(status.output).toMatch(/registry program: (zot|stand-in) .*\n(.*up .*\n){3}/)
  const none = await cli('restart-registry', '--dir', join(dirname(dir), 'nothing'))
  expect([none.code, none.output]).toEqual([1, expect.stringContaining('there is no sandbox here\nNext: start one')])
  expect((await cli('fly', '--dir', dir)).code).toBe(64)
})

/** A server of somebody else's. The port of a process that was killed may take a moment to be free. */
async function strangerOn(port: number): Promise<Server> {
  const deadline = Date.now() + 10_000
  for (;;) {
    const server = createServer()
    const trouble = await new Promise<Error | null>((done) => {
      server.once('error', done)
      server.listen(port, '127.0.0.1', () => done(null))
    })
    if (trouble === null) return server
    if (Date.now() > deadline) throw trouble
    await new Promise((again) => setTimeout(again, 20))
  }
}
