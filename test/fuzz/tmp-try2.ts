import fc from 'fast-check'
import { hostileFolder, literal } from './documents.ts'
import { judgeCard } from './oracle-card.ts'
import { judgeFolder } from './oracle-folder.ts'

const seed = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 2000)
let cards = 0
const t = process.cpuUsage().user
const out = fc.check(
  fc.property(hostileFolder, (folder) => {
    for (const [p, text] of Object.entries(folder)) {
      cards++
      judgeCard(p, text)
    }
    judgeFolder(folder)
  }),
  { seed, numRuns: n },
)
console.log(cards, (process.cpuUsage().user - t) / 1000 / cards, 'ms each')
if (out.failed) {
  console.log(
    out.counterexamplePath,
    String((out.errorInstance as Error)?.message),
    (out.errorInstance as Error)?.stack?.split('\n').slice(1, 5).join('\n'),
  )
  console.log(literal(out.counterexample?.[0]))
}
