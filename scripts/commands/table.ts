/** The verbs, each loaded only when it is asked for. */
import type { Command, Option } from './command.ts'

interface Entry {
  summary: string
  load: () => Promise<{ command: Command }>
}

export const commands: Record<string, Entry> = {
  list: { summary: 'the goals, how far they are, and what is ready (the default)', load: () => import('./list.ts') },
  show: { summary: 'a goal and everything it requires, in run order', load: () => import('./show.ts') },
  ready: { summary: 'the cards that can be worked on now', load: () => import('./ready.ts') },
  why: { summary: 'why a card is ready, or what it waits for', load: () => import('./why.ts') },
  lint: { summary: 'what is wrong in the documents, each with its place', load: () => import('./lint.ts') },
  plan: { summary: 'what a run would do, without doing it', load: () => import('./plan.ts') },
  run: { summary: 'work a goal: run, prove and mark every card it requires', load: () => import('./run.ts') },
  resume: { summary: 'go on with the goal of this branch, or of the last run', load: () => import('./resume.ts') },
  verify: { summary: 'ask again whether what is marked complete still holds', load: () => import('./verify.ts') },
  close: { summary: 'complete a card on your word', load: () => import('./close.ts') },
  reopen: { summary: 'make a complete card active again, and what requires it', load: () => import('./reopen.ts') },
  log: { summary: 'past runs, or what a card printed last', load: () => import('./log.ts') },
  doctor: {
    summary: 'whether all is there that the tasks need, and what is missing',
    load: () => import('./doctor.ts'),
  },
}

export const everywhere: Record<string, Option> = {
  cd: { type: 'string', short: 'C', value: 'DIR', help: 'work in the repository of DIR' },
  json: { type: 'boolean', help: 'answer in JSON on stdout' },
  color: { type: 'string', value: 'WHEN', help: 'auto, always or never' },
  quiet: { type: 'boolean', short: 'q', help: 'no progress, only results and trouble' },
  verbose: { type: 'boolean', short: 'v', help: 'more: evidence of each check' },
  'no-input': { type: 'boolean', help: 'never ask a person; what needs one is left waiting' },
  help: { type: 'boolean', short: 'h', help: 'explain a command' },
}
