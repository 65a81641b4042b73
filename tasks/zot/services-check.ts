/** `mise run services-check`: whether everything that the registry lives on answers. Exit 0 when all do, 1 when one does not, 64 for wrong settings. */
import { join } from 'node:path'
import { checkServices, type ServiceState } from './lib/services.ts'
import { SettingsError } from './lib/settings.ts'
import { openTarget } from './lib/target.ts'

/** The states as a small table. */
export function table(states: ServiceState[]): string {
  const width = Math.max(...states.map(({ service }) => service.length))
  return states
    .map(({ service, ok, detail }) => `${ok ? 'ok  ' : 'FAIL'}  ${service.padEnd(width)}  ${detail}`)
    .join('\n')
}

async function main(): Promise<number> {
  try {
    const target = await openTarget({ root: join(import.meta.dirname, '../..') })
    const states = await checkServices(target)
    console.log(`${target.name}: ${await target.registry.describe()}\n${table(states)}`)
    if (states.every(({ ok }) => ok)) return 0
    console.error('Not everything answers. `mise run harden-zot` (or `npm run harden-zot`) mends what it can.')
    return 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    return error instanceof SettingsError ? 64 : 1
  }
}

if (import.meta.main) process.exitCode = await main()
