/**
 * `node bench/profile.ts [--program FILE] [--top N] WORDS…`: runs the command line with these words under Node's sampler, and says in which functions
 * and modules its own process spent its time. What it prints itself is thrown away. Workers are other processes and are not in it.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from './lib/bench.ts'
import { type Share, sharesOf } from './lib/profile.ts'
import { table } from './lib/report.ts'

const own = process.argv.slice(2)
const from = own.findIndex((word, at) => !word.startsWith('--') && !own[at - 1]?.startsWith('--'))
const { values } = parseArgs({
  args: from === -1 ? own : own.slice(0, from),
  options: { program: { type: 'string' }, top: { type: 'string' } },
})
const words = from === -1 ? ['list'] : own.slice(from)
const program = values.program ?? join(root, 'scripts/mikado.mjs')
const top = Number(values.top ?? 20)

const folder = mkdtempSync(join(tmpdir(), 'mikado-profile-'))
try {
  const began = performance.now()
  const { status } = spawnSync(
    process.execPath,
    ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`, program, ...words],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const seconds = (performance.now() - began) / 1000
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))
  if (file === undefined) throw new Error(`no profile was written; exit ${status}`)
  const { functions, modules, busy } = sharesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')), root)
  console.log(
    `mikado ${words.join(' ')}: ${seconds.toFixed(2)} s, exit ${status}; ${(busy / 1000).toFixed(2)} s in JavaScript and Node\n`,
  )
  print('by module', modules, 'self')
  print('functions, by their own time', functions, 'self')
  print('functions, with all they call', functions, 'total')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function print(title: string, shares: readonly Share[], by: 'self' | 'total'): void {
  const sorted = shares.toSorted((a, b) => b[by] - a[by]).slice(0, top)
  const rows = sorted.map(({ name, self, total }) => [name, `${self.toFixed(0)} ms`, `${total.toFixed(0)} ms`])
  console.log(`${title}:\n\n${table(['where', 'self', 'total'], rows)}\n`)
}
