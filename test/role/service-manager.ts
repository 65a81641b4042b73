/**
 * Stands in for `systemctl` and `launchctl`: `service-manager.ts systemctl|launchctl <arguments>`. It is neither of them. It
 * knows what the role asks of them, records every call, and really starts what the unit or the plist describes, again and again.
 */
import { execFileSync, spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

interface Service {
  command: string[]
  env: Record<string, string>
  restartSeconds: number
}

const state = process.env.STAND_IN_STATE ?? ''
const [manager = '', ...args] = process.argv.slice(2)
const at = (name: string, kind: string) => join(state, `${name.replaceAll('/', '_')}.${kind}`)
const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)

if (manager === 'supervise') await supervise(JSON.parse(args[0] ?? '') as Service)
else {
  console.error(`(a stand-in for ${manager}, used in tests)`)
  appendFileSync(join(state, 'calls'), `${[manager, ...args].join(' ')}\n`)
  process.exitCode = await (manager === 'systemctl' ? systemctl() : launchctl())
}

async function systemctl(): Promise<number> {
  const user = args[0] === '--user'
  const [verb = '', quoted = ''] = user ? args.slice(1) : args
  const name = quoted.replaceAll("'", '')
  const folder = user ? join(process.env.HOME ?? '', '.config/systemd/user') : (process.env.STAND_IN_UNITS ?? '')
  const unit = join(folder, `${name}.service`)
  if (user && !process.env.XDG_RUNTIME_DIR) return refuse('Failed to connect to bus: No medium found')
  const loaded = read(at(name, 'loaded')) ?? read(unit)
  switch (verb) {
    case 'daemon-reload':
      // What was loaded is forgotten; it is read again when it is asked for.
      for (const one of (read(join(state, 'names')) ?? '').split('\n')) rmSync(at(one, 'loaded'), { force: true })
      return 0
    case 'show':
      console.log(`Id=${name}.service\nLoadState=${loaded ? 'loaded' : 'not-found'}`)
      console.log(`ActiveState=${read(at(name, 'pid')) ? 'active' : 'inactive'}`)
      return 0
    case 'is-enabled':
      console.log(existsSync(at(name, 'enabled')) ? 'enabled' : 'disabled')
      return existsSync(at(name, 'enabled')) ? 0 : 1
    case 'enable':
      writeFileSync(at(name, 'enabled'), '')
      return 0
    case 'restart':
    case 'start':
      if (!loaded) return refuse(`Unit ${name}.service not found.`)
      writeFileSync(at(name, 'loaded'), loaded)
      appendFileSync(join(state, 'names'), `${name}\n`)
      await start(name, parseUnit(loaded))
      return 0
    default:
      return refuse(`the stand-in does not know ${verb}`)
  }
}

async function launchctl(): Promise<number> {
  const [verb, ...rest] = args
  const label = basename(rest.at(-1) ?? '').replace(/\.plist$/, '')
  switch (verb) {
    case 'enable':
      return 0
    case 'bootout':
      if (!read(at(label, 'loaded'))) return refuse('Boot-out failed: 3: No such process')
      rmSync(at(label, 'loaded'))
      await stop(label)
      // launchd answers before it is done.
      writeFileSync(at(label, 'leaving'), String(Date.now() + 3000))
      return 0
    case 'bootstrap':
      if (Date.now() < Number(read(at(label, 'leaving')) ?? 0)) return refuse('Bootstrap failed: 5: Input/output error')
      writeFileSync(at(label, 'loaded'), read(rest[1] ?? '') ?? '')
      await start(label, parsePlist(rest[1] ?? ''))
      return 0
    case 'kickstart': {
      const loaded = at(label, 'loaded')
      if (!read(loaded)) return refuse(`Could not find service "${label}" in domain`)
      await start(label, parsePlist(loaded))
      return 0
    }
    default:
      return refuse(`the stand-in does not know ${verb}`)
  }
}

function refuse(why: string): number {
  console.error(why)
  return 5
}

function parseUnit(text: string): Service {
  const values = (key: string) => [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map((found) => found[1] ?? '')
  const words = (line: string) =>
    [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((word) =>
      (word[1] ?? '').replace(/\\(.)/g, '$1').replaceAll('%%', '%'),
    )
  return {
    command: words(values('ExecStart')[0] ?? '').map((word) => word.replaceAll('$$', '$')),
    env: environment(values('Environment').flatMap(words)),
    restartSeconds: values('Restart')[0] === 'always' ? Number(values('RestartSec')[0]) : -1,
  }
}

function environment(assignments: string[]): Record<string, string> {
  return Object.fromEntries(assignments.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]))
}

function parsePlist(file: string): Service {
  const script = 'import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb"))))'
  const plist = JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }))
  return {
    command: plist.ProgramArguments,
    env: plist.EnvironmentVariables ?? {},
    restartSeconds: plist.KeepAlive ? plist.ThrottleInterval : -1,
  }
}

async function start(name: string, service: Service): Promise<void> {
  await stop(name)
  const child = spawn(process.execPath, [import.meta.filename, 'supervise', JSON.stringify(service)], {
    detached: true,
    stdio: 'ignore',
  })
  writeFileSync(at(name, 'pid'), String(child.pid))
  child.unref()
}

async function stop(name: string): Promise<void> {
  const pid = Number(read(at(name, 'pid')))
  if (!pid) return
  try {
    process.kill(pid)
    for (;;) {
      process.kill(pid, 0)
      await pause(10)
    }
  } catch {}
}

/** Starts the program again whenever it ends, until it is told to end with it. */
async function supervise({ command: [program = '', ...rest], env, restartSeconds }: Service): Promise<never> {
  for (;;) {
    const child = spawn(program, rest, { stdio: 'ignore', env: { PATH: '/usr/bin:/bin', ...env } })
    const ended = new Promise<void>((settle) => child.once('error', () => settle()).once('exit', () => settle()))
    const leave = () => {
      child.kill()
      void ended.then(() => process.exit(0))
    }
    process.once('SIGTERM', leave)
    await ended
    process.removeListener('SIGTERM', leave)
    if (restartSeconds < 0) process.exit(1)
    await pause(restartSeconds * 1000)
  }
}
