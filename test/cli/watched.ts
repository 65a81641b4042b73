/** A run that a person watches on a pseudo-terminal, and what is seen of it. */
import { expect } from 'vitest'
import { card, type TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { openTerminal, type Terminal } from '../rig/terminal.ts'

/** `left` and `right` print, and end when their file is there; `goal` requires both. */
export const files = {
  'docs/left.md': card({ title: 'Left' }),
  'docs/right.md': card({ title: 'Right' }),
  'docs/goal.md': card({ title: 'Goal', requires: ['left', 'right'] }),
  'tasks/left.ts': task('left', `log('left speaks'); ${waitsFor('go-left')}`),
  'tasks/right.ts': task('right', `log('right speaks'); ${waitsFor('go-right')}`),
  'tasks/goal.ts': task('goal', waitsFor('go-goal')),
}
export const bar = (done: number) => '━'.repeat(done) + '─'.repeat(32 - done)
export const working = (name: string, last = `${name} speaks`) =>
  `▶ ${name.padEnd(5)}  N s  working\n│ check "It is done" does not hold: ${name}.done is not there\n│ ${last}\n`
export const overview = `${bar(0)}  0 of 3 cards · N s
${working('left')}${working('right')}○ goal waits for left, right
f: follow a log · ?: keys
`
export const done = (name: string) => `✓ ${name}  done in N s, 1 check held\n`
export const summary = `goal is complete: 3 cards proved in N s
  ✓  left   done  N s  1 check held
  ✓  right  done  N s  1 check held
  ✓  goal   done  N s  1 check held
`

export const stands = async (terminal: Terminal, screen: string) => {
  await until('the screen', () => terminal.screen() === screen).catch(() => {})
  expect(terminal.screen()).toBe(screen)
}
export const watch = (repository: TestRepository, words: string[] = [], size = { columns: 100, rows: 30 }) =>
  openTerminal(repository, ['run', 'goal', '-j', '2', ...words], {}, size)
export const letGo = (repository: TestRepository, ...names: string[]) =>
  repository.write(Object.fromEntries(names.map((name) => [`go-${name}`, ''])))
