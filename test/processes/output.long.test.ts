/** Floods: a gigabyte of output, and readers that are slow or have gone away. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CardLog } from '../../scripts/io/output.ts'
import { card, plainEnvironment, program, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { Brood, hasProc, peakOf } from './rig.ts'

const MB = 1024 * 1024
/** What the runner may need in all; it starts with about 100 MB. */
const bound = 400 * MB

const printing = (command: string) => ({
  'docs/a.md': card({ checks: [] }),
  'tasks/a.sh*': `#!/bin/sh\necho $$ > pid\n${command}\necho the end\n`,
})
const floods = {
  'a gigabyte of lines': "head -c 1000000000 /dev/zero | tr '\\0' x | fold -w 100",
  'one endless line': "head -c 300000000 /dev/zero | tr '\\0' x",
  'nothing but line breaks': "head -c 5000000 /dev/zero | tr '\\0' '\\n'",
  'binary garbage': 'head -c 200000000 /dev/urandom',
}

function logOf(repository: TestRepository): string {
  const [run = ''] = repository.names('.mikado/log')
  return repository.path(`.mikado/log/${run}/a.log`)
}

function started(repository: TestRepository, words: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [program, 'run', 'a', ...words], {
    cwd: repository.root,
    env: { ...plainEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function lastOf(path: string): Promise<string> {
  const { size } = statSync(path)
  let text = ''
  for await (const chunk of createReadStream(path, { start: Math.max(0, size - 1000), encoding: 'latin1' }))
    text += chunk
  return text
}

// The peak of memory is read from /proc.
describe.skipIf(!hasProc)('a task that prints', () => {
  const ways = [['--output', 'quiet'], ['--output', 'stream'], ['--json']]
  test.each(Object.entries(floods).flatMap(([what, command]) => ways.map((words) => [what, words, command] as const)))(
    '%s is worked in bounded memory and leaves a bounded log: %s',
    { timeout: 300_000 },
    async (_, words, command) => {
      using repository = new TestRepository(printing(command))
      const child = started(repository, words)
      let peak = 0
      let read = 0
      const look = setInterval(() => (peak = Math.max(peak, peakOf(child.pid ?? 0))), 20)
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (read += chunk.length))
      const code = await new Promise((done) => child.once('close', done))
      clearInterval(look)
      console.log(`${words.join(' ')}: peak ${Math.round(peak / MB)} MB, ${Math.round(read / MB)} MB read`)
      expect(code).toBe(0)
      expect(peak).toBeGreaterThan(0)
      expect(peak).toBeLessThan(bound)
      expect(statSync(logOf(repository)).size).toBeLessThan(520 * MB)
      expect(await lastOf(logOf(repository))).toMatch(/the end\n$/)
      expect(repository.active()).toEqual([])
    },
  )

  test('for ever to a reader that does not read waits for it, in bounded memory, and is stopped by a signal', {
    timeout: 60_000,
  }, async () => {
    for (const words of [['--output', 'stream'], ['--json']]) {
      using brood = new Brood()
      using repository = new TestRepository(printing('yes'))
      const child = started(repository, words, brood.env)
      await until('the task prints', () => existsSync(logOf(repository)) && statSync(logOf(repository)).size > 0, 30)
      // As long as it goes on: until it has stood still for a second.
      let size = -1
      let since = Date.now()
      await until(
        'the task waits',
        () => {
          expect(peakOf(child.pid ?? 0)).toBeLessThan(bound)
          const now = statSync(logOf(repository)).size
          if (now !== size) since = Date.now()
          size = now
          return Date.now() - since > 1000
        },
        30,
      )
      expect(size).toBeLessThan(16 * MB)
      const exited = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      expect(await exited).toBe(143)
      await until('nothing is left', () => brood.living().size === 0)
      expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', exitCode: 143 })
      expect(repository.active()).toEqual(['a'])
    }
  })
})

test('a reader that has gone away changes nothing', { timeout: 60_000 }, async () => {
  for (const words of [['--output', 'stream'], ['--json']]) {
    using repository = new TestRepository({
      'docs/a.md': card(),
      'tasks/a.ts': task(
        'a',
        `writeFileSync('pid', ''); ${waitsFor('go')}; for (let at = 0; at < 99999; at++) log('x')`,
      ),
    })
    const child = started(repository, words)
    await until('the task works', () => existsSync(repository.path('pid')), 30)
    child.stdout?.destroy()
    child.stderr?.destroy()
    repository.write({ go: '' })
    expect(await new Promise((done) => child.once('exit', done))).toBe(0)
    expect(repository.active()).toEqual([])
    expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'complete', exitCode: 0 })
  }
})

test('what a task had printed when it ended is kept whole, however slowly it is read', {
  timeout: 60_000,
}, async () => {
  using repository = new TestRepository(printing('yes "$(printf %0500d 0)" | head -n 1500'))
  const child = started(repository, ['--output', 'stream'])
  let text = ''
  child.stdout?.resume()
  // Each piece takes longer than the runner waits for output that does not come.
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    child.stderr?.pause()
    setTimeout(() => child.stderr?.resume(), 600)
  })
  expect(await new Promise((done) => child.once('close', done))).toBe(0)
  expect(text.split('\n').filter((line) => /^a │ 0{500}$/.test(line))).toHaveLength(1500)
  expect(text).toContain('\na │ the end\n')
  expect(await lastOf(logOf(repository))).toMatch(/the end\n$/)
})

test('a log that would grow without end keeps its beginning and its end', async () => {
  using repository = new TestRepository()
  const path = repository.path('a.log')
  const log = new CardLog(path, (message) => {
    throw new Error(message)
  })
  log.write('the beginning\n')
  const line = `${'x'.repeat(64 * 1024 - 1)}\n`
  for (let written = 0; written < 300 * MB; written += line.length) log.write(line)
  log.write('the end\n')
  log.close()
  expect(statSync(path).size).toBeLessThan(257 * MB)
  const text = await lastOf(path)
  expect(text).toMatch(/x\nthe end\n$/)
  let first = ''
  for await (const chunk of createReadStream(path, { end: 13, encoding: 'latin1' })) first += chunk
  expect(first).toBe('the beginning\n')
})
