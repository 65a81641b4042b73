/** `verify` asks and changes nothing. */
import { expect, it } from 'vitest'
import { verifyCard } from '../../scripts/work.ts'
import { card, gate, Memory, type Script } from './world.ts'

async function verify(script: Script, text = card([], { status: 'complete' })) {
  const world = new Memory({ a: text }, { a: script })
  const verdict = await verifyCard(world.graph().card('a'), world, null)
  expect(world.documents.get('a')).toBe(text)
  return { world, verdict }
}

it('holds when every check does', async () => {
  const { world, verdict } = await verify({ checks: { 'It is done': () => 'seen' } })
  expect(verdict).toEqual({ kind: 'holds', failed: [] })
  expect(world.did).toEqual(['open a', 'check a', 'close a'])
  expect(world.events).toEqual([
    { event: 'check-passed', card: 'a', check: 'It is done', phase: 'verify', detail: 'seen' },
  ])
})

it('has drifted when one does not, with the reason', async () => {
  const text = card([], { status: 'complete', checks: ['one', 'two', 'by hand'] })
  const { verdict, world } = await verify({ checks: { one: () => true, two: () => false } }, text)
  expect(verdict).toEqual({ kind: 'drifted', failed: ['two: it answered false'] })
  expect(world.did).toEqual(['open a', 'check a', 'check a', 'close a'])
})

it('is unprovable where nothing can be asked', async () => {
  expect((await verify({ checks: {} })).verdict).toEqual({ kind: 'unprovable' })
})

it('does not count against a card what only a person can tell', async () => {
  const text = card([], { status: 'complete', checks: ['one', 'two'] })
  const left = () => ({ left: 'look' })
  expect((await verify({ checks: { one: () => true, two: left } }, text)).verdict.kind).toBe('holds')
  expect((await verify({ checks: { one: left, two: left } }, text)).verdict.kind).toBe('unprovable')
})

it('is unknown when the task cannot be opened', async () => {
  expect((await verify({ broken: 'no such module' })).verdict).toEqual({ kind: 'unknown', message: 'no such module' })
})

it('is unknown, not drifted, when it was stopped in between', async () => {
  const world = new Memory({ a: card([], { status: 'complete' }) })
  world.before = (effect) => effect === 'check a' && world.halt()
  expect(await verifyCard(world.graph().card('a'), world, null)).toEqual({ kind: 'unknown', message: 'stopped' })
})

it('is unknown when the time was up', async () => {
  const world = new Memory({ a: card([], { status: 'complete' }) })
  const late = gate()
  const { open } = world
  world.open = async (...args) => {
    const task = await open.apply(world, args)
    await late.work()
    return task
  }
  const verdict = verifyCard(world.graph().card('a'), world, 2000)
  await world.advance(2000)
  late.open()
  expect(await verdict).toEqual({ kind: 'unknown', message: 'timed out: not done within 2.0 s' })
})
