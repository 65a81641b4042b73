import { describe, expect, it } from 'vitest'
import { Account } from '../../scripts/core/account.ts'
import type { RunEvent } from '../../scripts/core/event.ts'
import { plainPaint } from '../../scripts/view/style.ts'
import { summaryText } from '../../scripts/view/summary.ts'
import { completed, stamped } from './run.ts'

function told(events: readonly RunEvent[], columns = Infinity, took: Record<string, number> = {}): string {
  const account = new Account()
  for (const event of events) account.add(stamped(event))
  account.add(stamped({ event: 'run-ended', outcome: 'complete', exitCode: 0, durationMs: 12_345, failed: null }))
  const callOf = (words: string) => `mikado ${words}`
  const expected = (id: string) => took[id] ?? null
  return summaryText(account, 'goal', { callOf, data: '.mikado', expected, columns, paint: plainPaint })
}

const held = (card: string): RunEvent => ({ event: 'check-passed', card, check: 'x', phase: 'after', detail: null })
const failed = (card: string, message: string): RunEvent => {
  return { event: 'card-failed', card, reason: 'threw', message, exitCode: null, durationMs: 1 }
}
const started = (card: string): RunEvent => {
  return { event: 'card-started', card, title: '', log: `log/r/${card}.log`, digest: '', anew: false }
}
const printed = (card: string, text: string): RunEvent => ({ event: 'output', card, stream: 'stdout', text })
const skipped = (card: string, because: string): RunEvent => ({ event: 'card-skipped', card, because })
const many = (count: number) => Array.from({ length: count }, (_, at) => `card-${at}`)

describe('a summary', () => {
  it('says of a card that took much longer than last time how long that was', () => {
    const took = { slow: 10_000, usual: 10_000, quick: 100, unknown: 0 }
    const durations = { slow: 34_000, usual: 19_000, quick: 900 }
    const events = Object.entries(durations).flatMap(([card, duration]) => [held(card), completed(card, duration)])
    expect(told(events, 100, took)).toBe(`goal is complete: 3 cards proved in 12 s
  ✓  slow   done  34 s   1 check held, 10 s last time
  ✓  usual  done  19 s   1 check held
  ✓  quick  done  0.9 s  1 check held
`)
  })

  it('tells of many cards how many ended how, which are not verified, and which took longest', () => {
    const cards = many(1200)
    const events: RunEvent[] = cards.flatMap((card, at) => [held(card), completed(card, at)])
    const odd = ['odd-1', 'odd-2', 'odd-3', 'odd-4', 'odd-5'].map((card): RunEvent => {
      return { ...completed(card), event: 'card-completed', card, how: 'found-true', verified: false } as RunEvent
    })
    expect(
      told([...events, completed('slow', 34_000), held('slow'), ...odd], 60, { slow: 10_000 }),
    ).toBe(`goal is complete: 1206 cards proved in 12 s
  ✓ 1201 done, 5 found true; 1201 checks held
    not verified: odd-1, odd-2, odd-3 and 2 more
    slowest: slow 34 s (10 s last time), card-1199 1.2 s,
    card-1198 1.2 s
`)
  })

  it('tells of many cards that are not started how many, by their cause', () => {
    const events = [
      failed('root', 'no'),
      ...many(1500).map((card, at) => skipped(card, at < 1000 ? 'root' : 'the run was stopped')),
    ]
    expect(told(events)).toBe(`goal: 0 of 1501 cards complete after 12 s
  – 1000 cards not started, because of root
  – 500 cards not started, because of the run was stopped
  ✗ root  no
If something else must be true first: mikado discover "TITLE" --for root
To go on: mikado resume goal
`)
  })

  const trouble: RunEvent[] = [
    started('wire-ci-registry-auth'),
    printed('wire-ci-registry-auth', 'PUT /api/v1/repos/artifacts/images/actions/secrets/ZOT_API_KEY'),
    failed('wire-ci-registry-auth', 'the secret store refuses the key: 403 Forbidden\nsee its settings'),
    {
      event: 'card-waiting',
      card: 'log-in',
      instructions: 'log in once, behind the second factor that only you have',
      lines: ['The key is made, and stands where CI looks for its secrets'],
    },
    { event: 'note', card: 'log-in', text: 'the registry is an embedded stand-in, no zot was found on this machine' },
    held('register-zot-oidc-client'),
    completed('register-zot-oidc-client', 12_000),
    { event: 'card-stopped', card: 'stopped' },
    skipped('harden-zot-registry', 'wire-ci-registry-auth'),
  ]

  it('is as it was told where there is no screen', () => {
    expect(told(trouble)).toBe(`goal: 1 of 5 cards complete after 12 s
  ✓  register-zot-oidc-client  done  12 s  1 check held
  – stopped  stopped, left active
  – harden-zot-registry  not started, because of wire-ci-registry-auth
  the registry is an embedded stand-in, no zot was found on this machine
  ? log-in  log in once, behind the second factor that only you have
      The key is made, and stands where CI looks for its secrets
    When it is true, say so on a terminal, or: mikado close log-in
  ✗ wire-ci-registry-auth  the secret store refuses the key: 403 Forbidden
see its settings
    │ PUT /api/v1/repos/artifacts/images/actions/secrets/ZOT_API_KEY
    log: .mikado/log/r/wire-ci-registry-auth.log
If something else must be true first: mikado discover "TITLE" --for wire-ci-registry-auth
To go on: mikado resume goal
`)
  })

  it('is wrapped on a narrow screen, but for what is to be typed', () => {
    expect(told(trouble, 48)).toBe(`goal: 1 of 5 cards complete after 12 s
  ✓  register-zot-oidc-client  done  12 s
     1 check held
  – stopped  stopped, left active
  – harden-zot-registry  not started, because
    of wire-ci-registry-auth
  the registry is an embedded stand-in, no zot
  was found on this machine
  ? log-in  log in once, behind the second
    factor that only you have
      The key is made, and stands where CI looks
      for its secrets
    When it is true, say so on a terminal, or: mikado close log-in
  ✗ wire-ci-registry-auth  the secret store
    refuses the key: 403 Forbidden
    see its settings
    │ PUT /api/v1/repos/artifacts/images/actions
    │ /secrets/ZOT_API_KEY
    log: .mikado/log/r/wire-ci-registry-auth.log
If something else must be true first: mikado discover "TITLE" --for wire-ci-registry-auth
To go on: mikado resume goal
`)
  })
})
