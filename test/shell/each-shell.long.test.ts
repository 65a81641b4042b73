/**
 * The completion scripts in real shells on a real terminal: keys are typed, tab among them, and what counts is the words that the
 * shell passes on. To unskip: bash, zsh and fish, and the `script` of util-linux.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { hasTerminal } from '../rig/terminal.ts'
import { documents, some } from './cases.ts'
import { hasShell, type ShellName, ShellRepository } from './rig.ts'

const repository = new ShellRepository(documents)
afterAll(() => repository[Symbol.dispose]())

describe.each<ShellName>(['bash', 'zsh', 'fish'])('in %s', (shell) => {
  const there = hasTerminal && hasShell(shell)

  it.skipIf(!there).each(some)('%j', async (keys, words) => {
    // zsh says of a folder that it is one when the next key comes.
    const line = shell === 'zsh' ? keys.replace('sub\tfile', 'sub\t/file') : keys
    expect(await repository.typed(shell, `mikado ${line}\r`)).toEqual(words)
    expect(repository.names('.')).not.toContain('ran')
  })

  it.skipIf(!there)('nothing is typed for a title, and a call without a completion is left as it is', async () => {
    expect(await repository.typed(shell, 'mikado discover wor\t --for dep\t\r')).toEqual([
      'discover',
      'wor',
      '--for',
      'deploy',
    ])
  })

  it.skipIf(!there)(
    'another name for it, and a function of its name, are completed as docs/reference/shell.md says',
    async () => {
      const named = { bash: 'complete -F _mikado m', zsh: 'compdef m=mikado', fish: 'complete -c m -w mikado' }
      const called = shell === 'fish' ? 'function m; mikado $argv; end' : 'm() { mikado "$@"; }'
      expect(await repository.typed(shell, `${called}; ${named[shell]}\rm why how\t\r`)).toEqual([
        'why',
        'how to deploy',
      ])
      const own = shell === 'fish' ? 'alias mikado="command mikado"' : 'mikado() { command mikado "$@"; }'
      expect(await repository.typed(shell, `${own}\rmikado why how\t\r`)).toEqual(['why', 'how to deploy'])
    },
  )

  it.skipIf(!there)('-C completes folders only', async () => {
    const [, folder] = await repository.typed(shell, `mikado -C sub\t\r`)
    expect(folder?.replace(/\/$/, '')).toBe('sub dir')
  })

  it.skipIf(!there)('what there is to choose from is shown; descriptions stay text', async () => {
    const seen = await repository.shown(
      shell,
      'mikado why \t\t',
      (written) => /deploy/.test(written) && /größe/.test(written),
    )
    if (shell !== 'bash') expect(seen.replaceAll(/\s+/g, ' ')).toContain('Runs $(touch')
    expect(repository.names('.')).not.toContain('ran')
  })

  it.skipIf(!hasShell(shell))('the script has no faults, and its first lines say how to install it', async () => {
    const { stdout, code } = await repository.mikado('completion', shell)
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(0, 4).join('\n')).toMatch(/To install it[\s\S]*mikado completion/)
    repository.write({ script: stdout })
    expect(repository.run(shell, `${shell} -n script`)).toBe('')
    // Loaded where there is no `mikado`, it says nothing and offers nothing.
    expect(
      repository.run(shell, shell === 'zsh' ? 'autoload -Uz compinit; compinit -D -u; . ./script' : '. ./script'),
    ).toBe('')
  })
})

it('there is no script for another shell', async () => {
  expect(await repository.tell('completion', 'tcsh')).toBe(
    'exit 64\n--- stderr\nmikado: no script for `tcsh`\n  There are bash, zsh and fish.\n',
  )
})
