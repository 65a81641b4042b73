/** What a run can be told, and how it may end: `run` and `resume` alike. */
import type { ExitName } from '../core/exit.ts'
import type { Options } from '../core/usage.ts'
import type { OutputChoice } from '../view/progress.ts'
import { commitOption } from './branch.ts'
import { notifyOption } from './notify.ts'
import { junitOption } from './result-files.ts'

export const runOptions: Options = {
  jobs: { type: 'string', short: 'j', value: 'N', without: 'the cores', help: 'how many cards at once' },
  'keep-going': {
    type: 'boolean',
    short: 'k',
    help: 'after a failure, go on with cards that do not need the failed one',
  },
  'dry-run': { type: 'boolean', short: 'n', help: 'say what would be done; never asks, never writes' },
  timeout: { type: 'string', value: 'TIME', help: 'limit for each card that names none, for instance 5m' },
  yes: { type: 'boolean', short: 'y', help: 'answer yes to what cards want confirmed before they start' },
  output: {
    type: 'string',
    value: 'HOW',
    values: {
      stream: 'as it comes',
      fold: 'card by card, as in CI',
      group: 'when a card ends',
      quiet: 'in the log only',
    } satisfies Record<OutputChoice, string>,
    without: 'quiet on a terminal, fold in CI, elsewhere stream',
    help: 'what tasks print',
  },
  junit: junitOption,
  notify: notifyOption,
  commit: commitOption,
  only: { group: 'Which cards', type: 'boolean', help: 'just this card, nothing that it requires' },
  from: {
    group: 'Which cards',
    type: 'string',
    value: 'CARD',
    help: 'start at CARD: what comes before it is taken as it is',
  },
  force: {
    group: 'Which cards',
    type: 'string',
    short: 'f',
    value: 'CARD',
    help: 'do CARD again, whatever its checks say',
  },
  downstream: {
    group: 'Which cards',
    type: 'boolean',
    help: 'with --force: also every card of the chain that requires CARD',
  },
}

export const runExits: Partial<Record<ExitName, string>> = {
  failed: 'a card failed, or could not start',
  waiting: 'a card waits for a person',
  documents: 'the chain or its tasks have errors, nothing was started',
  missing: 'a tool, a setting or a host is missing, nothing was started',
  unrecorded: '',
  locked: '',
}
