import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { Seal } from '../../scripts/engine/seal.ts'
import { card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { checkoutOf, key, missing, TestRedis as Server, startRun, startWorker, type TestRedis } from './rig.ts'

const files = { 'docs/goal.md': card({ title: 'Goal' }), 'tasks/goal.ts': task('goal', "appendFileSync('runs', 'x')") }

/** Whoever can write to Redis puts a job there. */
async function put(redis: TestRedis, id: string, body: string): Promise<void> {
  const connection = new Redis(redis.port, '127.0.0.1', { maxRetriesPerRequest: null })
  const queue = new Queue('any', { connection, prefix: 'mikado', skipMetasUpdate: true })
  await queue.add('card', { body }, { jobId: id, removeOnComplete: true, removeOnFail: true })
  await queue.close()
  connection.disconnect()
}

/** The one job that waits, as it lies in Redis. */
async function waiting(redis: TestRedis): Promise<{ id: string; body: string }> {
  const name = () => redis.ask('--scan', '--pattern', 'mikado:any:????????????????????????????????')
  await until('a job waits', () => name() !== '')
  const id = name().split(':').at(-1) ?? ''
  return { id, body: (JSON.parse(redis.ask('HGET', name(), 'data')) as { body: string }).body }
}

async function workersOf(repository: TestRepository, redis: TestRedis): Promise<string> {
  const ran = await repository.start(['workers', '--engine', redis.url], { MIKADO_KEY: key }).ended
  return repository
    .told(ran)
    .replace(/process \d+/g, 'process N')
    .replace(/^( {2})\S+(?=, process)/gm, '$1HOST')
    .replace(/\d+ s ago/g, 'N s ago')
    .replace(/[0-9a-f]{32}/g, 'JOB')
    .replace(/runner \S+, node v\S+,/, 'runner V, node V,')
}

describe.skipIf(missing)('a worker refuses, says so, and is seen to', { timeout: 40_000 }, () => {
  test('a forged job', async () => {
    using redis = await Server.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    const worker = await startWorker(there, redis, ['--name', 'indri', '-j', '1'])
    const forger = new Seal('a key that somebody else has made up for this')
    const description = { card: 'goal', run: 'RUN', task: { path: 'tasks/goal.ts' } }
    const body = forger
      .seal('job', 'any forged', Buffer.from(JSON.stringify({ description, opening: [] })))
      .toString('base64')
    await put(redis, 'forged', body)
    await until('it is refused', () => worker.output.stderr.includes('refused: '))
    expect(worker.output.stderr).toContain('refused: job forged in the queue any, which was not sealed with this key\n')
    await until('it is told', () => redis.ask('HLEN', 'mikado:present:worker') === '1')
    await put(redis, 'nonsense', 'bm9uc2Vuc2U=')
    await until('that too', () => worker.output.stderr.includes('job nonsense'), 20)
    let seen = ''
    for (let tries = 0; !seen.includes('2 jobs') && tries < 20; tries++) seen = await workersOf(here, redis)
    expect(seen).toBe(`exit 0
--- stdout
✓ indri  0 of 1  heard N s ago
  HOST, process N; runner V, node V, commit unknown
  refused 2 jobs and 0 messages, last: job nonsense in the queue any, which was not sealed with this key
`)
    expect(there.names('.')).not.toContain('runs')
    // What is genuine is taken all the same.
    expect((await startRun(here, redis, 'goal').ended).code).toBe(0)
  })

  test('a job that was there before', async () => {
    using redis = await Server.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    const running = startRun(here, redis, 'goal')
    const { id, body } = await waiting(redis)
    const worker = await startWorker(there, redis)
    expect((await running.ended).code).toBe(0)
    there.remove('goal.done')
    await put(redis, id, body)
    await until('it is refused', () => worker.output.stderr.includes('refused: '), 15)
    expect(worker.output.stderr).toMatch(
      /refused: job [0-9a-f]{32} for goal(?:, of a run that is gone, or never was|: its run does not answer, or is gone)\n/,
    )
    expect(there.read('runs')).toBe('x')
    // Under another name, it is no better.
    await put(redis, 'another', body)
    await until('that too', () => worker.output.stderr.includes('job another in the queue any'), 15)
  })

  test('a job that was there before, while its run goes on', async () => {
    using redis = await Server.start()
    using here = new TestRepository({
      ...files,
      'docs/last.md': card({ requires: ['goal'] }),
      'tasks/last.ts': task('last', waitsFor('go')),
    })
    using there = checkoutOf(here)
    const running = startRun(here, redis, 'last')
    const { id, body } = await waiting(redis)
    const worker = await startWorker(there, redis, ['-j', '2'])
    await until('the last one is worked', () => worker.output.stderr.includes('last: taken'))
    there.remove('goal.done')
    await put(redis, id, body)
    await until('it is refused', () => worker.output.stderr.includes('refused: '), 15)
    expect(worker.output.stderr).toContain('for goal: its run wants it no more\n')
    there.write({ go: '' })
    expect((await running.ended).code).toBe(0)
    expect(there.read('runs')).toBe('x')
  })

  test('all, when it has another key, and leaves to others what is theirs', async () => {
    using redis = await Server.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    using stranger = checkoutOf(here)
    const other = await startWorker(stranger, redis, ['--name', 'stranger'], { MIKADO_KEY: `${key}, but another` })
    const running = startRun(here, redis, 'goal')
    await until('it is refused', () => other.output.stderr.includes('refused: '), 15)
    expect(other.output.stderr).toContain('which was not sealed with this key')
    expect(await workersOf(here, redis)).toContain(
      '✗ 1 participant cannot be read: another MIKADO_KEY, or a runner of another kind\n',
    )
    await startWorker(there, redis, ['--name', 'indri'])
    expect((await running.ended).code).toBe(0)
    expect([there.names('.').includes('runs'), stranger.names('.').includes('runs')]).toEqual([true, false])
  })

  test('one card and not the next, when its checkout is behind: it leaves the others to those who can work them', async () => {
    using redis = await Server.start()
    const ids = Array.from({ length: 40 }, (_, at) => `card-${at}`)
    const documents = ids.map((id) => [`docs/${id}.md`, card({ title: id })])
    const tasks = ids.map((id) => [`tasks/${id}.ts`, task(id)])
    using here = new TestRepository({
      ...Object.fromEntries([...documents, ...tasks]),
      'docs/goal.md': card({ requires: ids }),
      'tasks/goal.ts': task('goal'),
    })
    using there = checkoutOf(here)
    using behind = checkoutOf(here)
    for (const id of ids) behind.write({ [`docs/${id}.md`]: card({ title: 'Before' }) })
    const late = await startWorker(behind, redis, ['--name', 'ringtail', '-j', '2'])
    await startWorker(there, redis, ['--name', 'indri', '-j', '2'])
    expect((await startRun(here, redis, 'goal').ended).code).toBe(0)
    expect(late.output.stderr.match(/refused:/g)?.length ?? 0).toBeLessThanOrEqual(8)
  })

  test('a card of which its checkout holds another document, task, or part of it', async () => {
    using redis = await Server.start()
    using here = new TestRepository({
      'docs/goal.md': card({ title: 'Goal' }),
      'tasks/goal.ts': `import { done } from './lib/done.ts'\n${task('goal', 'done()')}`,
      'tasks/lib/done.ts': 'export const done = () => {}\n',
    })
    using there = checkoutOf(here)
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    const refused = async () => {
      const ran = await startRun(here, redis, 'goal', '--output', 'quiet').ended
      expect(ran.code).toBe(1)
      return ran.stderr.split('\n').find((line) => line.startsWith('✗')) ?? ''
    }
    const help = 'Bring its checkout to the commit of the run (`git pull`), or commit and push what differs.'
    there.write({ 'docs/goal.md': card({ title: 'Another' }) })
    expect(await refused()).toMatch(/failed after \S+ s: no worker takes it. indri: its docs\/goal.md differs. /)
    expect(worker.output.stderr).toContain(`refused: goal: its docs/goal.md differs. ${help}\n`)
    there.write({ 'docs/goal.md': card({ title: 'Goal' }), 'tasks/lib/done.ts': 'export const done = () => 1\n' })
    expect(await refused()).toContain('indri: its tasks/goal.ts, or what that imports, differs.')
    there.remove('docs/goal.md')
    expect(await refused()).toContain('indri: it has no docs/goal.md.')
    there.write({ 'docs/goal.md': card({ title: 'Goal' }), 'tasks/lib/done.ts': 'export const done = () => {}\n' })
    // Its status and its boxes are no difference.
    there.write({ 'docs/goal.md': card({ title: 'Goal', complete: true }).replace('[ ]', '[x]') })
    expect((await startRun(here, redis, 'goal').ended).code).toBe(0)
    expect(here.active()).toEqual([])
  })

  test('a card whose tools it has not; another worker that has them takes it', async () => {
    using redis = await Server.start()
    using here = new TestRepository({
      'docs/goal.md': card({ front: 'needs:\n  - forge\n' }),
      'tasks/goal.ts': task('goal'),
      'bin/forge*': '#!/bin/sh\n',
    })
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    await startWorker(other, redis, ['--name', 'ringtail'], { PATH: `${other.path('bin')}:${process.env.PATH}` })
    const ran = await startRun(here, redis, 'goal').ended
    expect([ran.code, other.names('.').includes('goal.done')]).toEqual([0, true])
    if (worker.output.stderr.includes('refused')) expect(worker.output.stderr).toContain('goal: it lacks `forge`.')
  })

  test('a message that is not genuine, was changed, or came before', async () => {
    using redis = await Server.start()
    using here = new TestRepository({ ...files, 'tasks/goal.ts': task('goal', waitsFor('go')) })
    using there = checkoutOf(here)
    const [ear, voice] = [new Redis(redis.port, '127.0.0.1'), new Redis(redis.port, '127.0.0.1')]
    const said = new Map<string, Buffer>()
    ear.on('pmessageBuffer', (_, box: Buffer, parcel: Buffer) => said.set(box.toString(), parcel))
    await ear.psubscribe('mikado:mail:*')
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    const running = startRun(here, redis, 'goal')
    await until('it is worked', () => worker.output.stderr.includes('goal: taken'))
    ear.disconnect()
    for (const [box, parcel] of said) {
      const changed = Buffer.from(parcel)
      changed[40] = (changed[40] ?? 0) ^ 1
      for (const bad of [parcel, changed, Buffer.from('nonsense')]) await voice.publish(box, bad)
    }
    voice.disconnect()
    const refused = ['a message that came before', 'a message that was not sealed with this key for this address']
    await until('they are refused', () => refused.every((why) => worker.output.stderr.includes(why)), 15)
    there.write({ go: '' })
    const ran = await running.ended
    expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('refused: a message that came before')])
  })
})
