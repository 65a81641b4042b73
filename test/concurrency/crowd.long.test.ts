/** Many calls at once on one repository: one works, each other is refused and told who works. */
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { alive, card, isRoot, program, type Started, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { refusalOf } from './rig.ts'

const slow = {
  'docs/slow.md': card(),
  'tasks/slow.ts': task(
    'slow',
    `appendFileSync('slow.runs', 'x'); writeFileSync('pid', String(process.pid)); ${waitsFor('go')}`,
  ),
}
const ended = ({ child }: Started) => child.exitCode !== null || child.signalCode !== null
/** Mounting takes rights that not every root has, a container's for instance. */
const canMount =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore', timeout: 5000 }).status === 0

async function working(repository: TestRepository): Promise<Started> {
  const running = repository.start(['run', 'slow', '-q'])
  await until('the task works', () => repository.names('.').includes('pid') && repository.read('pid') !== '', 60)
  return running
}

describe('fifty runs at once', () => {
  test.each([
    ['in a repository without run data', false],
    ['after a run that was killed', true],
  ])('%s: exactly one works, each other says who', { timeout: 300_000 }, async (_, killed) => {
    using repository = new TestRepository(slow)
    if (killed) {
      const first = await working(repository)
      first.child.kill('SIGKILL')
      await first.ended
    }
    const crowd = Array.from({ length: 50 }, (_, at) => {
      const json = at % 2 === 1
      return { json, ...repository.start([at % 3 === 0 ? 'resume' : 'run', 'slow', json ? '--json' : '-q']) }
    })
    await until('all but one have ended', () => crowd.filter(ended).length >= 49, 240)
    const [winner] = crowd.filter((call) => !ended(call))
    for (const { json, ended: end } of crowd.filter(ended)) {
      expect(refusalOf(await end, json)).toEqual({ pid: winner?.child.pid, what: 'run slow' })
    }
    repository.write({ go: '' })
    expect(await winner?.ended).toMatchObject({ code: 0 })
    const runs = repository.journal().filter(({ event }) => event === 'run-started')
    expect([runs.length, repository.read('slow.runs').length]).toEqual(killed ? [2, 2] : [1, 1])
    expect([repository.read('.mikado/.gitignore'), repository.active()]).toEqual(['*\n', []])
  })
})

describe('a mix of commands at once', () => {
  const files = {
    'docs/base.md': card({ title: 'Base' }),
    'docs/one.md': card({ title: 'One', requires: ['base'] }),
    'docs/two.md': card({ title: 'Two', requires: ['base'] }),
    'docs/paper.md': card({ title: 'Paper' }),
    'docs/old.md': card({ title: 'Old', complete: true, requires: ['older'] }),
    'docs/older.md': card({ title: 'Older', complete: true }),
    ...Object.fromEntries(['base', 'one', 'two', 'old', 'older'].map((id) => [`tasks/${id}.ts`, task(id)])),
  }
  /** What it is called in the lock; null: it takes none. */
  const mix = (round: number): [words: string[], what: string | null, codes: number[]][] => [
    [['run', 'one', '-q'], 'run one', [0, 1, 3, 75]],
    [['run', 'two', '--json'], 'run two', [0, 1, 75]],
    [['resume', 'one', '-q'], 'run one', [0, 1, 3, 75]],
    [['verify', '--all'], 'verify', [0, 2, 75]],
    [['verify', 'two', '--json'], 'verify two', [0, 2, 75]],
    [['reopen', 'base'], 'reopen base', [0, 75]],
    [['reopen', 'one', '--json'], 'reopen one', [0, 75]],
    [['close', 'paper', '--yes'], 'close paper', [0, 1, 75]],
    [['discover', `Found ${round}`, '--for', 'one'], `discover Found ${round}`, [0, 64, 75]],
    [['finalize', 'old'], 'finalize old', [0, 1, 75]],
    [['lint', '--fix'], 'lint --fix', [0, 75]],
    [['init'], null, [0]],
    [['log', '--json'], null, [0]],
    [['list', '--json'], null, [0]],
  ]

  test('works them one after the other, and each refusal names one that worked', { timeout: 300_000 }, async () => {
    using repository = new TestRepository(files)
    const link = `${repository.root}-link`
    symlinkSync(repository.root, link)
    onTestFinished(() => void spawnSync('rm', [link]))
    spawnSync('git', ['init', '-q'], { cwd: repository.root })
    const places = [repository.root, repository.path('docs'), link, `${link}/tasks`]
    const whats = new Map<number, string | null>()
    for (let round = 0; round < 4; round++) {
      const crowd = mix(round).map(([words, what, codes], at) => {
        const started = repository.start(words, {}, { cwd: places[(round + at) % places.length] ?? link })
        whats.set(started.child.pid ?? 0, what)
        return { words, codes, ...started }
      })
      for (const { words, codes, ended: end } of crowd) {
        const ran = await end
        expect([words, codes.includes(ran.code ?? -1), ran]).toEqual([words, true, ran])
        if (ran.code !== 75) continue
        const { pid, what } = refusalOf(ran, words.includes('--json'))
        expect([words, pid, what]).toEqual([words, pid, whats.get(pid)])
      }
    }
    // One after the other: the events of each stand together.
    const runs = repository.journal().map(({ run }) => String(run))
    const changes = runs.filter((run, at) => run !== runs[at - 1])
    expect(changes).toEqual([...new Set(runs)])
    expect((await repository.mikado('lint')).code).toBe(0)
  })
})

describe('a repository in which a run works is locked', () => {
  test('for its subfolders, through a link, by name, and for a client of its own, whatever the command', {
    timeout: 120_000,
  }, async () => {
    using repository = new TestRepository({ ...slow, 'docs/done.md': card({ complete: true }), 'deep/er/file': '' })
    const { child, ended: end } = await working(repository)
    const link = `${repository.root}-link`
    symlinkSync(repository.root, link)
    onTestFinished(() => void spawnSync('rm', [link]))
    const calls: [string[], string][] = [
      [['run', 'slow'], repository.path('deep/er')],
      [['resume', 'slow', '--json'], link],
      [['verify'], `${link}/docs`],
      [['close', 'slow', '--yes', '-C', link], '/'],
      [['reopen', 'done', '--json', '-C', repository.root], '/'],
      [['discover', 'Found', '--for', 'slow'], repository.root],
      [['finalize', 'done'], repository.root],
      [['lint', '--fix'], repository.root],
    ]
    for (const [words, cwd] of calls) {
      const ran = await repository.start(words, {}, { cwd }).ended
      expect(refusalOf(ran, words.includes('--json'))).toEqual({ pid: child.pid, what: 'run slow' })
    }
    repository.write({ go: '' })
    expect((await end).code).toBe(0)
  })

  // Takes root that may mount, in a mount namespace of its own.
  test.skipIf(!canMount)('through a second mount point', { timeout: 120_000 }, async () => {
    using repository = new TestRepository(slow)
    const { child, ended: end } = await working(repository)
    const script = 'mount --bind "$0" "$1" && cd "$1" && exec "$2" "$3" run slow'
    mkdirSync(`${repository.root}-mount`)
    onTestFinished(() => void spawnSync('rmdir', [`${repository.root}-mount`]))
    const words = [repository.root, `${repository.root}-mount`, process.execPath, program]
    const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script, ...words], { encoding: 'utf8' })
    const told = refusalOf({ code: status, signal: null, stdout, stderr }, false)
    expect(told).toEqual({ pid: child.pid, what: 'run slow' })
    repository.write({ go: '' })
    expect((await end).code).toBe(0)
  })

  // Takes root, to be somebody else.
  test.skipIf(!isRoot)(
    'for root while another user works; another user may not even look into root’s run data',
    async () => {
      using repository = new TestRepository(slow)
      repository.giveAway()
      const first = repository.start(['run', 'slow', '-q'], {}, { asNobody: true })
      await until('the task works', () => repository.names('.').includes('pid'), 60)
      const told = refusalOf(await repository.mikado('run', 'slow'), false)
      expect(told).toEqual({ pid: first.child.pid, what: 'run slow' })
      repository.write({ go: '' })
      expect((await first.ended).code).toBe(0)

      using other = new TestRepository(slow)
      chmodSync(other.root, 0o755)
      const second = await working(other)
      const { code, stderr } = await other.start(['run', 'slow'], {}, { asNobody: true }).ended
      expect([code, stderr]).toEqual([73, expect.stringContaining(' cannot be written, nothing was started: ')])
      expect((await other.start(['list'], {}, { asNobody: true }).ended).code).toBe(0)
      other.write({ go: '' })
      expect((await second.ended).code).toBe(0)
    },
  )

  test('and a copy of it, or another working tree of it, is not', { timeout: 120_000 }, async () => {
    using repository = new TestRepository({ ...slow, '.gitignore': '.mikado/\n' })
    const git = (...words: string[]) =>
      spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], { cwd: repository.root })
    for (const words of [
      ['init', '-q'],
      ['add', '.'],
      ['commit', '-qm', 'all'],
    ])
      git(...words)
    const first = await working(repository)
    git('worktree', 'add', '-q', `${repository.root}-tree`)
    cpSync(repository.root, `${repository.root}-copy`, { recursive: true })
    onTestFinished(() => void spawnSync('rm', ['-r', `${repository.root}-tree`, `${repository.root}-copy`]))
    for (const where of ['tree', 'copy']) {
      repository.write({ [`../${repository.root.split('/').at(-1)}-${where}/go`]: '' })
      const { code } = await repository.start(['run', 'slow', '-q'], {}, { cwd: `${repository.root}-${where}` }).ended
      expect([where, code]).toEqual([where, 0])
    }
    expect([ended(first), alive(first.child.pid ?? 0)]).toEqual([false, true])
    repository.write({ go: '' })
    expect((await first.ended).code).toBe(0)
  })
})
