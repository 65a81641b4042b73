/** What is exclusive is so among the cards of a run, on whichever machine each is worked. */
import { describe, expect, test } from 'vitest'
import { sideBySide, TestRepository, until, waitsFor } from '../rig/repository.ts'
import { checkoutOf, missing, startRun, startWorker, TestRedis } from './rig.ts'

/** Two cards that both want the port of `shared`; who has it keeps it until the other asks, and there is a file `go`. */
function cardsThatShare(shared: TestRepository): Record<string, string> {
  return sideBySide(
    (own, other) => `writeFileSync('${shared.path(`${own}.asks`)}', '')
      await exclusive('the port', async () => {
        if (existsSync('${shared.path('taken')}')) throw new Error('taken by the other')
        writeFileSync('${shared.path('taken')}', '')
        appendFileSync('${shared.path('log')}', 'in ${own}\\n')
        ${waitsFor(shared.path(`${other}.asks`))}; ${waitsFor(shared.path('go'))}
        appendFileSync('${shared.path('log')}', 'out ${own}\\n')
        await $\`rm ${shared.path('taken')}\`
      })`,
  )
}

/** Waits until both ask for the port, and one has it: its card. */
async function whoHasIt(shared: TestRepository): Promise<string> {
  const is = (name: string) => shared.names('.').includes(name)
  await until('both ask', () => is('one.asks') && is('two.asks'), 20)
  await until('one has it', () => is('log'), 20)
  return /in (\w+)/.exec(shared.read('log'))?.[1] ?? ''
}

const oneAfterTheOther = /^in (one|two)\nout \1\nin (?!\1)(one|two)\nout \2\n$/

describe.skipIf(missing)('what is exclusive', { timeout: 60_000 }, () => {
  test('is had by one at a time, though both cards are worked at once on two machines', async () => {
    using redis = await TestRedis.start()
    using shared = new TestRepository({ go: '' })
    using here = new TestRepository(cardsThatShare(shared))
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    await Promise.all([startWorker(there, redis, ['-j', '1']), startWorker(other, redis, ['-j', '1'])])
    const { code, stdout } = await startRun(here, redis, 'goal', '-q').ended
    expect([code, stdout]).toEqual([0, expect.stringContaining('goal is complete: 3 cards')])
    expect(shared.read('log')).toMatch(oneAfterTheOther)
  })

  test('is free again when the machine that had it is lost', async () => {
    using redis = await TestRedis.start()
    using shared = new TestRepository()
    using here = new TestRepository(cardsThatShare(shared))
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    const workers = {
      one: await startWorker(there, redis, ['-j', '1', '--name', 'indri']),
      two: await startWorker(other, redis, ['-j', '2', '--name', 'ringtail']),
    }
    const running = startRun(here, redis, 'goal', '-q')
    const has = await whoHasIt(shared)
    const holder = workers.one.output.stderr.includes(`${has}: taken`) ? workers.one : workers.two
    holder.child.kill('SIGKILL')
    shared.remove('taken', 'log')
    shared.write({ go: '' })
    if (holder === workers.two) await startWorker(other, redis, ['-j', '1', '--name', 'aye-aye'])
    const { code, stdout } = await running.ended
    expect([code, stdout]).toEqual([0, expect.stringContaining('goal is complete: 3 cards')])
  })

  test('stays with who has it when the run is killed and started again', async () => {
    using redis = await TestRedis.start()
    using shared = new TestRepository()
    using here = new TestRepository(cardsThatShare(shared))
    using there = checkoutOf(here)
    using other = checkoutOf(here)
    const workers = await Promise.all([
      startWorker(there, redis, ['-j', '1', '--name', 'indri']),
      startWorker(other, redis, ['-j', '1', '--name', 'ringtail']),
    ])
    const first = startRun(here, redis, 'goal', '-q')
    const has = await whoHasIt(shared)
    first.child.kill('SIGKILL')
    await first.ended
    // Who waits is found again before who has it.
    const [holder, waiting] = workers[0].output.stderr.includes(`${has}: taken`) ? workers : workers.toReversed()
    holder?.child.kill('SIGSTOP')
    const second = startRun(here, redis, 'goal', '-q')
    await until('one goes on', () => waiting?.output.stderr.includes('goes on for run') === true, 20)
    holder?.child.kill('SIGCONT')
    await until('the other, too', () => holder?.output.stderr.includes('goes on for run') === true, 20)
    shared.write({ go: '' })
    const { code, stdout } = await second.ended
    expect([code, stdout]).toEqual([0, expect.stringContaining('goal is complete: 3 cards')])
    expect(shared.read('log')).toMatch(oneAfterTheOther)
  })
})
