import { describe, expect, test } from 'vitest'
import type { Question } from '../../scripts/core/protocol.ts'
import { Talk } from '../../scripts/engine/talk.ts'

const open = (run: string): Question => ({
  ...({
    type: 'open',
    file: '/a',
    kind: 'module',
    code: null,
    card: { id: 'a', title: 'A', path: 'docs/a.md' },
  } as const),
  ...{ root: '/', data: '/.mikado', run, inputs: {}, steps: [], turns: true },
})
const check: Question = { type: 'check', keys: ['It is done'] }
const apply: Question = { type: 'apply' }

describe('a talk', () => {
  test('knows what another run asks again, also what is still worked on', () => {
    const talk = new Talk()
    expect(talk.ask(1, [open('one'), check])).toBeNull()
    const first = talk.put([open('one'), check])
    expect(talk.isWanted(first)).toBe(true)
    first.answers.push({ type: 'opened', works: true, checks: ['It is done'] })
    expect(talk.ask(2, [apply, check])).toBeNull()
    const second = talk.put([apply, check])
    expect([talk.isWanted(first), talk.isWanted(second), talk.last]).toEqual([false, true, 2])
    talk.again()
    expect(talk.ask(7, [open('two'), check])).toBe(first)
    expect([talk.isWanted(first), talk.isWanted(second), talk.last]).toEqual([true, false, 7])
    expect(talk.ask(8, [apply, check])).toBe(second)
  })

  test('tells another run of a turn that is not over, and whether it had begun', () => {
    const talk = new Talk()
    talk.tell({ type: 'turn', id: 1, name: 'port' })
    talk.tell({ type: 'turn', id: 2, name: 'disk' })
    talk.acknowledge(1)
    expect(talk.told).toEqual([
      { type: 'turn', id: 1, name: 'port', began: true },
      { type: 'turn', id: 2, name: 'disk' },
    ])
    talk.tell({ type: 'turn-over', name: 'port' })
    expect(talk.told).toEqual([{ type: 'turn', id: 2, name: 'disk' }])
    talk.acknowledge(1)
    talk.tell({ type: 'turn-over', name: 'port' })
    expect(talk.told).toEqual([{ type: 'turn', id: 2, name: 'disk' }])
  })

  test('says when something else is asked, and then begins anew', () => {
    const talk = new Talk()
    talk.ask(1, [open('one'), check])
    talk.put([open('one'), check])
    talk.tell({ type: 'note', text: 'once' })
    talk.again()
    talk.ask(1, [open('two'), check])
    expect(talk.ask(2, [apply])).toBeNull()
    talk.put([apply])
    talk.again()
    talk.ask(1, [open('three'), check])
    expect(talk.ask(2, [apply, check])).toBe('other')
    talk.forget()
    expect([talk.opening, talk.told]).toEqual([open('one'), []])
    expect(talk.ask(3, [check])).toBeNull()
  })
})
