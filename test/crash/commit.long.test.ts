/** `--commit`, killed at every effect in turn, each start of git among them, and gone on with as it says. */
import { expect, test } from 'vitest'
import { GitRepository } from '../hook/build.ts'
import { type Fault, meet } from '../rig/faults.ts'
import { alive, card, task, until } from '../rig/repository.ts'
import { inWords } from '../rig/watch-files.ts'

const documents = { leaf: card({ title: 'The leaf' }), goal: card({ title: 'The goal', requires: ['leaf'] }) }
const done = (text: string) => text.replace('status: active\n', '').replace('- [ ]', '- [x]')
const all = ['impl leaf: The leaf', 'close leaf', 'impl goal: The goal', 'close goal'].map((say) => `C2(goal): ${say}`)

function chain(): GitRepository {
  const repository = new GitRepository({
    'docs/leaf.md': documents.leaf,
    'docs/goal.md': documents.goal,
    'tasks/leaf.ts': task('leaf', "appendFileSync('trace', 'leaf ')"),
    'tasks/goal.ts': task('goal'),
    '.gitignore': '.mikado/\ntrace\n',
  })
  repository.git('switch', '--quiet', '-c', 'mikado/goal')
  return repository
}

/** Killed at that effect. Null: the run ended before. Git, if it was started, has ended as well. */
async function killed(repository: GitRepository, args: string[], fault: Fault): Promise<string | null> {
  const { met, child, signal } = await meet(repository, args, fault)
  if (met === null) return null
  const what = `${fault.how}: ${inWords(met)}`
  expect([what, signal]).toEqual([what, 'SIGKILL'])
  await until(`${what}: what it started has ended`, () => child === null || !alive(child))
  for (const [id, text] of Object.entries(documents))
    expect([what, [text, done(text)].includes(repository.read(`docs/${id}.md`))]).toEqual([what, true])
  return what
}

const faults: Omit<Fault, 'at'>[] = [
  { kind: 'start', how: 'kill' },
  { kind: 'start', how: 'kill after' },
  { kind: 'change', only: '^(fsync|rename|write) ', how: 'kill' },
]

test.each(faults)(
  'a run with --commit that is killed ($how each $kind) is finished by resume, at most after the one commit it asks for',
  async (fault) => {
    const ways = new Map<string, number>()
    for (let at = 0; ; at++) {
      using repository = chain()
      const what = await killed(repository, ['run', 'goal', '--commit', '-q'], { ...fault, at })
      if (what === null) break
      expect([what, all.slice(0, repository.subjects().length)]).toEqual([what, repository.subjects()])
      const dirty = repository.dirty()
      let way = dirty.some((line) => line.includes('docs/')) ? 'the mark committed' : 'gone on'
      let { code, stderr } = await repository.mikado('resume', 'goal', '--commit', '-q')
      if (code === 73) {
        way = 'its work committed by hand, as it says'
        const file = dirty.map((line) => line.slice(3))
        expect([what, file]).toEqual([what, [expect.stringMatching(/^(leaf|goal)\.done$/)]])
        expect([what, stderr]).toEqual([what, expect.stringContaining(`whose they are: ${file}\n`)])
        expect([what, stderr]).toEqual([what, expect.stringContaining('work as `C2(goal): impl …`')])
        repository.commit(all[repository.subjects().length] ?? '')
        ;({ code, stderr } = await repository.mikado('resume', 'goal', '--commit', '-q'))
      }
      expect([what, code, stderr]).toEqual([what, 0, stderr])
      expect([what, repository.subjects(), repository.dirty()]).toEqual([what, all, []])
      expect([what, repository.active()]).toEqual([what, []])
      expect([what, repository.read('trace')]).toEqual([what, 'leaf '])
      ways.set(way, (ways.get(way) ?? 0) + 1)
    }
    console.log(
      `${fault.how} at each ${fault.kind}: ${[...ways].map(([way, times]) => `${times} × ${way}`).join(', ')}`,
    )
    expect(ways.size).toBeGreaterThan(1)
  },
  1_800_000,
)

test('a run with --commit killed between a mark and its commit is finished by resume, and says so', async () => {
  using repository = chain()
  const fault: Fault = { kind: 'start', only: 'git .* commit .*: close goal', at: 0, how: 'kill' }
  expect(await killed(repository, ['run', 'goal', '--commit', '-q'], fault)).not.toBeNull()
  expect(repository.dirty()).toEqual([' M docs/goal.md'])
  const { code, stderr } = await repository.mikado('resume', 'goal', '--commit')
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^docs\/goal\.md was marked by a run that was cut off: committed as its close\.\n/),
  ])
  expect([repository.subjects(), repository.dirty()]).toEqual([all, []])
}, 60_000)

test('a card done again with --commit, killed: the reopened document is told, and put aside it is asked again', async () => {
  using whole = chain()
  expect((await whole.mikado('run', 'leaf', '--commit', '-q')).code).toBe(0)
  let reopened = 0
  for (let at = 0; ; at++) {
    using repository = chain()
    await repository.mikado('run', 'leaf', '--commit', '-q')
    const fault: Fault = { kind: 'change', only: '^(rename|fsync) ', how: 'kill', at }
    const what = await killed(repository, ['run', 'leaf', '--commit', '-q', '--force', 'leaf'], fault)
    if (what === null) break
    let { code, stderr } = await repository.mikado('run', 'leaf', '--commit', '-q')
    if (code === 73) {
      expect([what, stderr]).toEqual([what, expect.stringContaining('whose they are: docs/leaf.md\n')])
      expect([what, repository.read('docs/leaf.md')]).toEqual([what, documents.leaf])
      repository.git('stash', '--quiet')
      reopened++
      ;({ code, stderr } = await repository.mikado('run', 'leaf', '--commit', '-q'))
    }
    expect([what, code, stderr]).toEqual([what, 0, stderr])
    expect([what, repository.read('docs/leaf.md'), repository.dirty()]).toEqual([what, done(documents.leaf), []])
  }
  expect(reopened).toBeGreaterThan(0)
}, 1_200_000)

test('git that was killed itself leaves its lock: told in its own words, the document put back, and all right once the lock is gone', async () => {
  using repository = chain()
  repository.commit(all[0] ?? '', { 'leaf.done': '' })
  repository.write({ '.git/index.lock': '' })
  const { code, stdout } = await repository.mikado('run', 'leaf', '--commit', '-q')
  expect([code, stdout]).toEqual([
    73,
    expect.stringMatching(
      /✗ leaf {2}its checks hold, .*: git did not take the commit `C2\(goal\): close leaf`:[\s\S]*index\.lock/,
    ),
  ])
  expect([repository.read('docs/leaf.md'), stdout]).toEqual([
    documents.leaf,
    expect.stringContaining('docs/leaf.md: put back as before'),
  ])
  repository.change({ '.git/index.lock': null })
  expect((await repository.mikado('resume', 'leaf', '--commit', '-q')).code).toBe(0)
  expect([repository.subjects(), repository.dirty()]).toEqual([all.slice(0, 2), []])
})
