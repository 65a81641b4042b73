/** What is printed where nobody can read it, and what tasks print to a terminal. */

import { spawnSync } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { expect, test } from 'vitest'
import { card, plainEnvironment, program, TestRepository, task } from '../rig/repository.ts'

// Linux has a device for this.
test.skipIf(!existsSync('/dev/full'))(
  'a full disk under stdout is told with 73, and costs nothing but the words',
  () => {
    using repository = new TestRepository({ 'docs/a.md': card(), 'tasks/a.ts': task('a') })
    const full = openSync('/dev/full', 'w')
    const run = (stderr: 'pipe' | number) =>
      spawnSync(process.execPath, [program, 'run'], {
        cwd: repository.root,
        env: plainEnvironment(),
        stdio: ['ignore', full, stderr],
        encoding: 'utf8',
      })
    const { status, stderr } = run('pipe')
    expect([status, stderr.split('\n').slice(-3)]).toEqual([
      73,
      [
        'mikado: the system refuses: ENOSPC: no space left on device, write',
        '  Make room or mend permissions, then run this again.',
        '',
      ],
    ])
    expect(repository.active()).toEqual([])
    expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'complete' })
  },
)

test('what a task prints reaches a terminal without control characters, at once, in a group and from the log', async () => {
  const bell = String.raw`printf 'a\033]0;title\007\033[2Jb\033[31m\r\000\233c\n'`
  using repository = new TestRepository({
    'docs/a.md': card({ checks: [] }),
    'tasks/a.sh*': `#!/bin/sh\n${bell}\n${bell} >&2\n`,
    'docs/b.md': card({ checks: [], requires: ['a'] }),
    'tasks/b.sh*': `#!/bin/sh\n${bell}\nexit 1\n`,
  })
  const ran = await repository.mikado('run', 'a', '--output', 'stream')
  const grouped = await repository.mikado('run', 'b', '--output', 'group')
  const logged = await repository.mikado('log', 'b')
  for (const { stdout, stderr } of [ran, grouped, logged]) {
    expect(stdout + stderr).toContain('a]0;title[2Jb')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
  }
})
