/**
 * `npm run test:breaks [ROW …]`: breaks the code in a copy of the repository, one promise after the other, and says whether the
 * promise's own test fails then. Rows that are not yet on the page are looked up in the tables of the files that MIKADO_ROWS names.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Break, editsOf, type Row, readBreaks, readPage, root, rowsOf } from './break.ts'

const wanted = process.argv.slice(2)
const drafts = (process.env.MIKADO_ROWS ?? '').split(':').filter(Boolean)
const rows = new Map(
  [...readPage(), ...drafts.flatMap((file) => rowsOf(readFileSync(file, 'utf8')))].map((row) => [row.id, row]),
)
const all = await readBreaks()
const chosen = all.filter(({ row }) => wanted.length === 0 || wanted.includes(row) || wanted.includes(row.slice(0, 1)))

const copy = mkdtempSync(join(tmpdir(), 'mikado-breaks-'))
chmodSync(copy, 0o755) // some tests run the program as another user
let survived = 0
try {
  copyRepository()
  for (const broken of chosen) {
    const row = rows.get(broken.row)
    const verdict = row ? judge(row, broken) : 'no such row on the page'
    if (verdict !== 'noticed') survived++
    console.log(`${broken.row}  ${verdict}  ${editsOf(broken)[0]?.file ?? ''}  ${row?.broken ?? ''}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(`${chosen.length - survived} of ${chosen.length} breaks noticed`)
process.exitCode = survived === 0 && chosen.length > 0 ? 0 : 1

/** What git knows or would add; packages stay where they are. */
function copyRepository(): void {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  for (const name of listed.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(copy, name)), { recursive: true })
    cpSync(join(root, name), join(copy, name), { errorOnExist: false, force: true, verbatimSymlinks: true })
  }
  for (const name of ['node_modules', '.venv'])
    if (existsSync(join(root, name))) symlinkSync(join(root, name), join(copy, name))
}

function judge(row: Row, broken: Break): string {
  const whole = test(row)
  if (whole !== 'passes') return `the test itself ${whole}`
  const before = new Map<string, string>()
  try {
    for (const { file, from, to } of editsOf(broken)) {
      const text = readFileSync(join(copy, file), 'utf8')
      if (!before.has(file)) before.set(file, text)
      if (text.split(from).length !== 2) return `"${from.slice(0, 40)}" does not stand once in ${file}`
      writeFileSync(
        join(copy, file),
        text.replace(from, () => to),
      )
    }
    const result = test(row)
    return result === 'fails' ? 'noticed' : `SURVIVED: the test ${result}`
  } finally {
    for (const [file, text] of before) writeFileSync(join(copy, file), text)
  }
}

/** Runs the row's one test in the copy. */
function test({ file, title }: Row): 'passes' | 'fails' | 'is skipped' | 'does not run' {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const name = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const args = ['run', file, '-t', name, '--reporter', 'json', '--outputFile', report]
  const env = { ...process.env, ...(file.endsWith('.long.test.ts') ? { MIKADO_TEST_LONG: 'yes' } : {}) }
  spawnSync(join(root, 'node_modules/.bin/vitest'), args, { cwd: copy, env, stdio: 'ignore' })
  try {
    const found = JSON.parse(readFileSync(report, 'utf8'))
    if (found.numFailedTests > 0) return 'fails'
    if (found.numPassedTests > 0) return 'passes'
    return found.numPendingTests > 0 && found.success ? 'is skipped' : 'does not run'
  } catch {
    return 'does not run'
  }
}
