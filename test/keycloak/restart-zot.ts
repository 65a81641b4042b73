/** What a service manager would do, for the role's `zot_restart_command`: `node restart-zot.ts PROGRAM DIR PORT` returns when zot is ready. */
import { ensureUp, stop } from '../../tasks/zot/sandbox/daemon.ts'
import { daemonOf } from './registry.ts'

const [program = '', dir = '', port = ''] = process.argv.slice(2)
const zot = daemonOf({ program, dir, port: Number(port) })
try {
  await stop(zot)
  await ensureUp(zot)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
