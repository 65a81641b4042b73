import { dirname, join, relative, resolve } from 'node:path'
import { exit, Refusal } from '../core/exit.ts'
import { exampleCard, starters } from '../core/starter.ts'
import { createFile, isThere } from '../io/create.ts'
import { callAgain } from '../io/invocation.ts'
import { findRepository } from '../io/repository.ts'
import { columns, marks } from '../view/style.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: {},
  takes: [0, 0],
  about:
    'Starts in a repository without cards: finds the documents folder, writes one example card and its task, and a mise task where there is mise. What exists is never changed, only told.',
  examples: {
    'mikado init --dry-run': 'what would be written',
    'mikado init': 'an example card and its task',
    'mikado init -C ../infra --hook': 'in another folder, with the commit-msg hook',
  },
  options: {
    hook: { type: 'boolean', help: 'install the commit-msg hook too: see `mikado hook --help`' },
    'dry-run': { type: 'boolean', short: 'n', help: 'say what would be written, and write nothing' },
  },
  exits: {
    documents: 'the documents seem to be elsewhere',
    missing: 'with --hook: this is no git repository',
    unrecorded: 'with --hook: a hook is there already that is not ours',
  },
  see: ['hook', 'docs/reference/write-a-card.md', 'docs/reference/write-a-task.md'],
  run: async (session) => await init(session),
}

/** Where people keep documents when it is not `docs`. */
const otherFolders = ['doc', 'documentation', 'Docs', 'Documentation']
const signsOfMise = ['mise.toml', '.mise.toml', 'mise', '.mise', '.config/mise', 'mise-tasks', '.tool-versions']

async function init(session: Session): Promise<number> {
  const { system, paint } = session
  const { root, docs, tasks } = place(session)
  const mise = signsOfMise.some((name) => isThere(join(root, name)))
  const date = new Date(system.now()).toISOString().slice(0, 10)
  const dry = session.flag('dry-run')
  const made: string[] = []
  const kept: string[] = []
  for (const { path, text, mode } of starters(docs, tasks, date, mise)) {
    const file = join(root, path)
    const written = dry ? !isThere(file) : createFile(file, text, mode)
    ;(written ? made : kept).push(path)
  }
  if (session.flag('hook') && !dry) {
    const { putHook } = await import('./hook.ts')
    const { file, state } = await putHook(session)
    ;(state === 'installed' ? made : kept).push(relative(root, file))
  }
  if (session.json) session.printJson('init', { made, kept })
  else {
    const rows = [
      ...made.map((path) => [paint.green(marks.done), path, dry ? 'would be written' : 'written']),
      ...kept.map((path) => [paint.dim(marks.skipped), path, paint.dim('is there already, left as it is')]),
    ]
    session.print(`${columns(rows, '  ')}\n`)
    if (!dry) session.print(`\nNext: ${paint.bold(callAgain(system, `run ${exampleCard}`))}\n`)
  }
  return exit.ok
}

/** The root of the repository, and its folders. @throws Refusal (65) when the documents are elsewhere, and only its owner can say so. */
function place(session: Session): { root: string; docs: string; tasks: string } {
  const from = resolve(session.text('cd') ?? session.system.cwd)
  if (!isThere(from)) throw new Refusal(exit.usage, `${from} is not there`, 'Name a folder that is, with -C.')
  const root = topOf(from)
  const other = otherFolders.find((name) => isThere(join(root, name)))
  const set = isThere(join(root, 'docs')) || hasSettings(root)
  if (set) {
    const { settings } = findRepository(root)
    return { root, docs: settings.docs, tasks: settings.tasks }
  }
  if (other === undefined) return { root, docs: 'docs', tasks: 'tasks' }
  throw new Refusal(
    exit.documents,
    `the documents seem to be in ${other}/, and mikado looks in docs/`,
    `Put "mikado": {"docs": "${other}"} into package.json, or make a docs folder; then run this again.`,
  )
}

/** The folder with `.git`, upwards; without one, the folder itself. */
function topOf(from: string): string {
  for (let at = from; ; at = dirname(at)) {
    if (isThere(join(at, '.git'))) return at
    if (dirname(at) === at) return from
  }
}

function hasSettings(root: string): boolean {
  try {
    findRepository(root)
    return true
  } catch (error) {
    // Only "no docs folder" means that nothing is set; wrong settings are told when they are read.
    return error instanceof Refusal && !error.message.startsWith('no docs folder')
  }
}
