/** A stand-in for 1Password's program `op`: it answers `op read --no-newline REFERENCE` from a JSON file, and nothing else. */
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What it answers to a reference: a value as it would print it, last words of a failure, or nothing at all. */
export type OpAnswer = string | { says: string; prints?: string } | 'never'

export interface StandInOp {
  /** A `PATH` on which it is found before all others. */
  path: string
  /** The program itself. */
  program: string
  /** The references it was asked for, and what it was logged in with. */
  calls: () => { reference: string; account: string | undefined }[]
  remove: () => void
}

/** Puts an executable `op` into a folder of its own. */
export function installOp(answers: Record<string, OpAnswer>): StandInOp {
  const dir = mkdtempSync(join(tmpdir(), 'op-stand-in-'))
  const program = join(dir, 'op')
  const calls = join(dir, 'calls')
  writeFileSync(join(dir, 'answers.json'), JSON.stringify(answers))
  writeFileSync(
    program,
    `#!/bin/sh\n# A stand-in for 1Password's op, for tests.\nexec '${process.execPath}' '${import.meta.filename}' '${dir}' "$@"\n`,
  )
  chmodSync(program, 0o755)
  return {
    path: `${dir}:${process.env.PATH}`,
    program,
    calls: () =>
      existsSync(calls)
        ? readFileSync(calls, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    remove: () => rmSync(dir, { recursive: true }),
  }
}

function answer([dir = '', ...args]: string[]): void {
  const [command, flag, reference = ''] = args
  if (command !== 'read' || flag !== '--no-newline' || args.length !== 3) {
    console.error(`[ERROR] 2026/11/23 12:00:00 this stand-in of op only knows: op read --no-newline REFERENCE`)
    process.exit(1)
  }
  const account = process.env.OP_SERVICE_ACCOUNT_TOKEN
  appendFileSync(join(dir, 'calls'), `${JSON.stringify({ reference, account })}\n`)
  const answers = JSON.parse(readFileSync(join(dir, 'answers.json'), 'utf8')) as Record<string, OpAnswer>
  const found = answers[reference] ?? { says: `could not read secret '${reference}': "item" isn't an item` }
  if (found === 'never') {
    setInterval(() => {}, 60_000)
  } else if (typeof found === 'string') {
    process.stdout.write(found)
  } else {
    process.stdout.write(found.prints ?? '')
    console.error(`[ERROR] 2026/11/23 12:00:00 ${found.says}`)
    process.exitCode = 1
  }
}

if (import.meta.main) answer(process.argv.slice(2))
