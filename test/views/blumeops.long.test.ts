/** docs-mikado itself, over the history of the repository it comes from: what both show agrees, or differs by design. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { plainEnvironment, program } from '../rig/repository.ts'
import { casesOfGuide, expectPrinted } from './cases.ts'

const repository = process.env.BLUMEOPS ?? ''
const python = process.env.BLUMEOPS_PYTHON ?? 'python3'
const missing = reasonToSkip()

interface Goal {
  id: string
  title: string
  branch: string | null
  active: number
  total: number
  ready: string[]
}

/** What docs-mikado says of one state of the documents: `chains` as it draws them, each card with how it is told. */
interface Original {
  goals: Goal[]
  chains: Record<string, [kind: string, id: string][]>
  cycles: string[][]
}

interface Listed {
  goals: Goal[]
  diagnostics: { severity: string; code: string; file: string; message: string }[]
}

interface Shown {
  cards: { id: string; status: string; ready: boolean }[]
  tree: { id: string; kind: string }[]
}

/** A state of the documents, with the commits that have it. */
interface State {
  root: string
  commits: string[]
}

const scratch = mkdtempSync(join(tmpdir(), 'mikado-blumeops-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe.skipIf(missing !== '')(`docs-mikado of blumeops${missing === '' ? '' : ` (skipped: ${missing})`}`, () => {
  test('agrees at every commit on goals, titles, branches, ready leaves, counts and the order it draws', {
    timeout: 600_000,
  }, () => {
    const states = statesOfHistory()
    const originals = askOriginal(states)
    const told = {
      commits: 0,
      states: 0,
      commitsWithGoals: 0,
      statesWithGoals: 0,
      chains: 0,
      sharing: 0,
      commitsInDoubt: 0,
    }
    const doubts = new Set<string>()
    for (const [at, { root, commits }] of states.entries()) {
      const [state = ''] = commits
      const original = originals[at]
      if (!original) throw new Error(`docs-mikado says nothing of ${state}`)
      const { goals, diagnostics } = ours(root, 'list') as Listed
      // What it takes for complete and we do not, see docs/reference/from-docs-mikado.md: told as an error, with its place.
      const errors = diagnostics.filter(({ severity }) => severity === 'error')
      const doubted = new Set(errors.map(({ file }) => file.replace(/^.*\/|\.md$/g, '')))
      for (const { code, file, message } of errors) doubts.add(`${file}: ${message} [${code}]`)

      const sound = goals.filter(({ id }) => !doubted.has(id)).toSorted((a, b) => (a.id < b.id ? -1 : 1))
      expect(sound.map(named), state).toEqual(original.goals.map(named))
      expect(original.cycles, state).toEqual([])
      for (const goal of original.goals) {
        const shown = ours(root, 'show', goal.id) as Shown
        const status = new Map(shown.cards.map(({ id, status: own }) => [id, doubted.has(id) ? 'complete' : own]))
        const drawn = shown.tree.map(({ id, kind }) => [kind === 'card' ? status.get(id) : kind, id])
        expect(drawn, `${state} ${goal.id}`).toEqual(original.chains[goal.id])
        // It counts a card once for each that requires it: rows of the tree, not cards.
        const [, ...rows] = shown.tree
        const active = (ids: { id: string }[]) => ids.filter(({ id }) => status.get(id) === 'active').length
        expect([active(rows), rows.length], `${state} ${goal.id}`).toEqual([goal.active, goal.total])
        const cards = shown.cards.filter(({ id }) => id !== goal.id)
        const own = goals.find(({ id }) => id === goal.id)
        const ownDoubts = cards.filter(({ id }) => doubted.has(id)).length
        expect(own, `${state} ${goal.id}`).toMatchObject({ active: active(cards) + ownDoubts, total: cards.length })
        told.chains += 1
        told.sharing += cards.length === rows.length ? 0 : 1
      }
      told.states += 1
      told.commits += commits.length
      if (original.goals.length > 0) {
        told.statesWithGoals += 1
        told.commitsWithGoals += commits.length
      }
      if (errors.length > 0) told.commitsInDoubt += commits.length
    }
    console.log(`compared with docs-mikado: ${JSON.stringify(told)}`)
    expect(told.statesWithGoals).toBeGreaterThan(50)
    expect([...doubts]).toEqual(['docs/how-to/zot/add-dagger-nix-build.md: unknown status null [unknown-status]'])
  })

  test.each(casesOfGuide())('the guide says what it prints: $name', ({ files, calls }) => {
    const root = mkdtempSync(join(scratch, 'case-'))
    const script = git('show', 'HEAD:mise-tasks/docs-mikado').stdout
    for (const [name, text] of Object.entries({ ...files, 'mise-tasks/docs-mikado': script })) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), text)
    }
    for (const { words, output } of calls.filter(({ program: called }) => called === 'docs-mikado')) {
      const ran = spawnSync(python, ['mise-tasks/docs-mikado', ...words], {
        cwd: root,
        encoding: 'utf8',
        env: { ...plainEnvironment(), COLUMNS: '80', PYTHONDONTWRITEBYTECODE: '1' },
      })
      expectPrinted(ran.stdout + ran.stderr, output)
    }
  })
})

