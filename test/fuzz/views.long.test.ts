/** Everything that the real program shows of a repository in which every text tries to be more than words. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Agent } from '../mcp/rig.ts'
import type { TestRepository } from '../rig/repository.ts'
import { drawsIn, hostileRepository, oddNames } from './repository.ts'

/** A line that a document made. */
const forges = (text: string) => text.split('\n').some((line) => line.startsWith('✓ forged'))

const looking = [
  ['list'],
  ['show', 'goal'],
  ['show', 'goal', '--order'],
  ['show', 'goal', '--full', '--all'],
  ['where'],
  ['where', 'goal'],
  ['ready'],
  ['why', '__proto__'],
  ['why', '--', '-n'],
  ['brief', 'goal'],
  ['brief', './--json.md'],
  ['lint'],
  ['plan', 'goal'],
  ['run', 'goal', '--dry-run'],
  ['docs-mikado', 'goal', '--all'],
  ['docs-mikado', '--resume'],
  ['doctor'],
  ['hook', 'commit-msg'],
  ['log'],
  ['finalize', 'goal', '--dry-run'],
  ['discover', 'x \u001b[2J y', '--for', 'goal', '--dry-run'],
  ['why', 'no \u001b[2Jne'],
]

async function told(repository: TestRepository, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout, stderr } = await repository.start(args, env).ended
  expect([args, drawsIn(stdout + stderr)]).toEqual([args, null])
  return stdout + stderr
}

/** With colours and without: nothing draws. Without, no line is forged; with `--json`, it is JSON that draws nothing. */
async function look(repository: TestRepository, args: string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  const [command = '', ...rest] = args
  const plain = await told(repository, [command, '--color', 'never', ...rest], env)
  expect([args, forges(plain), plain.includes('\u001b')]).toEqual([args, false, false])
  await told(repository, [command, '--color', 'always', ...rest], env)
  const json = await told(repository, [command, '--json', ...rest], env)
  for (const line of json.trimEnd().split('\n')) expect(() => JSON.parse(line)).not.toThrow()
}

it('no command lets a text of a document, a task or a commit draw, or forge a line', { timeout: 600_000 }, async () => {
  using repository = hostileRepository()
  const git = (...args: string[]) => {
    execFileSync('git', ['-c', 'user.name=\u001b[2Jme', '-c', 'user.email=a@b', ...args], {
      cwd: repository.root,
      stdio: 'pipe',
    })
  }
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message=C2(goal): plan x')
  git('switch', '--quiet', '--create', 'mikado/goal')
  git('commit', '--quiet', '--allow-empty', '--message=C2(goal): impl \u001b[2J\u009b2J\u202ex')
  for (const args of looking) await look(repository, args)
  expect(await told(repository, ['run', 'goal'])).toContain('wants a word first')
  await look(repository, ['run', 'goal', '--yes', '--keep-going', '--output', 'stream', '-v'], { HOSTILE: 'fail' })
  for (const args of [['why', '__proto__'], ['brief', './-n.md'], ['list'], ['close', 'toString', '--yes']])
    await look(repository, args)
  await told(repository, ['log', '__proto__'])
  await look(repository, ['run', 'goal', '--yes', '-v'])
  expect(repository.active()).toEqual([])
  for (const args of [['verify', 'goal', '-v'], ['verify', 'goal'], ['log'], ['reopen', '__proto__', './-n.md']])
    await look(repository, args, { HOSTILE: 'held' })
  expect(repository.active()).toEqual(['-n', '__proto__', 'goal'])
  expect(repository.names('.mikado/outputs')).toEqual([...oddNames, 'goal'].map((name) => `${name}.json`).sort())
  expect(repository.read('.mikado/outputs/__proto__.json')).toContain('"__proto__":{"polluted":true}')
  expect(existsSync(repository.path('pwned'))).toBe(false)
})

it('no answer to an agent holds what draws, or text of a document that is not quoted', {
  timeout: 300_000,
}, async () => {
  using repository = hostileRepository()
  await using agent = await Agent.connect(repository, { person: () => ({ confirmed: true, name: 'me \u001b[2J' }) })
  const answers = [
    await agent.tell('list'),
    await agent.tell('ready'),
    await agent.tell('show', { goal: 'goal' }),
    await agent.tell('lint'),
    await agent.tell('log'),
  ]
  for (const card of oddNames)
    answers.push(
      await agent.tell('why', { card }),
      await agent.tell('brief', { card }),
      await agent.tell('log', { card }),
    )
  answers.push(
    await agent.run('goal'),
    await agent.tell('log', { card: '__proto__' }),
    await agent.tell('brief', { card: 'goal' }),
    await agent.tell('verify', { goal: 'goal' }),
  )
  expect(
    answers.filter((text) => drawsIn(text) !== null || text.includes('\u001b') || /[\u{e0000}-\u{e007f}]/u.test(text)),
  ).toEqual([])
  expect(answers.filter(forges)).toEqual([])
  expect(agent.asked.map(drawsIn)).toEqual(agent.asked.map(() => null))
  expect(agent.asked).toHaveLength(1)
  expect(repository.active()).toEqual([])
})
