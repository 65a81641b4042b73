import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { alive, card, TestRepository, task } from '../rig/repository.ts'

const one = (work: string, front = '') => ({
  'docs/base.md': card({ title: 'Base', front }),
  'tasks/base.ts': task('base', work),
})

describe('a task', () => {
  it.each([
    ['fails', "throw new Error('boom')", '✗ base  boom'],
    ['exits 7', 'process.exit(7)', '✗ base  its process ended by itself with exit code 7'],
    [
      'runs a command that fails',
      'await $`echo not so good >&2; exit 3`',
      '✗ base  a command ended with exit code 3: not so good',
    ],
    [
      'is killed',
      "process.kill(process.pid, 'SIGKILL'); await new Promise(() => setInterval(() => {}, 9))",
      '✗ base  its process was ended by SIGKILL',
    ],
    [
      'leaves a promise to fail',
      "Promise.reject(new Error('unheard')); await new Promise(() => setInterval(() => {}, 9))",
      '✗ base  its process ended by itself with exit code 1',
    ],
  ])('that %s fails its card, and nothing else', async (_, work, told) => {
    using repository = new TestRepository(one(work))
    const { code, stdout } = await repository.mikado('run')
    expect(code).toBe(1)
    expect(stdout).toContain(told)
    expect(stdout).toMatch(
      /log: \.mikado\/log\/.*\/base\.log\nIf something else .* --for base\nTo go on: node .*scripts\/mikado\.mjs resume base\n$/,
    )
    expect(repository.read('docs/base.md')).toBe(card({ title: 'Base' }))
  })

  it('that hangs is ended when its time is up, with what it started', async () => {
    using repository = new TestRepository(
      one("const child = $`sleep 300`; writeFileSync('pid', String(child.pid)); await child", 'timeout: 1s\n'),
    )
    const { code, stdout } = await repository.mikado('run')
    expect([code, stdout]).toEqual([1, expect.stringContaining('✗ base  timed out: not done within 1.0 s')])
    expect(alive(Number(repository.read('pid')))).toBe(false)
  })

  it('that ignores every plea is killed', async () => {
    using repository = new TestRepository({
      'docs/base.md': '---\nstatus: active\ntimeout: 500ms\n---\n',
      'tasks/base.sh*': "#!/bin/sh\ntrap '' TERM INT\necho $$ > pid\nwhile :; do sleep 1; done\n",
    })
    expect((await repository.mikado('run')).code).toBe(1)
    expect(alive(Number(repository.read('pid')))).toBe(false)
  })

  it('that prints 200 MB keeps its log, in bounded memory', async () => {
    const flood =
      "const line = 'y'.repeat(99_999) + '\\n'; for (let n = 0; n < 2000; n++) if (!process.stdout.write(line)) await new Promise((go) => process.stdout.once('drain', go))"
    using repository = new TestRepository(one(flood))
    const running = repository.start(['run', 'base', '--output', 'quiet'])
    let peak = 0
    const watch = setInterval(() => {
      const found = /VmHWM:\s+(\d+) kB/.exec(statusOf(running.child.pid ?? 0))
      peak = Math.max(peak, Number(found?.[1] ?? 0))
    }, 20)
    const { code } = await running.ended
    clearInterval(watch)
    expect(code).toBe(0)
    expect(peak).toBeGreaterThan(0)
    expect(peak).toBeLessThan(300_000)
    const log = repository.names('.mikado/log')[0] ?? ''
    expect(
      spawnSync('wc', ['-c', repository.path(`.mikado/log/${log}/base.log`)], { encoding: 'utf8' }).stdout,
    ).toMatch(/^200000\d\d\d/)
  })

  it('that throws in a check has not held', async () => {
    using repository = new TestRepository({
      'docs/base.md': card({ checks: ['fine', 'odd'] }),
      'tasks/base.ts': "export default { apply: () => {}, verify: { fine: () => 'yes', odd: () => { null.x } } }\n",
    })
    const { code, stdout } = await repository.mikado('run', '--output', 'quiet')
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining(
        "✗ base  the work is done, but 1 of 2 checks do not hold: odd: Cannot read properties of null (reading 'x')",
      ),
    ])
  })

  it('is tried again when the card says so', async () => {
    using repository = new TestRepository(
      one(
        "appendFileSync('tries', 'x'); if (!existsSync('once')) { writeFileSync('once', ''); throw new Error('not yet') }",
        'retries: 1\n',
      ),
    )
    const { code, stderr } = await repository.mikado('run')
    expect([code, repository.read('tries')]).toEqual([0, 'xx'])
    expect(stderr).toContain('  base: not yet; try 2 in 1.0 s\n')
  })
})

