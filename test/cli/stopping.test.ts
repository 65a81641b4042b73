import { existsSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { alive, card, type Started, TestRepository, task, until, waitsFor } from '../rig/repository.ts'

/** `base` is quick; `slow` writes its process id to `pid` and goes on when there is a file `go`. */
const files = (work: string) => ({
  'docs/base.md': card({ title: 'Base' }),
  'docs/slow.md': card({ title: 'Slow', requires: ['base'] }),
  'tasks/base.ts': task('base', "appendFileSync('base.runs', 'x')"),
  'tasks/slow.ts': task('slow', `appendFileSync('slow.runs', 'x')\n${work}`),
})
const waiting = files(`writeFileSync('pid', String(process.pid)); ${waitsFor('go')}`)

/** Lines of a shell that start a service in a session of its own, and go on when it has one. */
const serve = (where = '') =>
  `setsid sh -c 'echo $$ > pid; exec sleep 300' ${where} &\nuntil [ -s pid ]; do sleep 0.02; done\n`
const pidIn = (repository: TestRepository, file = 'pid') =>
  existsSync(repository.path(file)) ? Number(repository.read(file)) : 0

async function working(repository: TestRepository, ...words: string[]): Promise<Started> {
  const running = repository.start(['run', 'slow', ...words])
  await until('the slow card works', () => pidIn(repository) > 0)
  return running
}

describe('a signal', () => {
  test('is told at once, and what is left is told at the end', async () => {
    using repository = new TestRepository(
      files("const child = $`exec sleep 300`; writeFileSync('pid', String(child.pid)); await child"),
    )
    const running = await working(repository, '--output', 'quiet')
    running.child.kill('SIGINT')
    expect(repository.told(await running.ended)).toBe(`exit 130
--- stdout
slow: 1 of 2 cards complete after N s
  ✓  base  done  N s  1 check held
  – slow  stopped, left active
To go on: mikado resume slow

--- stderr
▶ base  Base
✓ base  done in N s, 1 check held
▶ slow  Slow
Stopping: ending what runs; nothing is marked undone. Once more to kill it at once.
– slow  stopped, left as it is
`)
    expect(alive(pidIn(repository))).toBe(false)
    expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'stopped', exitCode: 130 })
  })

  test('once more kills what is stubborn, at once', async () => {
    using repository = new TestRepository({
      'docs/slow.md': card({ checks: [] }),
      'tasks/slow.sh*': "#!/bin/sh\ntrap '' TERM INT\necho $$ > pid\nwhile :; do sleep 0.1; done\n",
    })
    const running = await working(repository)
    running.child.kill('SIGINT')
    await until('it is told', () => running.output.stderr.includes('Stopping: '))
    const before = Date.now()
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect(Date.now() - before).toBeLessThan(1500)
    await until('the child is gone', () => !alive(pidIn(repository)))
    expect(repository.active()).toEqual(['slow'])
  })

  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s too lets a task clean up first', async (name, code) => {
    using repository = new TestRepository({
      ...files(
        "writeFileSync('pid', String(process.pid)); await new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason))).finally(() => writeFileSync('cleaned', ''))",
      ),
      'docs/base.md': card({ complete: true }),
    })
    const running = await working(repository, '--only')
    running.child.kill(name)
    expect((await running.ended).code).toBe(code)
    expect([repository.names('.').includes('cleaned'), repository.active()]).toEqual([true, ['slow']])
  })

  const asked = {
    'docs/base.md': card({ complete: true }),
    'docs/goal.md': card({ requires: ['base'] }),
    'tasks/goal.ts': task('goal'),
    'tasks/base.ts': `import { existsSync, writeFileSync } from 'node:fs'
export default {
  apply: () => {},
  verify: { 'It is done': async ({ signal }) => { writeFileSync('pid', String(process.pid)); ${waitsFor('go')}; signal.throwIfAborted() } },
}
`,
  }

  test('while a complete card is asked again leaves its document as it is', async () => {
    using repository = new TestRepository(asked)
    const running = repository.start(['run', 'goal'])
    await until('the check is asked', () => pidIn(repository) > 0)
    running.child.kill('SIGINT')
    await until('it is told', () => running.output.stderr.includes('Stopping: '))
    repository.write({ go: '' })
    expect((await running.ended).code).toBe(130)
    expect(repository.active()).toEqual(['goal'])
  })

  test('or a time limit does so neither', async () => {
    using repository = new TestRepository(asked)
    expect((await repository.mikado('run', 'goal', '--timeout', '500ms')).code).toBe(1)
    expect(repository.active()).toEqual(['goal'])
  })

  test('while a task is imported ends the run', { timeout: 6000 }, async () => {
    using repository = new TestRepository({
      'docs/slow.md': card(),
      'tasks/slow.ts': `import { writeFileSync } from 'node:fs'
writeFileSync('pid', String(process.pid))
await new Promise(() => setInterval(() => {}, 1000))
export default {}
`,
    })
    const running = await working(repository)
    running.child.kill('SIGINT')
    await until('the run has ended', () => running.child.exitCode === 130, 3)
  })
})

