import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { card, program, TestRepository, task } from '../rig/repository.ts'

const chain = {
  'docs/how-to/base.md': card({ title: 'Base' }),
  'docs/how-to/done.md': card({ title: 'Done', complete: true }),
  'docs/how-to/top.md': card({ title: 'Top', requires: ['base', 'done'], front: 'branch: mikado/top\n' }),
  'docs/index.md': '# Not a card\n',
  'docs/other/index.md': '# Nor is this\n',
  'tasks/base.ts': task('base'),
}

describe('reading commands', () => {
  it('list goals, also without a command', async () => {
    using repository = new TestRepository(chain)
    const text = 'exit 0\n--- stdout\nTop  top\n  1 of 2 required cards active · ready: base\n'
    expect(await repository.tell()).toBe(text)
    expect(await repository.tell('list')).toBe(text)
    const goal = {
      id: 'top',
      title: 'Top',
      path: 'docs/how-to/top.md',
      branch: 'mikado/top',
      active: 1,
      total: 2,
      ready: ['base'],
    }
    const { stdout } = await repository.mikado('list', '--json')
    expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, kind: 'list', data: { goals: [goal], diagnostics: [] } })
    expect(repository.names('.mikado')).toEqual([])
  })

  it('show a chain in run order', async () => {
    using repository = new TestRepository(chain)
    expect(await repository.tell('show')).toBe(`exit 0
--- stdout
Top
docs/how-to/top.md

  ●  base  Base  ready
  ✓  done  Done  complete
  ○  top   Top   waits for base
`)
    const { data } = JSON.parse((await repository.mikado('show', 'top', '--json')).stdout)
    expect(data.cards[2]).toEqual({
      id: 'top',
      title: 'Top',
      path: 'docs/how-to/top.md',
      status: 'active',
      requires: ['base', 'done'],
      requiredBy: [],
      ready: false,
      blockedBy: ['base'],
    })
  })

  it('say what is ready, and why a card is not', async () => {
    using repository = new TestRepository(chain)
    expect(await repository.tell('ready')).toBe('exit 0\n--- stdout\n● base  docs/how-to/base.md\n')
    expect(await repository.tell('why', 'docs/how-to/top.md')).toBe(`exit 0
--- stdout
○ top  waits for base
  docs/how-to/top.md
  waits for base, which is active
  requires done, which is complete
  work: none, a person does it
  proof: 1 checklist line
`)
  })

  it('colour only what is asked for, and take no notice of a reader that goes away', async () => {
    using repository = new TestRepository(chain)
    expect((await repository.mikado('list', '--color', 'always')).stdout).toContain('\u001b[1mTop')
    const { PATH } = process.env
    const piped = spawnSync('bash', ['-c', 'set -o pipefail; "$0" "$1" show | true', process.execPath, program], {
      cwd: repository.root,
      env: { PATH, HOME: repository.root },
      encoding: 'utf8',
    })
    expect([piped.status, piped.stderr]).toEqual([0, ''])
  })

  it('explain themselves', async () => {
    using repository = new TestRepository()
    expect((await repository.mikado('--help')).stdout).toContain('Exit codes: 0 all that was asked for is true')
    for (const name of [
      'list',
      'show',
      'ready',
      'why',
      'lint',
      'plan',
      'run',
      'resume',
      'verify',
      'close',
      'reopen',
      'log',
    ]) {
      const { code, stdout } = await repository.mikado(name, '--help')
      expect([code, stdout.startsWith(`Usage: mikado ${name}`), stdout.includes('Examples:')]).toEqual([0, true, true])
    }
    expect((await repository.mikado('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('bad input', () => {
  it.each([
    [['shwo'], 64, 'mikado: no command `shwo`\n  Did you mean `show`?\n'],
    [['list', '--jsno'], 64, "mikado: unknown option '--jsno'\n  Did you mean `--json`?\n"],
    [['run', 'tpo'], 64, 'mikado: no card `tpo` in docs/ (3 cards)\n  Did you mean `top`?\n'],
    [['why'], 64, 'mikado: `why` needs CARD\n  See `mikado why --help`.\n'],
    [['run', 'top', '-j', '0'], 64, 'mikado: --jobs 0: must be a whole number from 1\n'],
    [
      ['-C', 'nowhere', 'list'],
      64,
      'mikado: nowhere is not a folder\n  Name the repository, or a folder in it, with -C.\n',
    ],
  ])('%j exits with %i', async (args, code, stderr) => {
    using repository = new TestRepository(chain)
    expect(await repository.mikado(...args)).toMatchObject({ code, stdout: '', stderr })
  })

  it('is told as JSON when JSON was asked for', async () => {
    using repository = new TestRepository(chain)
    const { code, stderr } = await repository.mikado('show', 'tpo', '--json')
    expect([code, JSON.parse(stderr)]).toEqual([
      64,
      { error: { code: 64, message: 'no card `tpo` in docs/ (3 cards)', card: null, hint: 'Did you mean `top`?' } },
    ])
  })

  it('of a repository without documents says where it looked', async () => {
    using repository = new TestRepository({ 'readme.txt': '', '.git/HEAD': 'ref: refs/heads/main\n' })
    expect(await repository.tell('list')).toBe(`exit 65
--- stderr
mikado: no docs folder in ROOT
  Make a docs folder there, name another repository with -C, or set \`mikado.docs\` in package.json.
`)
  })

  it('in documents is told with its place, and a run refuses its own chain only', async () => {
    using repository = new TestRepository({
      ...chain,
      'docs/a.md': '---\ntitle: A\nstatus: active\nrequires:\n  - b\n---\n',
      'docs/b.md': '---\nstatus: active\nrequires: [a, bsae]\n---\n',
      'docs/c.md': '---\nstatus: Done\n---\n',
      'docs/d.md': '---\nstatus: active\n  bad: [\n---\n',
      'docs/x/top.md': '---\nstatus: active\n---\n',
    })
    expect(await repository.tell('lint')).toBe(`exit 65
--- stdout
docs/a.md:5:5: error: cards require each other: a → b → a [cycle]
  docs/b.md:3:12: \`b\` requires \`a\`
  Take away the requirement that is not needed first.
docs/b.md:3:15: error: no document is called \`bsae\` [unknown-card]
  Did you mean \`base\`?
docs/c.md:2:9: error: unknown status "Done" [unknown-status]
  An active card says \`status: active\`; a complete one has no status line.
docs/d.md:2:9: error: frontmatter is not YAML: Nested mappings are not allowed in compact mappings [frontmatter-unreadable]
docs/how-to/top.md:3:9: error: more than one document is called \`top\` [doubled-card]
  docs/x/top.md:2:9: the other one
  Rename one of them, and the \`requires\` that mean it.
docs/x/top.md:2:9: error: more than one document is called \`top\` [doubled-card]
  docs/how-to/top.md:3:9: the other one
  Rename one of them, and the \`requires\` that mean it.
6 errors, 0 warnings in 7 cards.
`)
    expect((await repository.mikado('run', 'top')).code).toBe(65)
    expect((await repository.mikado('run', 'a')).stderr).toContain(
      'mikado: the chain of `a` has errors, nothing was started\ndocs/a.md:5:5: error: cards require each other',
    )
    expect((await repository.mikado('run', 'base')).code).toBe(0)
  })

  it('in tasks stops a run before anything starts', async () => {
    using repository = new TestRepository({
      'docs/base.md': card(),
      'docs/next.md': card({ requires: ['base'] }),
      'docs/top.md': card({ requires: ['next'], checks: ['It is all done (really)'] }),
      'tasks/base.ts': task('base'),
      'tasks/next.ts': "import './missing.ts'\nexport default {}\n",
      'tasks/top.ts': task('top'),
    })
    const { code, stderr } = await repository.mikado('run', 'top')
    expect(code).toBe(65)
    expect(stderr).toContain('mikado: the tasks of `top` have errors, nothing was started\n')
    expect(stderr).toContain('tasks/next.ts:1:1: error: the task of `next` cannot be loaded: Cannot find module')
    expect(stderr).toContain(
      'docs/top.md:3:9: error: tasks/top.ts proves "It is done", which is no line of the checklist [unknown-check]',
    )
    expect(repository.names('.').includes('base.done')).toBe(false)
  })
})
