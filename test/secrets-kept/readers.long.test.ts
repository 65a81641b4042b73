/** Secrets in what is read afterwards, on a live terminal, and in commits. */
import { execFileSync } from 'node:child_process'
import { afterAll, describe, expect, it } from 'vitest'
import { Agent } from '../mcp/rig.ts'
import { card, TestRepository, task } from '../rig/repository.ts'
import { hasTerminal, openTerminal } from '../rig/terminal.ts'
import { forms, slippery, under } from './rig.ts'

const repository = slippery()
afterAll(() => repository[Symbol.dispose]())
for (let runs = 0; runs < 2; runs++) under('022', repository, 'run', 'goal', '-k')
// What a module says while it is imported comes before any secret is known.
repository.write({ 'tasks/odd.ts': 'export default { apply: () => {} }\n' })

const readers = [
  ...[
    'log',
    'log work',
    'log next',
    'log --json',
    'show goal --json',
    'list --json',
    'why goal',
    'brief next',
    'where',
  ],
  ...[
    'brief next --json',
    'verify work -v',
    'verify work --json',
    'plan goal',
    'lint',
    'doctor',
    'discover Found --for next',
  ],
]

describe('a secret of an earlier run', () => {
  it('is not told to a coding agent, which runs the chain too', async () => {
    await using agent = await Agent.connect(repository)
    const told = [await agent.tell('brief', { card: 'next' }), await agent.run('next')]
    expect(told[1]).toContain('refused with •••')
    for (const form of forms) expect(told.join('\n').includes(form), form).toBe(false)
  })

  it.skipIf(!hasTerminal)('is not shown on a live terminal (skipped without util-linux `script`)', async () => {
    const terminal = openTerminal(repository, ['run', 'next'])
    expect(await terminal.ended).toBe(1)
    expect(terminal.written()).toContain('•••')
    for (const form of forms) expect(terminal.written().includes(form), form).toBe(false)
  })

  it.each(readers)('is not told by `%s`', (words) => {
    const { stdout, stderr } = under('022', repository, ...words.split(' '))
    expect(stdout + stderr).not.toBe('')
    for (const form of forms) expect((stdout + stderr).includes(form), form).toBe(false)
  })
})

describe('a commit of a task’s changes', () => {
  const value = 's3cr3t-value'
  const ways: Record<string, string> = {
    'a text': `writeFileSync('a.txt', 'key=' + key)`,
    'bytes that are no text': `writeFileSync('a.bin', Buffer.concat([Buffer.of(0xff, 0xfe, 0), Buffer.from(key), Buffer.of(0xe9)]))`,
    'a link': `const { symlinkSync } = await import('node:fs'); symlinkSync('/nowhere/' + key, 'link')`,
    'a name': `writeFileSync(key + '.txt', '')`,
  }
  it.each(Object.entries(ways))('is refused when a secret stands in %s', async (_, work) => {
    using own = new TestRepository({
      '.gitignore': '.mikado/\n',
      'docs/goal.md': card({ title: 'Goal' }),
      'tasks/goal.ts': task('goal', `const key = await secret('${value}'); ${work}`),
    })
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', own.root, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' })
    git('init', '-qb', 'main')
    git('config', 'user.name', 't')
    git('config', 'user.email', 't@t')
    git('add', '.')
    git('commit', '-qm', 'before')
    git('switch', '-qc', 'mikado/goal')
    const { code, stdout } = await own.mikado('run', 'goal', '--commit', '-q')
    expect([code, stdout]).toEqual([
      73,
      expect.stringMatching(/a secret stands in \S+: nothing was committed, goal was left active/),
    ])
    expect([stdout.includes(value), own.active(), git('log', '--format=%s').trim()]).toEqual([
      false,
      ['goal'],
      'before',
    ])
  })
})
