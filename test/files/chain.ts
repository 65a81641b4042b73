/** A chain of two for attacks on its leaf: the goal `goal` requires `a`. How often the work of `a` was done stands in `a.runs`. */
import { expect } from 'vitest'
import { card, type Place, type Ran, TestRepository, task } from '../rig/repository.ts'

export const run = ['run', 'goal', '-q', '-j', '1']

/** Stands before the reason, where the work is done and proved, and its document is not marked. */
export const unmarked = '  ✗ a  its checks hold, so the next run finds it true, once this is mended: '

/** The files of the chain; `work` is that of `a`, beside making `a.done`. */
export function filesOf(work = ''): Record<string, string> {
  return {
    'docs/a.md': card({ title: 'A' }),
    'docs/goal.md': card({ title: 'Goal', requires: ['a'] }),
    'tasks/a.ts': task('a', `appendFileSync('a.runs', 'x'); ${work}`),
    'tasks/goal.ts': task('goal'),
  }
}

export function chain(work = '', more: Record<string, string> = {}): TestRepository {
  return new TestRepository({ ...filesOf(work), ...more })
}

/** For a task's work: `text` is its own document, and `save` writes it. */
export const edits = `const { readFileSync } = await import('node:fs'); const text = readFileSync('docs/a.md', 'utf8'); const save = (changed) => writeFileSync('docs/a.md', changed);`

/** The documents of the chain as they stand when they are marked. */
export const marked = {
  a: card({ title: 'A' }).replace('status: active\n', '').replace('[ ]', '[x]'),
  goal: card({ title: 'Goal', requires: ['a'] })
    .replace('status: active\n', '')
    .replace('[ ]', '[x]'),
}

/** How a run ended: its exit code, and the line of the card that stopped it. */
export function end({ code, stdout, stderr }: Ran): [number | null, string] {
  return [code, stdout.split('\n').findLast((line) => line.startsWith('  ✗ ')) ?? stdout + stderr]
}

/** What a run must come to that follows one that could not mark `a`: all is complete, and the work was not done again. */
export async function expectFoundTrue(repository: TestRepository, place: Place = {}): Promise<void> {
  const { code, stdout, stderr } = await repository.start(run, {}, place).ended
  expect([code, stdout + stderr]).toEqual([0, expect.stringMatching(/✓ {2}a {5}found true /)])
  expect([repository.active(), repository.read('a.runs')]).toEqual([[], 'x'])
}

/** Whatever befell a run, nothing half written stays between documents. */
export function expectNoLitter(repository: TestRepository): void {
  expect([repository.names('docs'), repository.names('.mikado/tmp')]).toEqual([['a.md', 'goal.md'], []])
}
