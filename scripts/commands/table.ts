/** The verbs, each loaded only when it is asked for. */
import type { Option, Usage } from '../core/usage.ts'
import type { ColorChoice } from '../view/style.ts'
import type { Command } from './command.ts'

/** What commands are for, in the order in which the help tells them. */
export const purposes = {
  look: 'See where things stand',
  work: 'Work a goal',
  write: 'Write and mend the documents',
  start: 'Set up',
} as const

interface Entry {
  summary: string
  purpose: keyof typeof purposes
  /** Not in the help: another name for what is there, or asked by programs only. */
  hidden?: true
  /** `answer`: it only reads files, and what it says holds for as long as they look the same. `run`: that there is nothing to do. */
  kept?: 'answer' | 'run'
  load: () => Promise<{ command: Command }>
  /** How it is called, where loading all that works for it takes longer than a key press may. */
  usage?: () => Promise<Usage>
}

export const commands: Record<string, Entry> = {
  list: {
    summary: 'the goals, how far they are, and what is ready (the default)',
    purpose: 'look',
    kept: 'answer',
    load: () => import('./list.ts'),
  },
  show: {
    summary: 'a goal and everything it requires, as a tree',
    purpose: 'look',
    kept: 'answer',
    load: () => import('./show.ts'),
  },
  graph: {
    summary: 'a picture of goals and what they require: Mermaid, DOT, SVG or JSON',
    purpose: 'look',
    load: () => import('./graph.ts'),
  },
  view: { summary: 'a page of the graph in the browser, live', purpose: 'look', load: () => import('./view.ts') },
  where: {
    summary: 'where the branch and its goal stand, and what to do next',
    purpose: 'look',
    load: () => import('./where.ts'),
  },
  ready: { summary: 'the cards that can be worked on now', purpose: 'look', load: () => import('./ready.ts') },
  why: { summary: 'why a card is ready, or what it waits for', purpose: 'look', load: () => import('./why.ts') },
  brief: {
    summary: 'all that is needed to work one card, on one screen',
    purpose: 'look',
    load: () => import('./brief.ts'),
  },
  workers: {
    summary: 'which workers there are on an engine, and what they do',
    purpose: 'look',
    load: () => import('./workers.ts'),
  },
  log: { summary: 'past runs, or what a card printed last', purpose: 'look', load: () => import('./log.ts') },
  plan: { summary: 'what a run would do, without doing it', purpose: 'work', load: () => import('./plan.ts') },
  run: {
    summary: 'work a goal: run, prove and mark every card it requires',
    purpose: 'work',
    kept: 'run',
    load: () => import('./run.ts'),
    usage: async () => (await import('./run-usage.ts')).runUsage,
  },
  resume: {
    summary: 'go on with the goal of this branch, or of the last run',
    purpose: 'work',
    load: () => import('./resume.ts'),
    usage: async () => (await import('./run-usage.ts')).resumeUsage,
  },
  verify: {
    summary: 'ask again whether what is marked complete still holds',
    purpose: 'work',
    load: () => import('./verify.ts'),
  },
  worker: {
    summary: 'work cards that runs on other machines offer',
    purpose: 'work',
    load: () => import('./worker.ts'),
  },
  close: { summary: 'complete a card on your word', purpose: 'work', load: () => import('./close.ts') },
  reopen: {
    summary: 'make a complete card active again, and what requires it',
    purpose: 'work',
    load: () => import('./reopen.ts'),
  },
  lint: {
    summary: 'what is wrong in the documents, each with its place',
    purpose: 'write',
    kept: 'answer',
    load: () => import('./lint.ts'),
  },
  discover: {
    summary: 'write down a prerequisite found while working on a card',
    purpose: 'write',
    load: () => import('./discover.ts'),
  },
  finalize: {
    summary: 'end a complete chain: its cards become plain documentation',
    purpose: 'write',
    load: () => import('./finalize.ts'),
  },
  init: { summary: 'start in a repository without cards', purpose: 'start', load: () => import('./init.ts') },
  doctor: {
    summary: 'whether all is there that the tasks need, and what is missing',
    purpose: 'start',
    load: () => import('./doctor.ts'),
  },
  hook: {
    summary: 'the rules of branches mikado/<goal>: install the commit-msg hook, or judge a branch',
    purpose: 'start',
    load: () => import('./hook.ts'),
  },
  completion: {
    summary: 'the script that has a shell complete commands, options and cards',
    purpose: 'start',
    load: () => import('./completion.ts'),
  },
  mcp: {
    summary: 'serve this repository to a coding agent (Model Context Protocol)',
    purpose: 'start',
    load: () => import('./mcp.ts'),
  },
  help: { summary: 'explain a command', purpose: 'start', load: () => import('./help.ts') },
  complete: {
    summary: 'what may stand where a word is being typed, as the completion scripts ask',
    purpose: 'start',
    hidden: true,
    load: () => import('./complete.ts'),
  },
  'docs-mikado': {
    summary: 'as docs-mikado: list, show and where, with its arguments',
    purpose: 'look',
    hidden: true,
    load: () => import('./docs-mikado.ts'),
  },
}

/** The names that a person may have meant. */
export function names(): string[] {
  return Object.keys(commands).filter((name) => !commands[name]?.hidden)
}

export const everywhere: Record<string, Option> = {
  cd: { type: 'string', short: 'C', value: 'DIR', help: 'work in the repository of DIR' },
  json: { type: 'boolean', help: 'answer in JSON on stdout' },
  color: {
    type: 'string',
    value: 'WHEN',
    values: { auto: 'on a terminal', always: '', never: '' } satisfies Record<ColorChoice, string>,
    default: 'auto',
    help: 'colours',
  },
  quiet: { type: 'boolean', short: 'q', help: 'no progress, only results and trouble' },
  verbose: { type: 'boolean', short: 'v', help: 'more: evidence of each check' },
  'no-input': { type: 'boolean', help: 'never ask a person; what needs one is left waiting' },
  help: { type: 'boolean', short: 'h', help: 'explain the command' },
}

/** Options of a call that names no command. */
export const alone: Record<string, Option> = { version: { type: 'boolean', help: 'print the version' } }
