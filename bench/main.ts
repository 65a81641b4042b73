/** `npm run bench -- [OPTIONS]`: every table, one after the other, each with these options. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const tables = ['start', 'read', 'run', 'resume', 'makespan', 'main-job']

for (const table of tables) {
  console.log(`## ${table}\n`)
  const program = join(import.meta.dirname, `${table}.ts`)
  const { status } = spawnSync(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  if (status !== 0) {
    process.exitCode = status ?? 1
    break
  }
}
