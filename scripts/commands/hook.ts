import { relative, resolve } from 'node:path'
import { type Commit, commitOf, goalOf } from '../core/branch.ts'
import { exit, Refusal } from '../core/exit.ts'
import { branchOf, hooksFolderOf, subjectIn, violationsIn, workTreeOf } from '../io/git.ts'
import { hookCall, hookState, removeHook, writeHook } from '../io/hooks.ts'
import { count } from '../view/style.ts'
import { violationsText } from '../view/violations-text.ts'
import { commitsOf } from './branch.ts'
import type { Command, Session } from './command.ts'

export const command: Command = {
  operands: {
    'install|uninstall|commit-msg': 'put the hook in its place, take it away, or judge the branch',
    FILE: 'for commit-msg: the file with the message of the commit that is being made',
  },
  takes: [1, 2],
  about:
    'Keeps the order of a branch mikado/<goal>: commits are called `C2(<goal>): plan|impl|close|finalize …`, plans come before any work, a close after an impl, a finalize last, and an impl touches no card. `commit-msg FILE` judges the branch with the commit that FILE is the message of, as git asks its hook; without FILE, the branch as it is. Other branches are left alone.',
  examples: {
    'mikado hook install': 'have git ask before each commit',
    'mikado hook commit-msg': 'judge the branch as it is',
  },
  options: {},
  exits: {
    documents: 'the branch breaks its rules',
    missing: 'this is no git repository',
    unrecorded: 'a hook is there already that is not ours',
  },
  see: ['where', 'docs/reference/branch-discipline.md'],
  run: async (session) => {
    const [verb = '', file] = session.operands
    if (verb === 'commit-msg') return await judgeBranch(session, file ?? null)
    const known = verb === 'install' ? installHook : verb === 'uninstall' ? uninstallHook : null
    if (known && file === undefined) return await known(session)
    throw new Refusal(
      exit.usage,
      known ? `\`hook ${verb}\` takes no file` : `no such thing as \`hook ${verb}\``,
      'There are install, uninstall and commit-msg [FILE].',
    )
  },
}

async function judgeBranch(session: Session, file: string | null): Promise<number> {
  const { repository, system, paint } = session
  const branch = await branchOf(repository.root)
  const goal = goalOf(branch)
  const commits: Commit[] = goal === null ? [] : await commitsOf(session)
  const subject = goal === null || file === null ? '' : await subjectOfFile(session, resolve(system.cwd, file))
  if (subject !== '') commits.push(commitOf(null, subject))
  const violations = goal === null ? [] : await violationsIn(repository.root, commits, goal)
  if (session.json) session.printJson('hook', { branch, goal, commits: commits.length, violations })
  else if (violations.length > 0) {
    const head = paint.red(`${branch} breaks the rules of its branch:`)
    session.print(`${head}\n${violationsText(violations, paint)}The rules: mikado hook --help\n`)
  } else if (file === null) {
    session.print(
      goal === null ? 'Not on a branch mikado/<goal>.\n' : `${branch}: ${count(commits.length, 'commit')}, in order.\n`,
    )
  }
  return violations.length > 0 ? exit.documents : exit.ok
}

/** The subject that git will give the commit; empty: the message is, and git refuses it itself. @throws Refusal (64). */
async function subjectOfFile({ repository }: Session, file: string): Promise<string> {
  const subject = await subjectIn(repository.root, file)
  if (subject !== null) return subject
  throw new Refusal(
    exit.usage,
    `${file} cannot be read`,
    'FILE is the file with the message, as git gives it to its hook.',
  )
}

async function installHook(session: Session): Promise<number> {
  const { file, state } = await putHook(session)
  return told(session, file, state)
}

/** Writes the hook. @throws Refusal (73) when somebody else's is there. */
export async function putHook(session: Session): Promise<{ file: string; state: 'renewed' | 'installed' }> {
  const { repository, system } = session
  const { file, shared } = await hookFile(session)
  const call = hookCall(system.program, (await workTreeOf(repository.root))?.prefix ?? '')
  const chained = `Put this line into it yourself, it stops a wrong commit: ${call} || exit 1\n  Where prek or pre-commit wrote it, make it an entry of theirs: docs/reference/branch-discipline.md shows how.`
  if (shared) {
    throw new Refusal(exit.unrecorded, `${file}: \`core.hooksPath\` is a folder outside of this repository`, chained)
  }
  const found = hookState(file)
  if (found === 'foreign') throw new Refusal(exit.unrecorded, `${file} is there already, and not ours`, chained)
  writeHook(file, call)
  return { file, state: found === 'ours' ? 'renewed' : 'installed' }
}

async function uninstallHook(session: Session): Promise<number> {
  const { file } = await hookFile(session)
  const found = hookState(file)
  if (found === 'foreign')
    throw new Refusal(exit.unrecorded, `${file} is not ours`, 'Take the line that calls mikado out of it by hand.')
  if (found === 'ours') removeHook(file)
  return told(session, file, found === 'ours' ? 'removed' : 'absent')
}

/** @throws Refusal (69) outside of a git repository. */
async function hookFile({ repository }: Session): Promise<{ file: string; shared: boolean }> {
  const folder = await hooksFolderOf(repository.root)
  if (folder) return { file: `${folder.path}/commit-msg`, shared: folder.shared }
  throw new Refusal(
    exit.missing,
    `${repository.root} is in no git repository`,
    'A hook needs one: `git init` makes it.',
  )
}

/** What became of the hook. */
const words = {
  installed: 'installed',
  renewed: 'was installed already, and is up to date',
  removed: 'taken away',
  absent: 'was not installed',
}

function told(session: Session, file: string, state: keyof typeof words): number {
  if (session.json) session.printJson('hook', { file, state })
  else session.print(`${relative(session.system.cwd, file) || file}  ${words[state]}\n`)
  return exit.ok
}
