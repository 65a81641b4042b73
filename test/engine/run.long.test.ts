import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { alive, card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { checkoutOf, key, missing, pair, startRun, startWorker, TestRedis } from './rig.ts'

describe.skipIf(missing)('a run with an engine', { timeout: 30_000 }, () => {
  test('sends a card where its label is, and says whom it waits for', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository({
      ...pair,
      'docs/goal.md': card({ title: 'Goal', requires: ['base'], front: 'on: ringtail\n' }),
    })
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    await startWorker(there, redis, ['--name', 'indri', '--label', 'indri'])
    const running = startRun(here, redis, 'goal')
    await until('it says so', () => running.output.stderr.includes('Start one'))
    expect(running.output.stderr).toContain(
      'no worker with the label `ringtail` is there: goal waits. Start one in a checkout there: mikado worker --engine … --label ringtail',
    )
    await startWorker(other, redis, ['--name', 'ringtail', '--label', 'ringtail'])
    expect((await running.ended).code).toBe(0)
    expect(
      here.journal().flatMap(({ event, card: id, worker: name }) => (event === 'card-placed' ? [[id, name]] : [])),
    ).toEqual([
      ['base', expect.stringMatching(/^indri$/)],
      ['goal', 'ringtail'],
    ])
    expect([there.names('.').includes('goal.done'), other.names('.').includes('goal.done')]).toEqual([false, true])
  })

  test('a connection that only hears asks for an answer, so that it notices when it is dead', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(pair)
    using there = checkoutOf(here)
    await startWorker(there, redis)
    const ears = () => redis.ask('CLIENT', 'LIST', 'TYPE', 'pubsub').split('\n')
    await until('it asks', () => ears().some((ear) => ear.includes(' cmd=ping')))
    expect(ears()).toHaveLength(1)
  })

  test('stops what is worked elsewhere when it is stopped', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository({
      'docs/slow.md': card(),
      'tasks/slow.ts': task('slow', `writeFileSync('pid', String(process.pid)); ${waitsFor('go')}`),
    })
    using there = checkoutOf(here)
    await startWorker(there, redis)
    const running = startRun(here, redis, 'slow', '--output', 'quiet')
    await until('the card works', () => there.names('.').includes('pid') && there.read('pid') !== '')
    running.child.kill('SIGINT')
    expect((await running.ended).code).toBe(130)
    expect(running.output.stderr).toContain('slow  stopped, left as it is')
    await until('the task is gone', () => !alive(Number(there.read('pid'))))
  })

  test('limits and retries work as on one machine', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository({
      'docs/goal.md': card({ requires: ['slow', 'moody'] }),
      'docs/slow.md': card({ front: 'timeout: 1s\n' }),
      'docs/moody.md': card({ front: 'retries: 1\n' }),
      'tasks/goal.ts': task('goal'),
      'tasks/slow.ts': task('slow', waitsFor('go')),
      'tasks/moody.ts': task(
        'moody',
        "appendFileSync('moody.runs', 'x'); if (!existsSync('second')) { writeFileSync('second', ''); throw new Error('not today') }",
      ),
    })
    using there = checkoutOf(here)
    await startWorker(there, redis, ['-j', '2'])
    const ran = await startRun(here, redis, 'goal', '-k', '--output', 'quiet').ended
    expect([ran.code, there.read('moody.runs'), here.active()]).toEqual([1, 'xx', ['goal', 'slow']])
    expect(ran.stderr).toContain('moody: not today; try 2 in 1.0 s')
    expect(ran.stderr).toMatch(/slow {2}failed after \S+ s: timed out: not done within 1\.0 s/)
  })

  test('a task that ends its process fails its card, and the worker goes on', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository({
      'docs/bad.md': card(),
      'tasks/bad.ts': task('bad', "log('before'); process.exit(7)"),
      'docs/good.md': card(),
      'tasks/good.ts': task('good'),
    })
    using there = checkoutOf(here)
    await startWorker(there, redis)
    const ran = await startRun(here, redis, 'bad').ended
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('its process ended by itself with exit code 7')])
    expect(ran.stderr).toContain('bad │ before')
    expect((await startRun(here, redis, 'good').ended).code).toBe(0)
  })

  test('settings that cards are proved against go with them, and the key does not', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository({
      'package.json': '{"mikado": {"target": ["REGISTRY"]}}',
      'docs/goal.md': card(),
      'tasks/goal.ts': task(
        'goal',
        "writeFileSync('env', JSON.stringify([process.env.REGISTRY, process.env.MIKADO_KEY ?? null]))",
      ),
    })
    using there = checkoutOf(here)
    await startWorker(there, redis, [], { REGISTRY: 'another' })
    const run = here.start(['run', 'goal', '--engine', redis.url], { MIKADO_KEY: key, REGISTRY: 'zot.example' })
    expect((await run.ended).code).toBe(0)
    expect(there.read('env')).toBe('["zot.example",null]')
    expect(here.journal().find(({ event }) => event === 'card-completed')).toMatchObject({
      target: 'REGISTRY=zot.example',
    })
  })

  test('goes over TLS, as a user who may do no more than it must', async () => {
    using folder = new TestRepository()
    const made = spawnSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext'].concat(
        'subjectAltName=DNS:localhost',
        '-keyout',
        folder.path('key.pem'),
        '-out',
        folder.path('cert.pem'),
      ),
    )
    expect(made.status, 'openssl makes a certificate').toBe(0)
    const files = ['--tls-cert-file', folder.path('cert.pem'), '--tls-key-file', folder.path('key.pem')]
    using redis = await TestRedis.start('--tls-port', '0', ...files, '--tls-auth-clients', 'no')
    const tls = redis.port + 1
    redis.ask('CONFIG', 'SET', 'tls-port', String(tls))
    redis.ask(
      'ACL',
      'SETUSER',
      'runner',
      'on',
      '>open-sesame',
      '~mikado:*',
      '&mikado:*',
      '+@all',
      '-@admin',
      '-@dangerous',
      '+info',
      '+client',
    )
    using here = new TestRepository(pair)
    using there = checkoutOf(here)
    const env = { MIKADO_KEY: key, MIKADO_ENGINE_PASSWORD: 'open-sesame', NODE_EXTRA_CA_CERTS: folder.path('cert.pem') }
    const url = `rediss://runner@localhost:${tls}`
    const worker = there.start(['worker', '--engine', url], env)
    await until('the worker takes cards', () => worker.output.stderr.includes('takes cards'), 20)
    const ran = await here.start(['run', 'goal', '--engine', url], env).ended
    expect([ran.code, here.active()]).toEqual([0, []])
    const refused = await here.start(['run', 'goal', '--engine', url], { ...env, NODE_EXTRA_CA_CERTS: '' }).ended
    expect([refused.code, refused.stderr]).toEqual([69, expect.stringMatching(/cannot be reached: .*certificate/)])
  })
})
