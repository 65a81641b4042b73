/** Broken builds that the promises about kills must notice, and those that the soak must. */
import type { Break } from './break.ts'

export const breaks: Break[] = [
  {
    row: 'K1',
    file: 'scripts/io/journal.ts',
    from: "openSync(path, 'a+', 0o600)",
    to: "openSync(path, 'w+', 0o600)",
  },
  {
    row: 'K2',
    file: 'scripts/work.ts',
    from: '  if (reopened) {',
    to: "  if (reopened && start !== 'forced') {",
  },
  {
    row: 'K3',
    file: 'scripts/commands/world.ts',
    from: 'steps: anew ? new Map() : stepsOf(card.id, task)',
    to: 'steps: new Map()',
  },
  {
    row: 'K4',
    file: 'scripts/commands/world.ts',
    from: "const anew = forced || card.status === 'complete'",
    to: "const anew = card.status === 'complete'",
  },
  {
    row: 'K5',
    file: 'scripts/commands/world.ts',
    from: "const anew = forced || card.status === 'complete'",
    to: 'const anew = forced',
  },
  {
    row: 'K6',
    file: 'scripts/commands/reopen.ts',
    from: 'of cards.toReversed())',
    to: 'of cards)',
  },
  {
    row: 'K7',
    file: 'scripts/commands/log.ts',
    from: "(entry.command === 'run' ? 'cut off' : '')",
    to: "''",
  },
]
