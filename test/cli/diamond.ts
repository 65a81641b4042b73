/** Four cards: `goal` requires `left` and `right`, which both require `base`. Each task appends its name to `order`. */
import { card, task } from '../rig/repository.ts'

export const diamond = {
  'docs/goal.md': card({ title: 'The goal', requires: ['left', 'right'] }),
  'docs/left.md': card({ title: 'Left', requires: ['base'] }),
  'docs/right.md': card({ title: 'Right', requires: ['base'] }),
  'docs/base.md': card({ title: 'Base' }),
  'tasks/goal.ts': task('goal', "appendFileSync('order', 'goal ')"),
  'tasks/left.ts': task('left', "appendFileSync('order', 'left ')"),
  'tasks/right.ts': task('right', "appendFileSync('order', 'right ')"),
  'tasks/base.ts': task('base', "appendFileSync('order', 'base ')"),
}