describe('what a task leaves behind', () => {
  test('in its process group ends with it', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ checks: [] }),
      'tasks/a.sh*': "#!/bin/sh\ntrap '' TERM\nsleep 300 &\necho $! > pid\n",
    })
    expect((await repository.mikado('run')).code).toBe(0)
    expect(alive(pidIn(repository))).toBe(false)
  })

  test('when it dies ends with it', async () => {
    using repository = new TestRepository(
      files(
        "const child = (await import('node:child_process')).spawn('sleep', ['300'], { stdio: 'ignore' }); writeFileSync('pid', String(child.pid)); process.exit(7)",
      ),
    )
    expect((await repository.mikado('run', 'slow')).code).toBe(1)
    expect(pidIn(repository)).toBeGreaterThan(0)
    await until('the child is gone', () => !alive(pidIn(repository)))
  })

  test('in a session of its own stays', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ checks: [] }),
      'tasks/a.sh*': `#!/bin/sh\n${serve('> log 2>&1 < /dev/null')}`,
    })
    expect((await repository.mikado('run')).code).toBe(0)
    const service = pidIn(repository)
    expect(service).toBeGreaterThan(0)
    onTestFinished(() => void process.kill(service))
    expect(alive(service)).toBe(true)
  })

  test('in a session of its own does not hold the run, even when it keeps the output open', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ checks: [] }),
      'tasks/a.sh*': `#!/bin/sh\n${serve()}`,
    })
    const running = repository.start(['run'])
    await until('the service runs', () => pidIn(repository) > 0)
    const service = pidIn(repository)
    onTestFinished(() => void process.kill(service))
    await until('the run has ended', () => running.child.exitCode !== null, 3)
    expect((await running.ended).code).toBe(0)
  })
})

describe('a runner that is killed', () => {
  test.each([
    ['before the work', (repository: TestRepository) => existsSync(repository.path('.mikado/log'))],
    ['when the work has begun', (repository: TestRepository) => pidIn(repository) > 0],
    ['when the first card is marked', (repository: TestRepository) => repository.active().length === 1],
  ])('%s leaves no process; the next run completes and does no finished card again', async (_, moment) => {
    using repository = new TestRepository(waiting)
    const running = repository.start(['run', 'slow'])
    await until('the moment is there', () => moment(repository))
    running.child.kill('SIGKILL')
    expect((await running.ended).signal).toBe('SIGKILL')
    await until('its task is gone', () => !alive(pidIn(repository)) || pidIn(repository) === 0)
    expect(repository.active()).toContain('slow')
    const finished = !repository.active().includes('base')
    repository.write({ go: '' })
    expect((await repository.mikado('resume', 'slow', '-q')).code).toBe(0)
    expect(repository.active()).toEqual([])
    if (finished) expect(repository.read('base.runs')).toBe('x')
    expect(repository.names('.mikado/tmp')).toEqual([])
  })

  test('lets the task clean up, and hears no more of it', async () => {
    using repository = new TestRepository(
      files(
        "signal.addEventListener('abort', () => writeFileSync('cleaned', signal.reason.message)); writeFileSync('pid', String(process.pid)); await new Promise(() => setInterval(() => {}, 1000))",
      ),
    )
    const running = await working(repository)
    running.child.kill('SIGKILL')
    await until('its task is gone', () => !alive(pidIn(repository)))
    expect(repository.read('cleaned')).toBe('the runner is gone')
  })

  test('after the work, before the mark: the next run finds it true', async () => {
    using repository = new TestRepository({
      'docs/a.md': card({ title: 'A' }),
      'docs/goal.md': card({ requires: ['a'], checks: [] }),
      'tasks/goal.sh*': '#!/bin/sh\n',
      'tasks/a.ts': `import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
export default {
  apply: () => appendFileSync('a.done', 'x'),
  verify: { 'It is done': async () => { if (!existsSync('a.done')) return false; writeFileSync('asked', ''); ${waitsFor('go')} } },
}
`,
    })
    const running = repository.start(['run', 'goal'])
    await until('the second check is asked', () => existsSync(repository.path('asked')))
    running.child.kill('SIGKILL')
    await running.ended
    expect(repository.active()).toEqual(['a', 'goal'])
    repository.write({ go: '' })
    const { code, stdout } = await repository.mikado('run', 'goal', '-q')
    expect([code, repository.read('a.done')]).toEqual([0, 'x'])
    expect(stdout).toContain('  ✓  a     found true  ')
    expect((await repository.mikado('log')).stdout).toMatch(/ {2}cut off {2}.*\n.* {2}complete {2}/)
  })

  test('takes a task with it that is busy', async () => {
    using repository = new TestRepository(
      files("writeFileSync('pid', String(process.pid)); const end = Date.now() + 6000; while (Date.now() < end) {}"),
    )
    const running = await working(repository)
    const pid = pidIn(repository)
    onTestFinished(() => void (alive(pid) && process.kill(pid, 'SIGKILL')))
    running.child.kill('SIGKILL')
    await running.ended
    await until('its task is gone', () => !alive(pid), 3)
  })
})

describe('two at once', () => {
  test('the second is refused, told who works and since when; reading goes on', async () => {
    using repository = new TestRepository(waiting)
    const running = await working(repository, '-j', '1')
    const { pid } = running.child
    const refused = await repository.mikado('reopen', 'base')
    expect([refused.code, refused.stdout]).toEqual([75, ''])
    expect(repository.steady(refused.stderr)).toMatch(
      new RegExp(
        `^mikado: another run works in this repository: \`run slow\`, process ${pid} on \\S+, since TIME\n  Wait until it ends; reading commands work meanwhile.\n$`,
      ),
    )
    const inJson = await repository.mikado('verify', '--json')
    expect([inJson.code, JSON.parse(inJson.stderr).error]).toEqual([
      75,
      expect.objectContaining({ code: 75, card: null }),
    ])
    const codes = await Promise.all(
      ['list', 'show', 'ready', 'lint', 'log', 'plan'].map(async (name) => (await repository.mikado(name)).code),
    )
    expect(codes).toEqual([0, 0, 0, 0, 0, 0])
    repository.write({ go: '' })
    expect((await running.ended).code).toBe(0)
    expect((await repository.mikado('reopen', 'base')).code).toBe(0)
  })
})
