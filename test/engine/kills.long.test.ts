import { describe, expect, test } from 'vitest'
import { alive, card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { checkoutOf, missing, startRun, startWorker, TestRedis } from './rig.ts'

/** `base` is quick; `slow` does a step, says that it works, and goes on when there is a file `go`; `goal` takes what it hands on. */
const files = {
  'docs/base.md': card({ title: 'Base' }),
  'docs/slow.md': card({ title: 'Slow', requires: ['base'] }),
  'docs/goal.md': card({ title: 'Goal', requires: ['slow'] }),
  'tasks/base.ts': task('base'),
  'tasks/slow.ts': task(
    'slow',
    `await step('first', () => { appendFileSync('steps', 'x'); return 'one' })
    appendFileSync('runs', 'x')
    writeFileSync('pid', String(process.pid))
    log('it works')
    ${waitsFor('go')}
    log('it goes on')
    appendFileSync('effects', 'x')
    writeFileSync('slow.done', '')
    return { handed: 'on' }`,
  ),
  'tasks/goal.ts': task('goal', "writeFileSync('inputs', JSON.stringify(inputs))"),
}

const works = (there: TestRepository) => async () =>
  await until('the slow card works', () => there.names('.').includes('pid') && there.read('pid') !== '', 20)

describe.skipIf(missing)('when something is killed', { timeout: 60_000 }, () => {
  test('a run that is started again finds its running card, and hears what it missed', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    const first = startRun(here, redis, 'goal')
    await works(there)()
    first.child.kill('SIGKILL')
    await first.ended
    there.write({ go: '' })
    await until('the work is done', () => there.names('.').includes('slow.done'))
    const ran = await startRun(here, redis, 'goal', '-v').ended
    expect([ran.code, there.read('runs'), there.read('effects'), there.read('steps')]).toEqual([0, 'x', 'x', 'x'])
    expect(there.read('inputs')).toBe('{"slow":{"handed":"on"}}')
    expect(worker.output.stderr).toContain('slow: goes on for run')
    expect(ran.stderr).toContain('slow: on indri')
    expect(ran.stderr).toContain('slow │ it goes on')
    const last = here
      .journal()
      .filter(({ event }) => event === 'card-completed')
      .at(-2)
    expect(last).toMatchObject({ card: 'slow', how: 'ran', verified: true })
    expect(here.active()).toEqual([])
  })

  test('a card whose worker vanishes is worked elsewhere, probe first', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    const running = startRun(here, redis, 'goal', '-v')
    await works(there)()
    await startWorker(other, redis, ['--name', 'ringtail'])
    worker.child.kill('SIGKILL')
    const before = Date.now()
    await works(other)()
    expect(Date.now() - before).toBeLessThan(10_000)
    await until('the task is gone', () => !alive(Number(there.read('pid'))))
    other.write({ go: '', 'base.done': '' })
    const ran = await running.ended
    // The step was done, and is not done again; the work is.
    expect([ran.code, there.read('runs'), other.read('runs'), other.names('.').includes('steps')]).toEqual([
      ...[0, 'x', 'x', false],
    ])
    const placed = here
      .journal()
      .flatMap(({ event, card: id, worker: name }) => (event === 'card-placed' && id === 'slow' ? [name] : []))
    expect(placed).toEqual(['indri', 'ringtail'])
    expect(here.active()).toEqual([])
  })

  test('what a lost worker had made true is not done again', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    const running = startRun(here, redis, 'slow', '-v')
    await works(there)()
    await startWorker(other, redis, ['--name', 'ringtail'])
    // What the card changes is the same on both.
    other.write({ 'slow.done': '' })
    worker.child.kill('SIGKILL')
    const ran = await running.ended
    expect([ran.code, other.names('.').includes('runs')]).toEqual([0, false])
    expect(ran.stderr).toContain('slow  found true, nothing to do')
  })

  test('Redis restarted costs nothing but the time', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    await startWorker(there, redis, ['--name', 'indri'])
    const running = startRun(here, redis, 'goal')
    await works(there)()
    await redis.restart(async () => there.write({ go: '' }))
    const ran = await running.ended
    expect([ran.code, there.read('runs'), there.read('effects')]).toEqual([0, 'x', 'x'])
  })

  test('a worker that is told to end while Redis is away ends, and needs no second word', async () => {
    using redis = await TestRedis.start()
    using there = new TestRepository(files)
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    await until('it waits for a job', () => redis.ask('CLIENT', 'LIST').includes('cmd=bzpopmin'))
    await redis.restart(async () => {
      worker.child.kill('SIGTERM')
      await worker.ended
    })
    const { code, stderr } = await worker.ended
    expect([code, stderr]).toEqual([143, expect.stringContaining('finishing what it has')])
  })

  test('Redis emptied costs nothing either: the documents are the truth', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    await startWorker(there, redis, ['--name', 'indri'])
    const running = startRun(here, redis, 'goal')
    await works(there)()
    redis.ask('FLUSHALL')
    there.write({ go: '' })
    const ran = await running.ended
    expect([ran.code, there.read('runs'), there.read('effects')]).toEqual([0, 'x', 'x'])
  })

  test('Redis emptied while a card waits for a worker: it is offered again', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    const running = startRun(here, redis, 'base')
    await until('it waits', () => running.output.stderr.includes('Start one'))
    redis.ask('FLUSHALL')
    await startWorker(there, redis)
    expect((await running.ended).code).toBe(0)
  })

  test('a run is killed and its worker too: the next run begins with the probe', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    const worker = await startWorker(there, redis)
    const first = startRun(here, redis, 'goal')
    await works(there)()
    first.child.kill('SIGKILL')
    worker.child.kill('SIGKILL')
    await Promise.all([first.ended, worker.ended])
    there.remove('pid')
    await startWorker(there, redis)
    const second = startRun(here, redis, 'goal')
    await works(there)()
    there.write({ go: '' })
    expect((await second.ended).code).toBe(0)
    expect([there.read('runs'), there.read('effects'), there.read('steps')]).toEqual(['xx', 'x', 'x'])
  })

  test('another run, in another checkout, waits while the card is worked for the first', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    using desk = checkoutOf(here)
    await startWorker(there, redis, ['-j', '2'])
    const first = startRun(here, redis, 'slow')
    await works(there)()
    const second = startRun(desk, redis, 'slow')
    await until('it says so', () => second.output.stderr.includes('this one waits for it'), 20)
    there.write({ go: '' })
    expect((await first.ended).code).toBe(0)
    const ran = await second.ended
    expect([ran.code, there.read('runs')]).toEqual([0, 'x'])
    expect(ran.stderr).toContain('slow  found true, nothing to do')
  })

  test('a worker that is to end finishes what it has, and takes nothing more', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    const running = startRun(here, redis, 'goal')
    await works(there)()
    worker.child.kill('SIGTERM')
    await until('it says so', () => worker.output.stderr.includes('finishing what it has'))
    await startWorker(other, redis, ['--name', 'ringtail'])
    there.write({ go: '' })
    expect((await worker.ended).code).toBe(143)
    expect((await running.ended).code).toBe(0)
    expect([there.read('effects'), other.names('.').includes('inputs')]).toEqual(['x', true])
  })
})
