/** The verbs, each loaded only when it is asked for. */
import type { Command, Option } from './command.ts'

interface Entry {
  summary: string
  /** Not in the help: another name for what is there. */
  hidden?: true
  /** `answer`: it only reads files, and what it says holds for as long as they look the same. `run`: that there is nothing to do. */
  kept?: 'answer' | 'run'
  load: () => Promise<{ command: Command }>
}

export const commands: Record<string, Entry> = {
  list: {
    summary: 'the goals, how far they are, and what is ready (the default)',
    kept: 'answer',
    load: () => import('./list.ts'),
  },
  show: { summary: 'a goal and everything it requires, as a tree', kept: 'answer', load: () => import('./show.ts') },
  graph: {
    summary: 'a picture of goals and what they require: Mermaid, DOT, SVG or JSON',
    load: () => import('./graph.ts'),
  },
  view: { summary: 'a page of the graph in the browser, live', load: () => import('./view.ts') },
  where: { summary: 'where the branch and its goal stand, and what to do next', load: () => import('./where.ts') },
  ready: { summary: 'the cards that can be worked on now', load: () => import('./ready.ts') },
  why: { summary: 'why a card is ready, or what it waits for', load: () => import('./why.ts') },
  brief: { summary: 'all that is needed to work one card, on one screen', load: () => import('./brief.ts') },
  lint: {
    summary: 'what is wrong in the documents, each with its place',
    kept: 'answer',
    load: () => import('./lint.ts'),
  },
  plan: { summary: 'what a run would do, without doing it', load: () => import('./plan.ts') },
  run: {
    summary: 'work a goal: run, prove and mark every card it requires',
    kept: 'run',
    load: () => import('./run.ts'),
  },
  resume: { summary: 'go on with the goal of this branch, or of the last run', load: () => import('./resume.ts') },
  verify: { summary: 'ask again whether what is marked complete still holds', load: () => import('./verify.ts') },
  close: { summary: 'complete a card on your word', load: () => import('./close.ts') },
  reopen: { summary: 'make a complete card active again, and what requires it', load: () => import('./reopen.ts') },
  'docs-mikado': {
    summary: 'as docs-mikado: list, show and where, with its arguments',
    hidden: true,
    load: () => import('./docs-mikado.ts'),
  },
  discover: {
    summary: 'write down a prerequisite found while working on a card',
    load: () => import('./discover.ts'),
  },
  finalize: {
    summary: 'end a complete chain: its cards become plain documentation',
    load: () => import('./finalize.ts'),
  },
  hook: {
    summary: 'the rules of branches mikado/<goal>: install the commit-msg hook, or judge a branch',
    load: () => import('./hook.ts'),
  },
  log: { summary: 'past runs, or what a card printed last', load: () => import('./log.ts') },
  doctor: {
    summary: 'whether all is there that the tasks need, and what is missing',
    load: () => import('./doctor.ts'),
  },
  mcp: { summary: 'serve this repository to a coding agent (Model Context Protocol)', load: () => import('./mcp.ts') },
  init: { summary: 'start in a repository without cards', load: () => import('./init.ts') },
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
