/** The sandbox by hand: `node tasks/zot/sandbox/main.ts status|start|stop|restart-registry|settings [--dir D]`. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SandboxError } from './error.ts'
import { errorText } from './files.ts'
import { directoryFile } from './provider/directory.ts'
import { openSandbox, restartRegistry, sandboxStatus, stopSandbox } from './sandbox.ts'

const USAGE = `usage: main.ts <command> [--dir DIR]

  status            what the sandbox is and which of its servers answer (exit code 1 unless all do)
  start             make the sandbox if there is none, and start what is not running
  stop              end its processes; its state stays
  restart-registry  stop and start the registry, with its present configuration
  settings          for the environment of another machine that works with it through a tunnel; one is a secret

  --dir DIR         the sandbox's folder; default: .mikado/sandbox of this repository`

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

async function main(argv: string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { dir: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  const dir = values.dir ?? join(ROOT, '.mikado', 'sandbox')
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  switch (positionals.length === 1 ? positionals[0] : undefined) {
    case 'start': {
      const { registry, provider } = await openSandbox(dir)
      console.log(`registry  ${registry.url}  (${registry.kind} ${registry.version})`)
      console.log(`provider  ${provider.issuer}  (users and passwords: ${directoryFile(join(dir, 'provider'))})`)
      return 0
    }
    case 'status': {
      const { program, servers } = await sandboxStatus(dir)
      console.log(`registry program: ${program}`)
      for (const { name, up, url, log } of servers) {
        console.log(`${name.padEnd(9)} ${up ? 'up  ' : 'down'}  ${url}  log ${log}`)
      }
      return servers.every(({ up }) => up) ? 0 : 1
    }
    case 'settings': {
      const { issuer, admin } = (await openSandbox(dir)).provider
      console.log(`ZOT_SANDBOX=${issuer}\nZOT_SANDBOX_TOKEN=${admin.token}`)
      return 0
    }
    case 'stop':
      await stopSandbox(dir)
      return 0
    case 'restart-registry':
      await restartRegistry(dir)
      return 0
    default:
      console.error(USAGE)
      return 64
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  console.error(error instanceof SandboxError || usage ? errorText(error) : error)
  process.exitCode = usage ? 64 : 1
}
