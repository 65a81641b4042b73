/** `discover`: a prerequisite found while working becomes a card and one line; the branch is never touched. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { card, steady, TestRepository, task } from '../rig/repository.ts'

const files = {
  'docs/how-to/deploy.md': card({ title: 'Deploy', front: 'requires: [] # none yet\ntags: [zot]\n' }),
  'tasks/deploy.ts': task('deploy', "console.log('connecting …'); throw new Error('port 5050 is closed')"),
}

function git(repository: TestRepository, ...args: string[]): string {
  const names = ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'init.defaultBranch=main']
  return execFileSync('git', ['-C', repository.root, ...names, ...args], { encoding: 'utf8' })
}

const today = new Date().toISOString().slice(0, 10)

const document = (why: string, failure: string[] = []) => `---
title: Open port 5050
modified: ${today}
status: active
tags:
  - zot
---

# Open port 5050

Found on ${today} while working on [[deploy]], which cannot be completed without it.

## Why

${why}
${failure.length > 0 ? `\n\`\`\`text\n${failure.join('\n')}\n\`\`\`\n` : ''}
## Verification

- [ ] Say here what must be true afterwards

## Related

- [[deploy]]: Deploy
`

describe('discover', () => {
  test('writes the card beside the other and one line into it, and shows the chain', async () => {
    using repository = new TestRepository(files)
    const { code, stdout, stderr } = await repository.mikado('discover', 'Open port 5050', '--for', 'deploy')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('-requires: [] # none yet\n+requires: [open-port-5050] # none yet\n')
    expect(stdout).toMatch(/open-port-5050 .*ready/)
    expect(stdout).toContain('Next: edit docs/how-to/open-port-5050.md, then commit both documents.\n')
    expect(repository.read('docs/how-to/open-port-5050.md')).toBe(
      document('Say here what cannot be done without this.'),
    )
    expect(repository.read('docs/how-to/deploy.md')).toBe(
      files['docs/how-to/deploy.md'].replace('requires: []', 'requires: [open-port-5050]'),
    )
    expect((await repository.mikado('lint')).code).toBe(0)
    expect(repository.journal().map(({ event }) => event)).toEqual(['run-started', 'card-discovered'])
  })

  test('after a failed run has the failure filled in, without paths of this machine; the run has offered it', async () => {
    using repository = new TestRepository(files)
    const failed = await repository.mikado('run', '-q')
    expect(steady(failed.stdout)).toContain(
      'If something else must be true first: mikado discover "TITLE" --for deploy\n',
    )
    await repository.mikado('discover', 'Open port 5050', '--for', 'deploy', '--why', 'the firewall drops it')
    const text = repository.read('docs/how-to/open-port-5050.md')
    expect(text).toContain('\nthe firewall drops it\n\n```text\nport 5050 is closed\n')
    // What it printed and what it complained of come by two pipes, in either order.
    expect(text).toContain('\nError: port 5050 is closed\n    at ')
    expect(text).toContain('\nconnecting …\n')
    expect(text).not.toContain(repository.root)
  })

  test('with --dry-run writes nothing; in JSON says the same', async () => {
    using repository = new TestRepository(files)
    const dry = await repository.mikado('discover', 'Open port 5050', '--for', 'deploy', '-n')
    expect(dry.stdout).toContain('new file docs/how-to/open-port-5050.md\n+---\n')
    expect(dry.stdout).toMatch(/Nothing was written\.\n$/)
    const json = await repository.mikado('discover', 'Open port 5050', '--for', 'deploy', '-n', '--json')
    const told = { card: 'open-port-5050', path: 'docs/how-to/open-port-5050.md', for: 'deploy' }
    expect(JSON.parse(json.stdout).data).toEqual({ ...told, written: false, resetTo: null })
    expect(repository.read('docs/how-to/deploy.md')).toBe(files['docs/how-to/deploy.md'])
    expect(repository.names('docs/how-to')).toEqual(['deploy.md'])
    expect(repository.names('.')).not.toContain('.mikado')
  })

  test('on a branch with work says where it must go back to, and resets nothing', async () => {
    using repository = new TestRepository(files)
    git(repository, 'init', '-q')
    git(repository, 'add', '.')
    git(repository, 'commit', '-qm', 'before')
    git(repository, 'switch', '-qc', 'mikado/deploy')
    for (const subject of ['C2(deploy): plan cards', 'C2(deploy): impl work'])
      git(repository, 'commit', '-q', '--allow-empty', '-m', subject)
    const head = git(repository, 'rev-parse', 'HEAD')
    const plan = git(repository, 'rev-parse', 'HEAD~').trim()
    const { stdout } = await repository.mikado('discover', 'Open port 5050', '--for', 'deploy', '--json')
    expect(JSON.parse(stdout).data).toMatchObject({ written: true, resetTo: plan })
    expect(git(repository, 'rev-parse', 'HEAD')).toBe(head)
    const again = await repository.mikado('discover', 'Another', '--for', 'deploy')
    expect(again.stdout).toContain(`  2. Take mikado/deploy back to ${plan.slice(0, 8)} (C2(deploy): plan cards).\n`)
    expect(again.stdout).not.toMatch(/git (reset|checkout|stash|clean)/)
  })

  test.each([
    [['Open'], 64, 'say which card needs it'],
    [['Open', '--for', 'deplyo'], 64, 'Did you mean `deploy`?'],
    [['日本', '--for', 'deploy'], 64, 'Give one with --id'],
    [['Deploy', '--for', 'deploy'], 64, 'there is a document of that name: docs/how-to/deploy.md'],
    [['Open', '--for', 'done'], 64, 'done is complete: nothing is missing for it'],
    [
      ['Open', '--for', 'odd'],
      73,
      'docs/odd.md was left alone: its frontmatter is written on one line. Nothing was written',
    ],
  ])('%j: refused with %i', async (args, code, message) => {
    using repository = new TestRepository({
      ...files,
      'docs/done.md': card({ complete: true }),
      'docs/odd.md': '---\n{title: Odd, status: active}\n---\n\n## Verification\n\n- [ ] It is\n',
    })
    const refused = await repository.mikado('discover', ...args)
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringContaining(message)])
    expect(repository.names('docs').sort()).toEqual(['done.md', 'how-to', 'odd.md'])
    expect(repository.names('docs/how-to')).toEqual(['deploy.md'])
  })
})
