/** Holders of the lock that are killed, suspended or outlived, and those who wait for it. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { alive, card, type Ran, type Started, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { refusalOf } from './rig.ts'

const lockModule = JSON.stringify(resolve(import.meta.dirname, '../../scripts/io/lock.ts'))

const pidIn = (repository: TestRepository, name: string) =>
  existsSync(repository.path(name)) ? Number(repository.read(name)) : 0

const files = (work: string) => ({ 'docs/slow.md': card(), 'tasks/slow.ts': task('slow', work) })
const waiting = files(`writeFileSync('pid', String(process.pid)); ${waitsFor('go')}`)

async function working(repository: TestRepository): Promise<Started> {
  const running = repository.start(['run', 'slow', '-q'])
  await until('the task works', () => pidIn(repository, 'pid') > 0, 60)
  return running
}

describe('while twenty want the lock', () => {
  test('and each holder is killed, always exactly one has it', { timeout: 120_000 }, async () => {
    using repository = new TestRepository({ overlaps: '', holders: '' })
    const script = `
      import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
      import { claimLock } from ${lockModule}
      // Its locks are freed a moment before a killed process is gone; its flags say that nothing of it runs any more.
      const dead = (pid) => { try { return (readFileSync('/proc/' + pid + '/stat', 'utf8').split(') ')[1].split(' ')[6] & 4) !== 0 } catch { return true } }
      while (!existsSync('enough')) {
        const { lock } = claimLock('lock', 'hold', 0)
        if (lock === null) { await new Promise((done) => setTimeout(done, 5)); continue }
        const before = Number(readFileSync('holder', { encoding: 'utf8', flag: 'a+' }))
        if (before > 0 && !dead(before)) appendFileSync('overlaps', before + ' ' + process.pid + '\\n')
        writeFileSync('holder', String(process.pid))
        appendFileSync('holders', process.pid + '\\n')
        while (!existsSync('enough')) await new Promise((done) => setTimeout(done, 5))
        writeFileSync('holder', '0')
        lock.release()
      }`
    const crowd = new Map(
      Array.from({ length: 20 }, () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
          cwd: repository.root,
          stdio: 'inherit',
        })
        return [child.pid ?? 0, { child, ended: new Promise((done) => child.once('close', done)) }] as const
      }),
    )
    onTestFinished(() => {
      for (const { child } of crowd.values()) child.kill('SIGKILL')
    })
    const holders = () => repository.read('holders').split('\n').filter(Boolean).map(Number)
    for (let killed = 0; killed < 15; killed++) {
      await until('the next one holds it', () => holders().length > killed, 60)
      const holder = crowd.get(holders()[killed] ?? 0)
      holder?.child.kill('SIGKILL')
      await holder?.ended
    }
    await until('one more holds it', () => holders().length > 15, 60)
    repository.write({ enough: '' })
    await Promise.all([...crowd.values()].map(({ ended }) => ended))
    expect([repository.read('overlaps'), new Set(holders().slice(0, 16)).size]).toEqual(['', 16])
  })

  test('and each run is killed at work, no two tasks ever work at once', { timeout: 300_000 }, async () => {
    const meets = `
      const { readFileSync } = await import('node:fs')
      const lives = (pid) => { try { return !/^State:\\s+Z/m.test(readFileSync('/proc/' + pid + '/status', 'utf8')) } catch { return false } }
      const before = existsSync('tries') ? readFileSync('tries', 'utf8').trim().split('\\n') : []
      appendFileSync('met', before.filter(lives).map((pid) => pid + '\\n').join(''))
      appendFileSync('tries', process.pid + ' ' + process.ppid + '\\n')`
    using repository = new TestRepository({ ...files(`${meets}\n${waitsFor('go')}`), tries: '', met: '' })
    const tries = () => repository.read('tries').split('\n').filter(Boolean)
    const running = new Map<number, Started>()
    let enough = false
    const loop = async () => {
      const codes: Ran[] = []
      while (!enough) {
        const started = repository.start(['run', 'slow', '-q'])
        running.set(started.child.pid ?? 0, started)
        codes.push(await started.ended)
      }
      return codes
    }
    const loops = Array.from({ length: 20 }, loop)
    for (let killed = 0; killed < 5; killed++) {
      await until('the next one works', () => tries().length > killed, 60)
      running.get(Number(tries()[killed]?.split(' ')[1]))?.child.kill('SIGKILL')
    }
    await until('one more works', () => tries().length > 5, 60)
    enough = true
    repository.write({ go: '' })
    const codes = (await Promise.all(loops)).flat().map(({ code, signal }) => signal ?? code)
    expect([repository.read('met'), [...new Set(codes)].sort()]).toEqual(['', [0, 75, 'SIGKILL']])
    expect(codes.filter((code) => code === 'SIGKILL').length).toBe(5)
    expect([tries().length, repository.active()]).toEqual([6, []])
  })
})

describe('a run that is suspended', () => {
  test('keeps the lock, is told, and goes on when it is continued', { timeout: 60_000 }, async () => {
    using repository = new TestRepository(waiting)
    const first = await working(repository)
    first.child.kill('SIGSTOP')
    expect(refusalOf(await repository.mikado('run', 'slow'), false)).toEqual({ pid: first.child.pid, what: 'run slow' })
    repository.write({ go: '' })
    expect((await repository.mikado('list')).code).toBe(0)
    first.child.kill('SIGCONT')
    expect((await first.ended).code).toBe(0)
  })

  test('between taking the lock and signing is told without a name, not with that of an earlier one', {
    timeout: 60_000,
  }, async () => {
    const note = { pid: process.pid, host: 'elsewhere', since: '2026-02-20T10:00:00Z', what: 'run earlier' }
    using repository = new TestRepository({ ...waiting, '.mikado/lock.holder': JSON.stringify(note) })
    const script = `
      import { tryLock } from ${lockModule}
      const locks = [tryLock('.mikado/locks/door'), tryLock('.mikado/lock')]
      console.log(locks.every((lock) => lock.held()))
      setInterval(() => locks, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: repository.root })
    onTestFinished(() => void child.kill('SIGKILL'))
    await new Promise((done) => child.stdout.once('data', done))
    const { code, stderr } = await repository.mikado('run', 'slow')
    expect([code, stderr]).toEqual([
      75,
      'mikado: another run works in this repository\n  Wait until it ends; reading commands work meanwhile.\n',
    ])
    expect((await repository.mikado('brief', 'slow')).stdout).not.toContain('Works here now')
  })
})

describe.skipIf(process.platform !== 'linux')('after a run that was killed, the next one', () => {
  test('is refused while a task of it is suspended, and works when that is gone', { timeout: 120_000 }, async () => {
    using repository = new TestRepository(waiting)
    const first = await working(repository)
    const worker = pidIn(repository, 'pid')
    onTestFinished(() => void (alive(worker) && process.kill(worker, 'SIGKILL')))
    process.kill(worker, 'SIGSTOP')
    first.child.kill('SIGKILL')
    await first.ended
    repository.write({ go: '' })
    const { code, stdout, stderr } = await repository.mikado('run', 'slow')
    const told = `mikado: a task of a run that was killed still works in this repository: \`run slow\`, process ${first.child.pid} on `
    expect([code, stdout, stderr.slice(0, told.length)]).toEqual([75, '', told])
    expect(stderr).toMatch(
      /, since \S+\n {2}It ends by itself unless it is suspended: let it go on or end it, then run this again\.\n$/,
    )
    // Who comes next has to know it too.
    expect(JSON.parse(repository.read('.mikado/lock.holder'))).toMatchObject({ pid: first.child.pid, what: 'run slow' })
    process.kill(worker, 'SIGCONT')
    expect((await repository.mikado('run', 'slow', '-q')).code).toBe(0)
  })

  test('is not kept out by a service that its task started', { timeout: 60_000 }, async () => {
    using repository = new TestRepository(
      files(
        `await exclusive('it', async () => {
          if (existsSync('service')) return
          const { spawn } = await import('node:child_process')
          spawn('sh', ['-c', 'echo $$ > service; exec sleep 300'], { stdio: 'ignore', detached: true })
          writeFileSync('pid', String(process.pid))
          ${waitsFor('go')}
        })`,
      ),
    )
    const first = await working(repository)
    await until('the service is there', () => pidIn(repository, 'service') > 0, 60)
    const service = pidIn(repository, 'service')
    onTestFinished(() => void (alive(service) && process.kill(service, 'SIGKILL')))
    first.child.kill('SIGKILL')
    await first.ended
    expect([(await repository.mikado('run', 'slow', '-q')).code, alive(service)]).toEqual([0, true])
  })
})