describe('a document', () => {
  it('that a person edits while its task runs keeps the edit, and is marked', async () => {
    using repository = new TestRepository(
      one(
        "writeFileSync('docs/base.md', (await import('node:fs')).readFileSync('docs/base.md', 'utf8') + '\\nA note by hand.\\n')",
      ),
    )
    expect((await repository.mikado('run')).code).toBe(0)
    expect(repository.read('docs/base.md')).toBe(
      `${card({ title: 'Base' }).replace('status: active\n', '').replace('[ ]', '[x]')}\nA note by hand.\n`,
    )
  })

  it('that is gone when it is to be marked costs nothing but the mark', async () => {
    using repository = new TestRepository(one('await $`rm docs/base.md`'))
    const { code, stdout } = await repository.mikado('run')
    expect([code, stdout]).toEqual([73, expect.stringContaining(': docs/base.md is gone\n')])
    repository.write({ 'docs/base.md': card({ title: 'Base' }) })
    expect((await repository.mikado('run')).stdout).toContain('✓  base  found true')
  })

  it('is not needed by anything that cannot be written down', async () => {
    using repository = new TestRepository(one(''))
    mkdirSync(repository.path('.mikado/journal.jsonl'), { recursive: true })
    const { code, stderr } = await repository.mikado('run', '--output', 'quiet')
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('mikado: the journal cannot be written, so this run leaves no history: EISDIR'),
    ])
    expect(repository.active()).toEqual([])
  })
})

describe('needs and words before the start', () => {
  it('names every missing tool at once and starts nothing', async () => {
    using repository = new TestRepository({ ...one('', 'needs: [sh, no-such-tool, nor-this]\n') })
    expect(await repository.tell('run')).toBe(`exit 69
--- stderr
mikado: tools are missing, nothing was started: docs/base.md needs \`no-such-tool\`; docs/base.md needs \`nor-this\`
  Install them, or put them on PATH.
`)
  })

  it('asks for confirmation before the first card, and takes --yes for it', async () => {
    using repository = new TestRepository({ ...one('', 'confirm: Is the backup there?\n') })
    expect(await repository.tell('run')).toBe(`exit 3
--- stderr
docs/base.md wants a word first: Is the backup there?
Nothing was started. Run it on a terminal to answer, or with --yes.
`)
    expect((await repository.mikado('run', '--yes')).code).toBe(0)
  })
})

describe('a person’s card', () => {
  const manual = {
    'docs/hand.md': card({ title: 'By hand', checks: ['The cable is in'] }),
    'docs/top.md': card({ requires: ['hand'] }),
    'tasks/top.ts': task('top'),
  }

  it('is not closed while what it requires is active, or a check says no', async () => {
    using repository = new TestRepository(manual)
    expect(await repository.tell('close', 'top', '--yes')).toBe(
      'exit 1\n--- stderr\nmikado: top requires hand, not complete yet\n  Complete that first; --force closes it all the same.\n',
    )
    await repository.mikado('close', 'hand', '--yes')
    expect((await repository.mikado('close', 'top', '--yes')).stderr).toContain(
      'mikado: top is not closed, its checks do not hold: It is done: top.done is not there',
    )
    expect(repository.active()).toEqual(['top'])
    expect((await repository.mikado('close', 'top', '--yes', '--force')).code).toBe(0)
  })
})

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
