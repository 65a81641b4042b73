/** A chain worked from its first plan to its end with --commit: a try fails, a prerequisite is found, the branch goes back, and on. */
import { spawnSync } from 'node:child_process'
import { plainEnvironment, type Ran, task } from '../rig/repository.ts'
import { GitRepository } from './build.ts'

/** Documents in many hands: byte order mark, Windows line endings, odd quoting, flow lists, remarks, no final newline. */
const left =
  '\uFEFF---\r\ntitle:  \'The "left"\'\r\nstatus: active # now\r\ntags: [ a ]\r\n---\r\n\r\n## Verification\r\n\r\n* [ ] It is done'
const right =
  '---\n# of the team\ntitle: "Right: ü"\nstatus:   active\n\nmodified: 2026-02-20\n---\n# Right\n\n[ ] no box\n\n## Verification\n1. [ ] It is done\n'
const goal =
  '---\nstatus: "active"\nrequires: [ left,right ]   # both\ntitle: >-\n  The\n  goal\n---\n\n## Verification\n\n- [ ] It is `done` (see there)\n\nstatus: active\n'
const keyed = goal.replace('requires:', 'branch: mikado/goal\nrequires:')

/** What must stand in the documents in the end; `base` as it was found and filled in. */
const endedWith = (base: string): Record<string, string> => ({
  'docs/left.md': left.replace('status: active # now\r\n', '').replace('* [ ]', '* [x]'),
  'docs/right.md': right.replace('status:   active\n', '').replace('1. [ ]', '1. [x]'),
  'docs/goal.md': goal.replace('status: "active"\nrequires: [ left,right ]   # both\n', '').replace('- [ ]', '- [x]'),
  'docs/base.md': base.replace('status: active\n', '').replace('- [ ]', '- [x]'),
})

/** The subjects of the finished branch. */
export const subjects = [
  'plan name the branch',
  'plan right needs base',
  ...['left: The "left"', 'base: Base', 'right: Right: ü', 'goal: The goal'].flatMap((words) => [
    `impl ${words}`,
    `close ${words.split(':')[0]}`,
  ]),
  'finalize 4 cards as documentation',
].map((words) => `C2(goal): ${words}`)

export interface Told {
  repository: GitRepository
  /** How the calls of mikado ended, in their order. */
  ran: Ran[]
  /** What the hook said about a plan that came too late. */
  refused: string
  /** Lines that each close changed, by its subject. */
  closes: Record<string, string[]>
  /** What must stand in the documents in the end. */
  ended: Record<string, string>
}

/** Tells the story with a hook: `install` puts it into the repository. */
export async function tellStory(install: (repository: GitRepository) => Promise<void>): Promise<Told> {
  const repository = new GitRepository({
    'docs/left.md': left,
    'docs/right.md': right,
    'docs/goal.md': goal,
    'tasks/left.ts': task('left'),
    'tasks/base.ts': task('base'),
    'tasks/right.ts': task(
      'right',
      "writeFileSync('half', ''); if (!existsSync('base.done')) throw new Error('base is missing')",
    ),
    'tasks/goal.ts': task('goal'),
  })
  const ran: Ran[] = []
  const mikado = async (...words: string[]) => ran.push(await repository.mikado(...words))
  const commit = (message: string) => {
    repository.git('add', '--all')
    const { status, stderr } = spawnSync('git', ['commit', '--quiet', '-m', message], {
      cwd: repository.root,
      env: plainEnvironment(),
      encoding: 'utf8',
    })
    return status === 0 ? '' : stderr
  }
  await install(repository)
  repository.git('switch', '--quiet', '-c', 'mikado/goal')
  repository.write({ 'docs/goal.md': keyed })
  commit('C2(goal): plan name the branch')
  const planned = repository.git('rev-parse', 'HEAD')
  await mikado('run', 'goal', '--commit')

  // The try is undone, and the plan comes too late: the branch goes back to where it may grow, and what holds comes after.
  repository.git('clean', '--force', '--quiet')
  await mikado('discover', 'Base', '--for', 'right')
  const base = repository.read('docs/base.md').replace('Say here what must be true afterwards', 'It is done')
  const found = { 'docs/base.md': base, 'docs/right.md': repository.read('docs/right.md') }
  repository.write(found)
  const refused = commit('C2(goal): plan right needs base')
  repository.git('branch', 'kept')
  repository.git('reset', '--quiet', '--hard', planned)
  repository.write(found)
  commit('C2(goal): plan right needs base')
  repository.git('cherry-pick', `${planned}..kept`)

  await mikado('resume', '--commit')
  const closes = Object.fromEntries(
    repository
      .git('log', '--format=%H %s', '--grep=: close ', 'main..')
      .split('\n')
      .map((line) => {
        const [sha = '', ...words] = line.split(' ')
        const shown = repository.git('show', '--format=', '--unified=0', sha).split('\n')
        return [words.join(' '), shown.filter((text) => /^[-+](?![-+]{2})/.test(text))]
      }),
  )
  await mikado('finalize', 'goal', '--commit')
  await mikado('verify', 'goal')
  return { repository, ran, refused, closes, ended: endedWith(base) }
}
