import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Daemon } from './daemon.ts'
import type { Kept, Layout } from './layout.ts'
import type { ServerName } from './ports.ts'
import { commandOf } from './program.ts'

const PROVIDER = fileURLToPath(new URL('./provider/main.ts', import.meta.url))

/** The three servers of a sandbox. */
export function daemonsOf(layout: Layout, kept: Kept): Record<ServerName, Daemon> {
  const registry = (name: 'registry' | 'upstream') => {
    const mark = ['serve', layout[name].config]
    return {
      ...common(name, layout, kept),
      command: [...commandOf(kept.program), ...mark],
      mark,
      cwd: layout[name].configDir,
      healthPath: '/readyz',
      version: Object.values(kept.program).join(' '),
    }
  }
  const mark = ['serve', layout.provider]
  return {
    provider: {
      ...common('provider', layout, kept),
      command: [process.execPath, PROVIDER, ...mark],
      mark,
      cwd: layout.provider,
      healthPath: '/healthz',
      version: '2',
    },
    upstream: registry('upstream'),
    registry: registry('registry'),
  }
}

function common(name: ServerName, layout: Layout, kept: Kept) {
  return {
    name,
    port: kept.ports[name],
    pidFile: join(layout.pids, `${name}.json`),
    log: join(layout.logs, `${name}.log`),
  }
}
