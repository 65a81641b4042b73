import { exit } from '../core/exit.ts'
import { workersText } from '../view/workers-text.ts'
import type { Command } from './command.ts'
import { engineOption } from './options.ts'
import { urlOf } from './worker.ts'

export const command: Command = {
  operands: {},
  takes: [0, 0],
  about:
    'Who is there on an engine: workers with their labels, what they work, their versions and the commit of their checkout, and runs; when each was heard last, and what each has refused. Those that are lost are told for ten minutes.',
  examples: {
    'mikado workers --engine redis://queue.example': 'who is there, and what they work',
    'mikado workers --engine redis://queue.example --json': 'the same for a program',
  },
  options: { engine: { ...engineOption, without: 'MIKADO_ENGINE' } },
  exits: { missing: 'the engine cannot be reached, or there is no MIKADO_KEY' },
  see: ['worker', 'docs/reference/engines.md'],
  run: async (session) => {
    const { connect, look } = await import('../engine/connect.ts')
    const { system, paint } = session
    const found = await look(await connect(urlOf(session), system), system)
    const now = system.now()
    const members = found.flatMap(({ address, known, alive }) => {
      if (known.member === null) return []
      const { time, ...member } = known.member
      return [{ address, ...member, alive, lastHeartbeat: time }]
    })
    const unreadable = found.filter(({ known }) => known.member === null).map(({ address }) => address)
    const order = (one: (typeof members)[number]) => `${one.kind === 'worker' ? 0 : 1} ${one.name} ${one.address}`
    members.sort((one, other) => (order(one) < order(other) ? -1 : 1))
    if (session.json) {
      const of = (kind: string) =>
        members.filter((member) => member.kind === kind).map(({ kind: _, ...member }) => member)
      session.printJson('workers', { workers: of('worker'), runs: of('run'), unreadable })
    } else session.print(workersText(members, unreadable.length, now, paint))
    return exit.ok
  },
}
