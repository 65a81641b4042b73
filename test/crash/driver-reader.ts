/** Commands that only read, asked right after a kill: they answer, and what they say is what the documents and the journal say. */
import type { Chain } from './driver-chain.ts'
import { call, type Place } from './driver-program.ts'
import { Finding, type Sight } from './driver-sight.ts'

export type Reader = 'list' | 'log' | 'lint' | 'show'

/** @throws Finding when it does not answer, or something else than what is there. */
export async function ask(reader: Reader, chain: Chain, place: Place, name: string, sight: Sight): Promise<void> {
  const args = [reader, ...(reader === 'show' ? [chain.goal] : []), '--json']
  const { code, stdout, stderr } = await call(place, name, args, null)
  if (code !== 0) throw new Finding(`${args.join(' ')} ended with ${code} after the kill\n${stdout}${stderr}`)
  const { data } = JSON.parse(stdout) as { data: Answer }
  if (!agrees[reader](data, chain.goal, sight))
    throw new Finding(`${args.join(' ')} tells something else than the documents: ${stdout}`)
}

interface Answer {
  goals: { id: string; active: number }[]
  runs: unknown[]
  diagnostics: { severity: string }[]
  cards: { id: string; status: string }[]
}

const agrees: Record<Reader, (answer: Answer, goal: string, sight: Sight) => boolean> = {
  list: ({ goals }, goal, { complete, states }) => {
    const told = goals.find(({ id }) => id === goal)?.active
    return told === (complete.has(goal) ? undefined : states.size - complete.size - 1)
  },
  log: ({ runs }, _, { journal }) =>
    runs.length === Math.min(20, journal.filter(({ event }) => event === 'run-started').length),
  lint: ({ diagnostics }) => !diagnostics.some(({ severity }) => severity === 'error'),
  show: ({ cards }, _, { complete }) => cards.every(({ id, status }) => (status === 'complete') === complete.has(id)),
}
