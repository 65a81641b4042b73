/** How a run is called, and how it may end: `run` and `resume`. Told without loading what works. */
import type { ExitName } from '../core/exit.ts'
import type { Options, Usage } from '../core/usage.ts'
import type { OutputChoice } from '../view/progress.ts'
import { commitOption, engineOption, junitOption, notifyOption } from './options.ts'

const options: Options = {
  jobs: {
    type: 'string',
    short: 'j',
    value: 'N',
    without: 'the cores, with --engine 1000',
    help: 'how many cards at once',
  },
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
  engine: { ...engineOption, help: `work the cards on other machines, by \`mikado worker\`; ${engineOption.help}` },
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

const exits: Partial<Record<ExitName, string>> = {
  failed: 'a card failed, or could not start',
  waiting: 'a card waits for a person',
  documents: 'the chain or its tasks have errors, nothing was started',
  missing: 'a tool, a setting or a host is missing, nothing was started',
  unrecorded: '',
  locked: '',
}

export const runUsage: Usage = {
  operands: {
    GOAL: 'the goal, or any card: its id, or the path of its document. Without it, the only goal there is',
  },
  takes: [0, 1],
  about:
    'Works a goal: every active card it requires, requirements first, side by side where the graph allows, and first those on which most time hangs. Each card is asked first whether its checks hold already; if not, its task runs and the checks are asked again. Only then is the document marked complete. Stop it anywhere and run it again: it goes on from what is true.',
  examples: {
    'mikado run harden-zot-registry': 'work the goal and all it requires',
    'mikado run harden-zot-registry -j 1 --output stream': 'one card after the other, with all they print',
    'mikado run deploy --dry-run': 'say what would be done, and do nothing',
    'mikado run deploy --force migrate --downstream': 'do a card again, and all of the chain that requires it',
    'mikado run deploy --commit': 'on the branch mikado/deploy, each card a commit of its own',
  },
  options,
  exits,
  see: ['plan', 'resume', 'verify', 'worker', 'docs/reference/exit-codes.md', 'docs/reference/engines.md'],
}

export const resumeUsage: Usage = {
  operands: {
    GOAL: 'the goal to go on with. Without it, that of the branch, or of the last run',
  },
  takes: [0, 1],
  about:
    'Goes on with a goal. Without a name: the goal of the branch `mikado/<goal>`, else that of the last run that did not end complete, else the only goal there is. Resuming is running: cards that are complete are not done again.',
  examples: {
    'mikado resume': 'go on where it stopped',
    'mikado resume harden-zot-registry': 'go on with that goal',
    'mikado resume --no-input': 'leave what needs a person waiting',
  },
  options,
  exits,
  see: ['run', 'where'],
}
