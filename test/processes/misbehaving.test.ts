/** Tasks that throw, answer, send and close whatever they like: each fails or completes its own card, and says why. */
import { expect, test } from 'vitest'
import { type Reply, replyIn } from '../../scripts/core/protocol.ts'
import { TestRepository, task } from '../rig/repository.ts'
import { chainOf, endsOf, module } from './rig.ts'

const forged = JSON.stringify({ type: 'checked', held: true, detail: null })

const throwing = 'new Proxy({}, { get() { throw new Error() }, getPrototypeOf() { throw new Error() } })'
const garbage = `[null, 'ready', 7, {}, { type: 'secret', id: 1 }, { type: 'note', text: {} }, { type: 'toString' }]`
const forging = `for (let at = 0; at < 4; at++) process.send(${forged})`

test('what a task throws, hands on or sends ends its own card only, with the reason', async () => {
  using repository = new TestRepository(
    chainOf({
      garbage: task('garbage', `for (const message of ${garbage}) process.send(message)`),
      secretless: task('secretless', 'await secret(undefined)'),
      proxy: task('proxy', `throw ${throwing}`),
      bigint: module('return { a: 1n }', "throw 'not yet'"),
      forger: module('', `${forging}; return false`),
      leaver: module('process.exit(0)', 'return false'),
      closer: task('closer', `const { closeSync } = await import('node:fs'); closeSync(1); closeSync(2)`),
      walker: module("writeFileSync('walker.done', ''); process.chdir('/')", "return existsSync('walker.done')"),
    }),
  )
  const { code, stderr } = await repository.mikado('run', 'goal', '-k', '-j', '2')
  expect([code, stderr.includes('bug of mikado')]).toEqual([1, false])
  expect(endsOf(repository)).toEqual({
    garbage: 'completed',
    secretless: 'a secret is a text, and not undefined',
    proxy: 'what was thrown cannot be told',
    bigint: 'what `apply` returned cannot be kept as JSON: Do not know how to serialize a BigInt',
    forger: 'the work is done, but the check does not hold: It is done: it answered false',
    leaver: 'its process ended by itself with exit code 0',
    closer: 'completed',
    walker: 'completed',
  })
  expect(repository.active()).toEqual(['bigint', 'forger', 'goal', 'leaver', 'proxy', 'secretless'])
  expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'failed', exitCode: 1 })
})

test('a message is taken for a reply only when all of it is one', () => {
  const good: Reply[] = [
    { type: 'opened', works: true, checks: ['a'] },
    { type: 'checked', held: true, detail: null, to: 3 },
    { type: 'checked', held: null, instructions: 'look' },
    { type: 'applied', outputs: null },
    { type: 'apply-failed', reason: 'threw', message: '', exitCode: null },
    { type: 'unreadable', file: '/a.ts', message: '', line: 1, column: null },
    { type: 'examined', findings: [{ about: 'a', ok: true, detail: '' }] },
    { type: 'step-done', id: 1, step: 'a', result: 0, replayed: false },
  ]
  expect(good.map(replyIn)).toEqual(good)
  for (const whole of good) {
    for (const field of Object.keys(whole).filter((name) => name !== 'to')) {
      const { [field]: _, ...part } = whole as Record<string, unknown>
      expect(replyIn(part), `${whole.type} without ${field}`).toBeNull()
      const anything = field === 'outputs' || field === 'result'
      const strange = { ...whole, [field]: Symbol(field) }
      expect(replyIn(strange), `${whole.type} with a strange ${field}`).toEqual(anything ? strange : null)
    }
  }
  for (const strange of [undefined, null, 'ready', 7, [], { type: '__proto__' }, { type: 'toString' }])
    expect(replyIn(strange)).toBeNull()
})
