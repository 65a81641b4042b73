/** The workflow files: what they run exists, and what it prints is read by their runners as it was meant. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { card, plainEnvironment, program, TestRepository, task } from '../rig/repository.ts'
import { type Fold, forgejoPage, githubPage } from './grammar.ts'
import { readJunit, results } from './junit.ts'
import { forgejo, github } from './rig.ts'

interface Step {
  name?: string
  if?: string
  uses?: string
  run?: string
  with?: Record<string, string | boolean>
}

interface Workflow {
  permissions?: Record<string, string>
  jobs: Record<string, { steps: Step[]; 'timeout-minutes': number }>
}

const root = resolve(import.meta.dirname, '../..')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

describe.each([
  ['.github/workflows/harden-zot.yml', github],
  ['.forgejo/workflows/harden-zot.yml', forgejo],
])('%s', (file, env) => {
  const text = readFileSync(join(root, file), 'utf8')
  const { jobs, permissions } = parse(text) as Workflow
  const steps = Object.values(jobs).flatMap((job) => job.steps)
  const runs = steps.flatMap(({ run }) => run ?? [])
  const main = jobs['harden-zot']?.steps ?? []

  test('runs the main job and the tests, by the commands of the README, each for a limited time', () => {
    expect(runs.some((run) => /^npm run -s harden-zot(?: |$)/.test(run))).toBe(true)
    expect(runs).toContain('npm test')
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeGreaterThan(0)
  })

  test('names no script that is not there, and every command is one', () => {
    for (const run of runs) {
      execFileSync('sh', ['-n'], { input: run })
      for (const [, name] of run.matchAll(/npm run (?:-s )?([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(name)
      expect(run).not.toContain('${{')
    }
  })

  test('takes no secret, leaves no token behind, and knows which action it runs', () => {
    expect(text).not.toContain('secrets.')
    if (permissions !== undefined) expect(permissions).toEqual({ contents: 'read' })
    else expect(file).toContain('.forgejo')
    for (const { uses, with: given } of steps) {
      if (uses?.startsWith('actions/checkout')) expect(given).toMatchObject({ 'persist-credentials': false })
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$|^forgejo\/[\w-]+@v\d+$/)
    }
  })

  test('keeps the results also of a run that fails, and they are no part of the repository', () => {
    const keep = main.find(({ uses }) => uses?.includes('upload-artifact'))
    expect(keep).toMatchObject({ if: 'always()', with: { path: '*.xml' } })
    const files = runs.flatMap((run) => [...run.matchAll(/--junit (\S+)/g)].map(([, name]) => name ?? ''))
    expect(files).toEqual(['harden-zot.xml', 'verify.xml'])
    for (const name of files) expect(spawnSync('git', ['check-ignore', '-q', name], { cwd: root }).status).toBe(0)
  })

  test('its steps, as they stand, on a small chain: folds, annotations and reports that their readers understand', async () => {
    const runner = `node "${program}"`
    const small = { setup: 'true', sandbox: 'true', mikado: runner, 'harden-zot': `${runner} run harden-zot-registry` }
    using repository = new TestRepository({
      'package.json': JSON.stringify({ scripts: small }),
      'docs/harden-zot-registry.md': card({
        title: 'Harden',
        requires: ['key'],
        checks: ['It is done', 'Pushing works'],
      }),
      'docs/key.md': card({ title: 'Key' }),
      'tasks/key.ts': task('key', "await log('::add-mask::the')"),
      'tasks/harden-zot-registry.ts': task('harden-zot-registry', '', {
        'Pushing works': "if (!existsSync('open')) throw new Error('denied')",
      }),
    })
    const step = (name: string) => {
      const script = main.find((each) => each.name === name)?.run ?? 'exit 99'
      const { PATH, ...rest } = plainEnvironment()
      const path = `${dirname(process.execPath)}:${PATH}`
      const where = { GITHUB_WORKSPACE: repository.root, GITHUB_STEP_SUMMARY: repository.path('summary.md') }
      const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', script], {
        cwd: repository.root,
        env: { ...rest, PATH: path, ...env, ...where },
        encoding: 'utf8',
      })
      forgejoPage(stderr)
      expect(githubPage(stdout)).toMatchObject({ annotations: [], others: [] })
      return { status, ...githubPage(stderr) }
    }
    expect(step('Documents')).toMatchObject({ status: 0 })
    const failed = step('Main job')
    expect(failed.status).toBe(1)
    expect(
      failed.parts.map((part) => (typeof part === 'string' ? part.split(' ').slice(0, 2).join(' ') : part.title)),
    ).toEqual([...['▶ key  Key', '✓ key'], ...['▶ harden-zot-registry  Harden', '✗ harden-zot-registry']])
    expect((failed.parts[0] as Fold).lines).toContain('│ ::add-mask::the')
    expect([
      failed.others,
      failed.annotations.map(({ name, properties }) => [name, properties.file, properties.line]),
    ]).toEqual([[], [['error', 'docs/harden-zot-registry.md', '13']]])
    expect(results(readJunit(repository.read('harden-zot.xml'))).at(-1)).toMatch(/Pushing works: failure: denied$/)
    expect(repository.read('summary.md')).toContain('npm run harden-zot\n')

    repository.write({ open: '' })
    expect(step('Main job')).toMatchObject({ status: 0, annotations: [] })
    expect(step('Does it still hold?')).toMatchObject({ status: 0, annotations: [] })
    expect(results(readJunit(repository.read('verify.xml'))).filter((line) => !line.endsWith('passed'))).toEqual([])
    expect(step('End the sandbox')).toMatchObject({ status: 0 })
  })
})
