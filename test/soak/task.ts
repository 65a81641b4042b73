/** What the tasks of the soak do: a little work that prints, fails now and then, and is seen from outside by one file for each card. */
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Task } from '../../scripts/index.ts'
import { Dice } from '../crash/driver-dice.ts'

/** Why work or a check fails that was made to. */
export const planned = 'planned to fail'

/** Of so many tries of a card's work, one fails; of so many askings of a check, one. */
const [works, asks] = [30, 300]

export function taskOf(id: string): Task {
  const outside = process.env.SOAK_OUTSIDE ?? ''
  /** What must be true changes with every round. */
  const round = readFileSync(join(outside, 'round'), 'utf8')
  const truth = join(outside, `${id}.truth`)
  const tries = join(outside, `${id}.tries`)
  const dice = new Dice(Number(process.env.SOAK_SEED) + Number(id.replace(/\D/g, '')) * 7919 + sizeOf(tries) * 104_729)
  return {
    apply: async ({ step, log, secret, exclusive, $ }) => {
      appendFileSync(tries, '.')
      for (let at = 0; at < 20; at++) log(`${id} works: ${'words '.repeat(dice.int(20))}`)
      const one = await step('one', () => ({ of: id, round }))
      if (dice.int(works) === 0) throw new Error(planned)
      if (dice.int(20) === 0) await exclusive('one-at-a-time', async () => log('alone'))
      if (dice.int(20) === 0) await $`echo from a process of its own`
      const token = dice.int(20) === 0 ? await secret(`token-of-${id}`) : null
      writeFileSync(truth, round)
      return { ...one, token }
    },
    verify: {
      'It is done': () => {
        if (textOf(truth) !== round) throw new Error('not done')
        if (dice.int(asks) === 0) throw new Error(planned)
      },
    },
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
