import { join } from 'node:path'
import { exit } from '../core/exit.ts'
import type { Finding } from '../index.ts'
import { isThere } from '../io/create.ts'
import { examineTasks } from '../io/inspect.ts'
import { makeDataFolder } from '../io/journal.ts'
import { lookAround } from '../io/look.ts'
import { onPath } from '../io/programs.ts'
import { findingsText } from '../view/findings-text.ts'
import { count } from '../view/style.ts'
import type { Command, Session } from './command.ts'
import { inspectCards, tasksOf } from './preflight.ts'

export const command: Command = {
  operands: {
    GOAL: 'only what the chain of this goal, or of any card, needs',
  },
  takes: [0, 1],
  about:
    'Looks whether all is there that a run needs: this machine, the documents, the tools that cards name, and what their tasks need (settings, hosts, rights). With GOAL, only for its chain. Changes nothing, shows no secret. Exit code 69 when something is missing or wrong.',
  examples: {
    'mikado doctor': 'whether a run would find all it needs',
    'mikado doctor harden-zot-registry --json': 'for one chain, for a program',
  },
  options: {},
  exits: {
    documents: '',
    missing: 'something is missing or wrong',
  },
  see: ['lint', 'plan'],
  run: async (session) => {
    const findings = await examined(session)
    const wrong = findings.filter((finding) => !finding.ok)
    if (session.json) session.printJson('doctor', { findings })
    else {
      session.print(`${findingsText(findings, session.paint)}\n`)
      if (wrong.length > 0) session.remark(`\n${count(wrong.length, 'thing')} to mend before a run.\n`)
    }
    return wrong.length > 0 ? exit.missing : exit.ok
  },
}

async function examined(session: Session): Promise<Finding[]> {
  const { graph, repository } = session
  const [word] = session.operands
  const ids = word === undefined ? [...graph.cards.keys()] : graph.chain(session.cardNamed(word))
  const sound = ids.filter((id) => graph.card(id).sound)
  const { tasks } = tasksOf(session, sound)
  const { preflights, faults } = await inspectCards(session, sound, tasks)
  const around = await lookAround(repository, join(repository.data, 'lock'))
  const looked = preflights.length > 0 ? await examine(session, preflights) : []
  return [
    ...around,
    documents(session, ids.length, faults.length),
    ...settings(session),
    ...tools(session, sound),
    ...looked,
  ]
}

/** Asks the tasks. Where one of them begins the folder for run data, it is made like any: git must not see what is in it. */
async function examine({ repository, system, stop }: Session, files: readonly string[]): Promise<Finding[]> {
  const began = !isThere(repository.data)
  try {
    return await examineTasks(files, repository.root, system.env, system.after, stop)
  } finally {
    if (began && isThere(repository.data)) makeDataFolder(repository)
  }
}

function documents({ graph }: Session, cards: number, taskFaults: number): Finding {
  const errors = graph.diagnostics.filter(({ severity }) => severity === 'error').length + taskFaults
  const about = 'documents'
  if (errors === 0) return { about, ok: true, detail: count(cards, 'card') }
  return { about, ok: false, detail: `${count(cards, 'card')}, ${count(errors, 'error')}: see \`mikado lint\`.` }
}

/** Which of the settings that name the target are set; their values may be private. */
function settings({ repository, system }: Session): Finding[] {
  const names = repository.settings.target
  if (names.length === 0) return []
  const set = names.filter((name) => (system.env[name] ?? '') !== '')
  return [
    { about: 'target', ok: true, detail: set.length === 0 ? 'the default: nothing is set' : `set: ${set.join(', ')}` },
  ]
}

function tools({ graph, system }: Session, ids: readonly string[]): Finding[] {
  const needed = new Map<string, string[]>()
  for (const id of ids) {
    const { needs, path } = graph.card(id)
    for (const tool of needs) needed.set(tool, [...(needed.get(tool) ?? []), path])
  }
  return [...needed].map(([tool, paths]) =>
    onPath(tool, system.env)
      ? { about: tool, ok: true, detail: 'on PATH' }
      : { about: tool, ok: false, detail: `not on PATH, needed by ${paths.join(', ')}. Install it.` },
  )
}
