/**
 * The completion scripts in real shells on a real terminal: keys are typed, tab among them, and what counts is the words that the
 * shell passes on. To unskip: bash, zsh and fish, and the `script` of util-linux.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { card } from '../rig/repository.ts'
import { hasTerminal } from '../rig/terminal.ts'
import { hasShell, type ShellName, ShellRepository } from './rig.ts'

const title = 'Runs $(touch ran) `touch ran`; touch ran'
/** Ids that a shell reads as more than a word; each would leave the file `ran` if anything of it ran. */
const hostile = [
  'how to deploy',
  "it's",
  'say "it"',
  'x$(touch ran)',
  'back`touch ran`',
  'semi;touch ran',
  'pipe|touch ran&',
  'slash\\es',
  'star*?[x]',
  '{a,b}',
  '~home',
  '#hash',
  '!bang',
  '%s%n',
  'eq=al',
  'co:lon',
  'größe',
  '-dash',
]
const repository = new ShellRepository({
  'docs/deploy.md': card({ title, requires: ['base'] }),
  'docs/base.md': card({ title, complete: true }),
  ...Object.fromEntries(hostile.map((id) => [`docs/${id}.md`, card({ title })])),
  'sub dir/file one': '',
})
afterAll(() => repository[Symbol.dispose]())

/** What is typed, with a tab for the key, and the words that come of it. */
const alike: [keys: string, words: string[]][] = [
  ['ru\t dep\t', ['run', 'deploy']],
  ['reop\t \t', ['reopen', 'base']],
  ['run --outp\t str\t', ['run', '--output', 'stream']],
  ['run --output=str\t', ['run', '--output=stream']],
  ['run --color=al\t dep\t', ['run', '--color=always', 'deploy']],
  ['run -- dep\t', ['run', '--', 'deploy']],
  ['run --force bas\t dep\t', ['run', '--force', 'base', 'deploy']],
  ['-C docs show dep\t', ['-C', 'docs', 'show', 'deploy']],
  ['why how\t', ['why', 'how to deploy']],
  ['why how\\ t\t', ['why', 'how to deploy']],
  ['why "how t\t', ['why', 'how to deploy']],
  ["why 'how t\t", ['why', 'how to deploy']],
  ['why it\t', ['why', "it's"]],
  ['why say\t', ['why', 'say "it"']],
  ['why x\t', ['why', 'x$(touch ran)']],
  ['why back\t', ['why', 'back`touch ran`']],
  ['why semi\t', ['why', 'semi;touch ran']],
  ['why pipe\t', ['why', 'pipe|touch ran&']],
  ['why slash\t', ['why', 'slash\\es']],
  ['why star\t', ['why', 'star*?[x]']],
  ['why \\{\t', ['why', '{a,b}']],
  ['why \\~\t', ['why', '~home']],
  ['why \\#\t', ['why', '#hash']],
  ['why \\!\t', ['why', '!bang']],
  ['why %\t', ['why', '%s%n']],
  ['why eq=\t', ['why', 'eq=al']],
  ['why co:\t', ['why', 'co:lon']],
  ['why gr\t', ['why', 'größe']],
  ['why ./-\t', ['why', './-dash.md']],
  ['why docs/dep\t', ['why', 'docs/deploy.md']],
  ['hook commit-msg sub\tfile\t', ['hook', 'commit-msg', 'sub dir/file one']],
]

describe.each<ShellName>(['bash', 'zsh', 'fish'])('in %s', (shell) => {
  const there = hasTerminal && hasShell(shell)

  it.skipIf(!there).each(alike)('%j', async (keys, words) => {
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
