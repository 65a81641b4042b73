import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { card, type Started, TestRepository, task, until } from '../rig/repository.ts'
import { checkoutOf, key, missing, pair, startRun, startWorker, TestRedis } from './rig.ts'

const worker = (started: Started) => started.output.stderr.replace(/^\S+Z /gm, '')

describe.skipIf(missing)('a run with an engine', { timeout: 30_000 }, () => {
  test('has its cards worked elsewhere, and proves, journals and marks them here', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(pair)
    using there = checkoutOf(here)
    const working = await startWorker(there, redis, ['--name', 'indri', '-j', '2'])
    const ran = await startRun(here, redis, 'goal', '--output', 'quiet', '-v').ended
    expect(here.told(ran)).toBe(`exit 0
--- stdout
goal is complete: 2 cards proved in N s
  ✓  base  done  N s  1 check held
  ✓  goal  done  N s  1 check held
  all is well

--- stderr
▶ base  Base
  base: on indri
  base: does not hold yet: It is done: base.done is not there
  base: holds: It is done
✓ base  done in N s, 1 check held
▶ goal  Goal
  goal: on indri
  goal: does not hold yet: It is done: goal.done is not there
  goal: holds: It is done
✓ goal  done in N s, 1 check held
`)
    expect(here.active()).toEqual([])
    expect(there.active()).toEqual(['base', 'goal'])
    expect([here.names('.').includes('base.done'), there.read('base.runs')]).toEqual([false, 'x'])
    const happened = here.happened().filter((event) => !/^(?:output|note)/.test(event))
    expect(happened).toEqual([
      'run-started',
      ...['card-started base', 'card-placed base', 'check-failed base', 'step-started base', 'step-done base'],
      ...['check-passed base', 'card-completed base'],
      ...['card-started goal', 'card-placed goal', 'check-failed goal', 'check-passed goal', 'card-completed goal'],
      'run-ended',
    ])
    expect((await here.mikado('log', 'base')).stdout).toBe(
      'check "It is done" does not hold: base.done is not there\nthe work of base\nit is •••\n',
    )
    expect((await here.mikado('log', 'goal')).stdout).toContain('{"base":{"from":"base","pass":"•••"}}')
    expect(here.everythingKept()).not.toContain('hunter2')
    working.child.kill('SIGTERM')
    expect((await working.ended).code).toBe(143)
    expect(worker(working)).toMatch(
      /^indri takes cards for any machine, 2 at once\nbase: taken for run \S+\nbase: over after \S+ s, for run \S+\ngoal: taken for run \S+\ngoal: over after \S+ s, for run \S+\nfinishing what it has, and taking nothing more; once more ends it at once\n$/,
    )
  })

  test.each([
    ['is written anew', 'writeFileSync(self, other)'],
    ['is gone', 'rmSync(self)'],
  ])(
    'a worker works the very text that it compared, whatever has become of the file since: it %s',
    async (_, change) => {
      using redis = await TestRedis.start()
      using here = new TestRepository({
        'docs/goal.md': card(),
        'tasks/goal.ts': `import { existsSync, rmSync, writeFileSync } from 'node:fs'
const other: string = "export default { verify: { 'It is done': () => true } }"
export default {
  preflight: ({ root }: { root: string }) => {
    const self = \`\${root}/tasks/goal.ts\`
    ${change}
    return []
  },
  apply: ({ root }: { root: string }) => writeFileSync(\`\${root}/goal.done\`, ''),
  verify: { 'It is done': ({ root }: { root: string }) => existsSync(\`\${root}/goal.done\`) },
}
`,
      })
      using there = checkoutOf(here)
      await startWorker(there, redis)
      const ran = await startRun(here, redis, 'goal').ended
      expect([ran.code, here.active(), there.names('.').includes('goal.done')]).toEqual([0, [], true])
      expect(there.names('tasks').includes('goal.ts') && /^import/.test(there.read('tasks/goal.ts'))).toBe(false)
    },
  )

  test.each([
    ['its chain has errors', { requires: ['nothing'] }, 65],
    ['a card wants a word first', { front: 'confirm: May it begin?\n' }, 3],
  ])('ends when nothing can be begun: %s', async (_, form, code) => {
    using redis = await TestRedis.start()
    using here = new TestRepository({ 'docs/goal.md': card(form), 'tasks/goal.ts': task('goal') })
    const ran = await startRun(here, redis, 'goal').ended
    expect([ran.code, here.names('.').includes('goal.done')]).toEqual([code, false])
  })

  test('puts nothing into Redis that can be read there', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(pair)
    using there = checkoutOf(here)
    const monitor = spawn('redis-cli', ['-p', String(redis.port), 'MONITOR'])
    let seen = ''
    monitor.stdout.setEncoding('utf8').on('data', (text: string) => (seen += text))
    await until('it is watched', () => seen.includes('OK'))
    await startWorker(there, redis)
    expect((await startRun(here, redis, 'goal').ended).code).toBe(0)
    monitor.kill('SIGKILL')
    expect(seen).toContain('mikado:mail:')
    const words = ['hunter2', 'base.done', 'goal.ts', 'the work of', 'It is done', key]
    const forms = words.flatMap((word) => [word, Buffer.from(word).toString('base64').slice(0, -3)])
    expect(forms.filter((form) => seen.includes(form))).toEqual([])
  })
})