const named = ({ id, title, branch, ready }: Goal) => ({ id, title, branch, ready: ready.toSorted() })

function reasonToSkip(): string {
  if (process.env.MIKADO_TEST_LONG !== 'yes') return 'npm run test:long asks for it'
  if (repository === '') return 'BLUMEOPS names no clone of eblume/blumeops'
  if (git('rev-parse', '--git-dir').status !== 0) return `BLUMEOPS=${repository} is no git repository`
  const able = spawnSync(python, ['-c', 'import yaml, rich, typer'], { encoding: 'utf8' })
  return able.status === 0 ? '' : `${python} cannot import yaml, rich and typer; BLUMEOPS_PYTHON may name one that can`
}

function git(...args: string[]) {
  return spawnSync('git', ['-C', resolve(repository), ...args], { maxBuffer: 2 ** 28 })
}

/** Every state of the documents and of docs-mikado that the history has, each laid out in a folder of its own. */
function statesOfHistory(): State[] {
  const commits = git('rev-list', '--all').stdout.toString().trim().split('\n')
  const asked = commits.flatMap((sha) => [`${sha}:docs`, `${sha}:mise-tasks/docs-mikado`]).join('\n')
  const answer = spawnSync('git', ['-C', resolve(repository), 'cat-file', '--batch-check=%(objectname)'], {
    input: asked,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  const names = answer.stdout.trim().split('\n')
  const states = new Map<string, State>()
  for (const [at, commit] of commits.entries()) {
    const [docs = '', script = ''] = names.slice(2 * at, 2 * at + 2)
    if (docs.endsWith('missing') || script.endsWith('missing')) continue
    const known = states.get(docs + script)
    if (known) known.commits.push(commit)
    else states.set(docs + script, { root: join(scratch, String(states.size)), commits: [commit] })
  }
  for (const { root, commits } of states.values()) {
    mkdirSync(root)
    const archive = git('archive', commits[0] ?? '', 'docs', 'mise-tasks/docs-mikado')
    const unpacked = spawnSync('tar', ['-x', '-C', root], { input: archive.stdout })
    if (archive.status !== 0 || unpacked.status !== 0) throw new Error(`${commits[0]} cannot be laid out`)
  }
  return [...states.values()]
}

/** Each state as the docs-mikado of its own commit shows it; ready leaves by the newest, where its own cannot tell them. */
function askOriginal(states: readonly State[]): Original[] {
  const newest = join(scratch, 'newest')
  writeFileSync(newest, git('show', 'HEAD:mise-tasks/docs-mikado').stdout)
  const input = states.map(({ root }) => JSON.stringify({ script: join(root, 'mise-tasks/docs-mikado'), root }))
  const driver = join(import.meta.dirname, 'docs-mikado.py')
  const { status, stdout, stderr } = spawnSync(python, [driver, newest], {
    input: input.join('\n'),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Original)
}

function ours(root: string, ...words: string[]): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...words, '--json', '-C', root], {
    encoding: 'utf8',
    env: plainEnvironment(),
    maxBuffer: 2 ** 28,
  })
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as { data: unknown }).data
}
