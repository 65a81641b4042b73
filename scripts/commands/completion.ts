import { exit, Refusal } from '../core/exit.ts'
import { shellScript } from '../io/shell.ts'
import type { Command } from './command.ts'

const shells = ['bash', 'zsh', 'fish']

export const command: Command = {
  operands: { 'bash|zsh|fish': 'the shell' },
  takes: [1, 1],
  about: `Prints the script that has a shell complete commands, options, their values, files, and the names of cards, the likely ones first. How to install it is told at the top of the script too.

bash: put \`eval "$(mikado completion bash)"\` into ~/.bashrc.

zsh: write it to a file \`_mikado\` in a folder of \`$fpath\`, or put \`source <(mikado completion zsh)\` into ~/.zshrc, behind compinit.

fish: write it to ~/.config/fish/completions/mikado.fish.

It completes a program \`mikado\`. For \`npx mikado\` and \`npm run mikado --\` make a function or an alias of that name; docs/reference/shell.md shows one.`,
  examples: {
    'mikado completion bash >~/.local/share/bash-completion/completions/mikado': 'where bash-completion looks for it',
    'mikado completion fish >~/.config/fish/completions/mikado.fish': 'where fish looks for it',
  },
  options: {},
  see: ['help', 'docs/reference/shell.md'],
  run: async (session) => {
    const [shell = ''] = session.operands
    if (!shells.includes(shell))
      throw new Refusal(exit.usage, `no script for \`${shell}\``, 'There are bash, zsh and fish.')
    session.print(shellScript(shell))
    return exit.ok
  },
}