describe.skipIf(missing)('an engine that cannot be used', { timeout: 20_000 }, () => {
  const one = { 'docs/goal.md': card(), 'tasks/goal.ts': task('goal') }

  test('is told, and nothing is started', async () => {
    using redis = await TestRedis.start('--requirepass', 'open-sesame')
    using here = new TestRepository(one)
    const run = async (url: string, env: NodeJS.ProcessEnv = { MIKADO_KEY: key }) =>
      here.told(await here.start(['run', 'goal', '--engine', url], env).ended).replaceAll(String(redis.port), 'PORT')
    expect(await run(redis.url, {})).toBe(`exit 69
--- stderr
mikado: MIKADO_KEY is not set: cards go to other machines sealed with it, or not at all
  Make one with \`openssl rand -base64 32\`, and set it for the run and for each worker; keep it out of the repository.
`)
    expect(await run(redis.url, { MIKADO_KEY: 'short' })).toContain('MIKADO_KEY is shorter than 32 characters')
    expect(await run(`redis://:wrong-word@127.0.0.1:${redis.port}`)).toMatch(
      /^exit 69\n--- stderr\nmikado: the engine at redis:\/\/127\.0\.0\.1:PORT cannot be reached: WRONGPASS/,
    )
    redis.ask('-a', 'open-sesame', 'ACL', 'SETUSER', 'deaf', 'on', '>hear-nothing', '~*', 'resetchannels', '+@all')
    expect(await run(`redis://deaf:hear-nothing@127.0.0.1:${redis.port}`)).toMatch(
      /^exit 69\n--- stderr\nmikado: the engine at redis:\/\/127\.0\.0\.1:PORT cannot be reached: NOPERM .*channel/,
    )
    expect(await run('redis://127.0.0.1:1')).toMatch(/cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1\n/)
    expect(await run('postgres://host')).toContain(
      'exit 64\n--- stderr\nmikado: --engine: this is no address of an engine',
    )
    expect(here.names('.mikado/journal.jsonl')).toEqual([])
    expect(here.active()).toEqual(['goal'])
  })

  test('takes the password from the address or the environment, and tells it nobody', async () => {
    using redis = await TestRedis.start('--requirepass', 'open-sesame')
    using here = new TestRepository(one)
    using there = checkoutOf(here)
    const secret = { MIKADO_KEY: key, MIKADO_ENGINE_PASSWORD: 'open-sesame' }
    const working = await startWorker(there, redis, [], secret)
    const run = here.start(['run', 'goal', '--engine', `redis://:open-sesame@127.0.0.1:${redis.port}`], {
      MIKADO_KEY: key,
    })
    const ran = await run.ended
    expect(ran.code).toBe(0)
    expect([ran.stdout, ran.stderr, working.output.stderr, here.everythingKept()].join('\n')).not.toContain('sesame')
  })
})

test('a card that says where it belongs is worked here, when no engine is asked for', async () => {
  using here = new TestRepository({
    'docs/goal.md': card({ front: 'on: indri\n' }),
    'tasks/goal.ts': task('goal'),
  })
  expect((await here.mikado('run', 'goal')).code).toBe(0)
  expect([here.active(), here.names('.').includes('goal.done')]).toEqual([[], true])
})
