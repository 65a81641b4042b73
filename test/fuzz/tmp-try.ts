import fc from 'fast-check'
import { hostileDocument, literal } from './documents.ts'
import { judgeCard } from './oracle-card.ts'

const seed = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 2000)
const tally = { sound: 0, active: 0, completed: 0, reopened: 0, required: 0, finalized: 0, n: 0 }
const t = process.cpuUsage().user
const out = fc.check(
  fc.property(hostileDocument, (text) => {
    const { card, made } = judgeCard('docs/page.md', text)
    tally.n++
    if (card.sound) tally.sound++
    if (card.status === 'active' && card.sound) tally.active++
    for (const k of ['completed', 'reopened', 'required', 'finalized'] as const) if (made[k] && card.sound) tally[k]++
  }),
  { seed, numRuns: n },
)
console.log(tally, (process.cpuUsage().user - t) / 1000 / tally.n, 'ms each')
if (out.failed) {
  console.log(
    out.counterexamplePath,
    String((out.errorInstance as Error)?.message),
    (out.errorInstance as Error)?.stack?.split('\n').slice(1, 4).join('\n'),
  )
  console.log(literal(out.counterexample?.[0]))
}
