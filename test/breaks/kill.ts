/** Broken builds that the promises about kills must notice, and those that the soak must. */
import type { Break } from './break.ts'

export const breaks: Break[] = [
  {
    row: 'K1',
    file: 'scripts/io/journal.ts',
    from: "openSync(journalPath(repository), 'a+', 0o600)",
    to: "openSync(journalPath(repository), 'w+', 0o600)",
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
    from: 'steps: begunAnew(card, forced) ? new Map() : stepsOf(id, task)',
    to: 'steps: new Map()',
  },
  {
    row: 'K4',
    file: 'scripts/commands/world.ts',
    from: "=> forced || card.status === 'complete'",
    to: "=> forced === null || card.status === 'complete'",
  },
  {
    row: 'K5',
    file: 'scripts/commands/world.ts',
    from: "=> forced || card.status === 'complete'",
    to: '=> forced && card !== null',
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
  {
    row: 'K8',
    file: 'scripts/commands/finalize.ts',
    from: '!graph.cards.has(word) && history.chains.has(word)',
    to: '!graph.cards.has(word) && word === null',
  },
  {
    row: 'O1',
    file: 'scripts/work.ts',
    from: '  const began = world.now()\n',
    to: '  const began = world.now()\n  ;((globalThis as { kept?: Buffer[] }).kept ??= []).push(Buffer.alloc(3e6, 1))\n',
  },
  {
    row: 'O2',
    file: 'scripts/io/output.ts',
    from: '    if (file !== null) this.#try(() => closeSync(file))\n',
    to: '',
  },
  {
    row: 'O3',
    file: 'scripts/core/edit.ts',
    from: 'return { ok: true, text: result }',
    to: 'return { ok: true, text: result.trimEnd() }',
  },
]
