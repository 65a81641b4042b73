import type { ServerContext } from '@modelcontextprotocol/server'
import { describe, expect, it } from 'vitest'
import { Itself, troubleOf } from '../../scripts/io/itself.ts'
import { realSystem } from '../../scripts/io/system.ts'
import { Desk } from '../../scripts/mcp/desk.ts'

describe('signs of life', () => {
  /** A desk whose clock is turned by hand, and what its client was told. */
  function watched(progressToken?: string) {
    const told: unknown[] = []
    const timers = new Map<object, () => void>()
    const after = (milliseconds: number, then: () => void) => {
      const timer = { milliseconds }
      timers.set(timer, then)
      return () => void timers.delete(timer)
    }
    const system = { ...realSystem('mikado.ts'), after }
    const notify = async ({ params }: { params: unknown }) => void told.push(params)
    const ctx = { mcpReq: { _meta: { progressToken }, notify } } as unknown as ServerContext
    const turn = () => {
      for (const [timer, then] of [...timers]) {
        timers.delete(timer)
        then()
      }
    }
    const progress = new Desk(new Itself('', '', {}), '', '', system).progress(ctx, 'looking')
    return { ...progress, told, timers, turn }
  }

  it('come at once, and again while nothing happens, until the end', () => {
    const { tell, end, told, timers, turn } = watched('t')
    turn()
    tell('working')
    turn()
    expect(told).toEqual([
      { progressToken: 't', progress: 1, message: 'looking' },
      { progressToken: 't', progress: 2, message: 'looking' },
      { progressToken: 't', progress: 3, message: 'working' },
      { progressToken: 't', progress: 4, message: 'working' },
    ])
    expect([...timers.keys()]).toEqual([{ milliseconds: 5000 }])
    end()
    expect(timers.size).toBe(0)
  })

  it('are not sent to a client that did not ask', () => {
    const { tell, told, timers } = watched()
    tell('working')
    expect([told, timers.size]).toEqual([[], 0])
  })
})

describe('the cause of a call that told nothing', () => {
  const trouble = (stderr: string, code: number | null = 65, signal: NodeJS.Signals | null = null) =>
    troubleOf({ code, signal, stdout: '', stderr })

  it('is the last word on stderr, in JSON or in text', () => {
    const error = { code: 75, message: 'another run', card: null, hint: 'Wait.' }
    const expected = { code: 75, message: 'another run', hint: 'Wait.' }
    expect(trouble(`a remark\n${JSON.stringify({ error })}\n`)).toEqual(expected)
    expect(trouble('mikado: no card\n  Did you mean `x`?\n', 64)).toEqual({
      code: 64,
      message: 'no card',
      hint: 'Did you mean `x`?',
    })
    expect(trouble('mikado: many\nlines\n')).toEqual({ code: 65, message: 'many\nlines', hint: null })
    expect(trouble('{"error": torn')).toEqual({ code: 65, message: '{"error": torn', hint: null })
    expect(trouble('{"error":torn\nmore')).toEqual({ code: 65, message: '{"error":torn\nmore', hint: null })
  })

  it('is how it ended, when it said nothing', () => {
    const hint = 'Ask again.'
    expect(trouble('', null, 'SIGKILL')).toEqual({ code: 70, message: 'the command ended with SIGKILL', hint })
    expect(trouble('', 70)).toEqual({ code: 70, message: 'the command ended with exit code 70', hint })
  })
})
