/** What else is claimed by one at a time: what `exclusive` names, files that several make at once, a repository beside an agent. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { Folder, moduleOf } from '../io/folder.ts'
import { Agent } from '../mcp/rig.ts'
import { card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { refusalOf } from './rig.ts'

describe('what `exclusive` names', () => {
  const names = ['port', 'a/b', '..', 'A'.repeat(3000), 'zot 👷 ü', 'port-journal']
  /** Fails when somebody else is in there. */
  const inside = `
    const { mkdirSync, rmdirSync } = await import('node:fs')
    for (const [at, name] of ${JSON.stringify(names)}.entries()) {
      await exclusive(name, async () => {
        mkdirSync('inside-' + at)
        await new Promise((done) => setTimeout(done, 5))
        rmdirSync('inside-' + at)
      })
    }`

  test('is had by one at a time, in ten tasks at once and whatever the name', { timeout: 120_000 }, async () => {
    const ids = Array.from({ length: 10 }, (_, at) => `c${at}`)
    using repository = new TestRepository({
      'docs/goal.md': card({ requires: ids, checks: [] }),
      'tasks/goal.sh*': '#!/bin/sh\n',
      ...Object.fromEntries(
        ids.flatMap((id) => [
          [`docs/${id}.md`, card()],
          [`tasks/${id}.ts`, task(id, inside)],
        ]),
      ),
    })
    const { code, stdout } = await repository.mikado('run', 'goal', '-j', '10', '-q')
    expect([code, stdout, repository.active()]).toEqual([0, stdout, []])
  })

  test('is free again when the task that has it is killed', { timeout: 60_000 }, async () => {
    using repository = new TestRepository({
      'docs/goal.md': card({ requires: ['killed', 'next'], checks: [] }),
      'tasks/goal.sh*': '#!/bin/sh\n',
      'docs/killed.md': card(),
      'docs/next.md': card(),
      'tasks/killed.ts': task(
        'killed',
        `await exclusive('it', async () => { writeFileSync('held', ''); ${waitsFor('asked')}; process.kill(process.pid, 'SIGKILL') })`,
      ),
      'tasks/next.ts': task(
        'next',
        `${waitsFor('held')}; setTimeout(() => writeFileSync('asked', ''), 1); await exclusive('it', () => {})`,
      ),
    })
    expect((await repository.mikado('run', 'goal', '-j', '2', '-k', '-q')).code).toBe(1)
    expect(repository.active()).toEqual(['goal', 'killed'])
  })
})

test('a file that eight make at once is made once, and whole whenever it is seen', { timeout: 60_000 }, async () => {
  using folder = new Folder()
  const script = `
    import { readFileSync } from 'node:fs'
    import { createFile } from ${moduleOf('io/create.ts')}
    const text = 'x'.repeat(20_000)
    let [made, half] = [0, 0]
    for (let at = 0; at < 300; at++) {
      const path = ${JSON.stringify(folder.root)} + '/made/' + at
      if (createFile(path, text)) made++
      if (readFileSync(path, 'utf8') !== text) half++
    }
    console.log(JSON.stringify([made, half]))`
  const makers = Array.from({ length: 8 }, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = ''
    child.stdout.on('data', (text: Buffer) => (told += text))
    await once(child, 'close')
    return JSON.parse(told) as [number, number]
  })
  const counts = await Promise.all(makers)
  const sum = (at: 0 | 1) => counts.reduce((total, each) => total + each[at], 0)
  expect([sum(0), sum(1), folder.names('made').length]).toEqual([300, 0, 300])
})

test('what is read before the lock is taken is read again under it', async () => {
  const complete = { 'docs/base.md': card({ complete: true }) }
  using repository = new TestRepository({ ...complete, 'docs/goal.md': card({ requires: ['base'] }) })
  // A run that ends just then: it marks the goal after `reopen` has read the documents, before that has the lock.
  const marked = card({ requires: ['base'], complete: true })
  const preload = `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const { statSync } = fs
    fs.statSync = (path, options) => {
      const now = String(path).endsWith('/.mikado/locks/door') && !fs.existsSync(path)
      if (now) fs.writeFileSync('docs/goal.md', ${JSON.stringify(marked)})
      return statSync(path, options)
    }
    syncBuiltinESMExports()`
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(preload)}`
  const ran = await repository.start(['reopen', 'base'], { NODE_OPTIONS }).ended
  expect(repository.told(ran)).toBe('exit 0\n--- stdout\nreopened base  docs/base.md\nreopened goal  docs/goal.md\n')
  expect(repository.active()).toEqual(['base', 'goal'])
})

test('a lock file that is none is told with 73, and nothing is started', async () => {
  using repository = new TestRepository({
    'docs/a.md': card(),
    'tasks/a.ts': task('a'),
    '.mikado/lock': 'mine, not a lock',
  })
  const ran = await repository.mikado('run', 'a')
  expect(repository.told(ran)).toBe(`exit 73
--- stderr
mikado: ROOT/.mikado cannot be written, nothing was started: ROOT/.mikado/lock: file is not a database; something else was written there, take it away while nobody works here
  Make room or mend its permissions, then run this again.
`)
  expect([repository.active(), repository.read('.mikado/lock')]).toEqual([['a'], 'mine, not a lock'])
})

test('a run by an agent keeps the command line out, and is told there', { timeout: 60_000 }, async () => {
  using repository = new TestRepository({
    'docs/slow.md': card(),
    'tasks/slow.ts': task('slow', `writeFileSync('pid', String(process.pid)); ${waitsFor('go')}`),
  })
  await using agent = await Agent.connect(repository)
  const run = agent.run('slow')
  await until('the task works', () => repository.names('.').includes('pid'), 30)
  const { pid, what } = refusalOf(await repository.mikado('run', 'slow'), false)
  expect([what, pid > 0]).toEqual(['run slow', true])
  repository.write({ go: '' })
  expect(await run).toContain('"outcome":"complete"')
})
