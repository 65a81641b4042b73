/** Every way to type a word, and every id that a shell reads as more than one: see each-shell.long.test.ts. */
import { afterAll, describe, expect, it } from 'vitest'
import { hasTerminal } from '../rig/terminal.ts'
import { alike, documents } from './cases.ts'
import { hasShell, type ShellName, ShellRepository } from './rig.ts'

const repository = new ShellRepository(documents)
afterAll(() => repository[Symbol.dispose]())

describe.each<ShellName>(['bash', 'zsh', 'fish'])('in %s', (shell) => {
  // To unskip: that shell, and the `script` of util-linux.
  it.skipIf(!hasTerminal || !hasShell(shell)).each(alike)('%j', async (keys, words) => {
    // zsh says of a folder that it is one when the next key comes.
    const line = shell === 'zsh' ? keys.replace('sub\tfile', 'sub\t/file') : keys
    expect(await repository.typed(shell, `mikado ${line}\r`)).toEqual(words)
    expect(repository.names('.')).not.toContain('ran')
  })
})
