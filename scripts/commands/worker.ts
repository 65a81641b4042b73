import { exit, Refusal } from '../core/exit.ts'
import { isLabel } from '../core/label.ts'
import { listed } from '../core/usage.ts'
import { oneLine } from '../view/style.ts'
import type { Command, Session } from './command.ts'
import { engineOption, jobsOf } from './options.ts'

export const command: Command = {
  operands: {},
  takes: [0, 0],
  about:
    'Works cards that runs on other machines offer over an engine, in this checkout, which should be its own. Takes a card only when this checkout holds the same document and the same code. MIKADO_KEY must be that of the runs. SIGTERM or Ctrl-C lets it finish what it has and take nothing more; once more ends it.',
  examples: {
    'mikado worker --engine redis://queue.example': 'work what any machine may',
    'mikado worker --engine redis://queue.example --label indri -j 4':
      'four cards at once: those for any machine, and those that say `on: indri`',
  },
  options: {
    engine: { ...engineOption, without: 'MIKADO_ENGINE' },
    label: {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'also take the cards that say `on: NAME`; may be given more than once',
    },
    name: { type: 'string', value: 'NAME', without: 'the host', help: 'what it is called in runs and in `workers`' },
    jobs: { type: 'string', short: 'j', value: 'N', without: 'the cores', help: 'how many cards at once' },
  },
  exits: { missing: 'the engine cannot be reached, or there is no MIKADO_KEY' },
  see: ['workers', 'run', 'docs/reference/engines.md'],
  run: async (session) => {
    const { system, repository, stop } = session
    const labels = labelsOf(session)
    const slots = jobsOf(session.text('jobs'))
    const { connect, serve } = await import('../engine/connect.ts')
    const connection = await connect(urlOf(session), system)
    const say = (message: string) => session.remark(`${new Date(system.now()).toISOString()} ${oneLine(message)}\n`)
    const { worker, name } = await serve(connection, system, repository, {
      labels,
      slots,
      name: session.text('name'),
      say,
    })
    const bears = labels.length === 0 ? '' : `, with the label ${listed(labels, 'and')}`
    say(`${name} takes cards for any machine${bears}, ${slots} at once`)
    if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }))
    say('finishing what it has, and taking nothing more; once more ends it at once')
    await worker.drain()
    return exit.ok
  },
}

/** @throws Refusal (64) when neither an option nor the environment says where the engine is. */
export function urlOf(session: Session): string {
  const url = session.text('engine') ?? session.system.env.MIKADO_ENGINE ?? ''
  if (url !== '') return url
  throw new Refusal(exit.usage, 'where is the engine?', 'Say --engine redis://host, or set MIKADO_ENGINE.')
}

function labelsOf(session: Session): string[] {
  const labels = [...new Set(session.texts('label'))]
  for (const label of labels) {
    if (isLabel(label)) continue
    const help = 'Letters, digits, `.`, `_` and `-`; at most 63, the first a letter or a digit.'
    throw new Refusal(exit.usage, `--label ${label}: this is no label`, help)
  }
  return labels
}
