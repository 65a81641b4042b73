/** A task looks where it is to be worked whether all is there that it needs. */
import { describe, expect, test } from 'vitest'
import { Preflights } from '../../scripts/engine/preflights.ts'
import type { Description } from '../../scripts/io/offer.ts'
import type { TaskFile } from '../../scripts/io/tasks.ts'
import { card, TestRepository, task, until } from '../rig/repository.ts'
import { checkoutOf, missing, startRun, startWorker, TestRedis } from './rig.ts'

const looking: Description = {
  ...{ card: 'goal', title: 'Goal', run: 'one', desk: 'desk', needs: [], target: { ZOT: 'here' } },
  document: { path: 'docs/goal.md', digest: 'd' },
  task: { path: 'tasks/goal.ts', digest: 't', preflight: true },
}
const file: TaskFile = {
  ...{ path: 'tasks/goal.ts', file: '/there/tasks/goal.ts', kind: 'module', digest: 't', selfContained: true },
} as const

/** Preflights whose tasks find what `wrong` says, what was asked so far, and a clock. */
function preflightsOf(wrong: { detail: string | null }) {
  const asked: string[] = []
  const clock = { now: 0 }
  const examine = async (path: string, settings: Readonly<Record<string, string>>) => {
    asked.push(`${path} ${JSON.stringify(settings)}`)
    const rest = { about: 'disk', ok: true, detail: 'room enough' }
    return wrong.detail === null ? [rest] : [rest, { about: 'registry', ok: false, detail: wrong.detail }]
  }
  return { preflights: new Preflights(examine, () => clock.now), asked, clock }
}

test('a task that does not look is not asked', async () => {
  const { preflights, asked } = preflightsOf({ detail: 'away' })
  const task = { ...looking.task, preflight: false }
  expect([await preflights.objection({ ...looking, task }, file), asked]).toEqual([null, []])
})

test('is asked once for each run, with the settings of the run', async () => {
  const { preflights, asked } = preflightsOf({ detail: null })
  expect(await Promise.all([preflights.objection(looking, file), preflights.objection(looking, file)])).toEqual([
    null,
    null,
  ])
  expect(asked).toEqual(['/there/tasks/goal.ts {"ZOT":"here"}'])
  await preflights.objection({ ...looking, run: 'two' }, file)
  await preflights.objection({ ...looking, target: {} }, file)
  expect(asked.length).toBe(3)
})

test('one that cannot be asked is told, and asked again after a while', async () => {
  const clock = { now: 0 }
  let asked = 0
  const examine = async () => {
    asked++
    if (asked === 1) throw new Error('too many open files')
    return []
  }
  const preflights = new Preflights(examine, () => clock.now)
  expect((await preflights.objection(looking, file))?.why).toBe('its preflight cannot be asked: too many open files')
  clock.now = 10_000
  expect([await preflights.objection(looking, file), asked]).toEqual([null, 2])
})

test('what it finds wrong is told, and looked at again after a while', async () => {
  const wrong: { detail: string | null } = { detail: 'it does not answer' }
  const { preflights, asked, clock } = preflightsOf(wrong)
  const objection = {
    why: 'registry: it does not answer',
    help: 'Mend it there; `mikado doctor` looks again.',
  }
  expect(await preflights.objection(looking, file)).toEqual(objection)
  wrong.detail = null
  clock.now = 9999
  expect([await preflights.objection(looking, file), asked.length]).toEqual([objection, 1])
  clock.now = 10_000
  expect([await preflights.objection(looking, file), asked.length]).toEqual([null, 2])
  clock.now = 100_000
  expect([await preflights.objection(looking, file), asked.length]).toEqual([null, 2])
})

describe.skipIf(missing)('a worker on whose machine a task misses something', { timeout: 40_000 }, () => {
  const files = {
    'docs/goal.md': card({ title: 'Goal' }),
    'tasks/goal.ts': `${task('goal').replace(
      'export default {',
      `export default {
  preflight: async ({ root }) => [{ about: 'registry', ok: existsSync(root + '/registry'), detail: 'it does not answer' }],`,
    )}`,
  }

  test('does not take its card, and says so; one that has it does', async () => {
    using redis = await TestRedis.start()
    using here = new TestRepository(files)
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    other.write({ registry: '' })
    const worker = await startWorker(there, redis, ['--name', 'indri'])
    const refused = await startRun(here, redis, 'goal', '-q').ended
    const why = 'registry: it does not answer. Mend it there; `mikado doctor` looks again.'
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining(`no worker takes it. indri: ${why}`)])
    expect(worker.output.stderr).toContain(`refused: goal: ${why}\n`)
    await startWorker(other, redis, ['--name', 'ringtail'])
    const ran = await startRun(here, redis, 'goal', '-v').ended
    expect([ran.code, other.names('.').includes('goal.done'), there.names('.').includes('goal.done')]).toEqual([
      ...[0, true, false],
    ])
    await until('it is told where', () => ran.stderr.includes('goal: on ringtail'))
  })
})
