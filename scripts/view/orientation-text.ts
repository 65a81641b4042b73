/** Where a branch and its goal stand, as text: what was done last, what is ready, what comes next. */
import { goalOf, type Position, type Verb } from '../core/branch.ts'
import type { CardGraph } from '../core/graph.ts'
import type { Asked, BranchLook } from '../core/orientation.ts'
import { cut, widthOf, wrap } from './fit.ts'
import { type GoalRow, listText, progressText } from './graph-text.ts'
import { type Colour, columns, count, marks, oneLine, type Paint } from './style.ts'

/** The card that the branch is for, or that was asked for. */
export interface AboutCard {
  card: GoalRow & { status: 'active' | 'complete' }
  /** The branches where it is worked; usually one. */
  homes: readonly string[]
  /** Whether one of them is checked out. */
  here: boolean
  /** Null: no forge was asked. */
  asked: Asked | null
  /** What to do, the most urgent first. */
  next: readonly string[]
}

/** How many commits, entries of the stash and ready cards are shown. */
export const lastCommits = 10
const lastStashes = 5
const readyShown = 12

const positions: Record<Position, string> = {
  empty: 'no commits since main yet',
  unconventional: 'no commit says `C2(<goal>): <verb> …`, so where it stands is not known',
  planning: 'planning: cards may still be added',
  'mid-cycle': 'in the middle of a cycle: work is committed, its card is not closed yet',
  'between-cycles': 'between cycles: ready for the next card',
  finalized: 'finalized: the chain is finished and waits to be merged',
  'invariant-violation': 'out of order: the plan was changed after work had begun',
}

export interface Orientation {
  look: BranchLook
  /** Null when the branch is for no one card; then the goals are listed. */
  about: AboutCard | null
  goals: readonly GoalRow[]
  graph: CardGraph
}

/** All of it, in `room` columns. */
export function orientationText({ look, about, goals, graph }: Orientation, room: number, paint: Paint): string {
  const stash = stashText(look.stashes, room, paint)
  const ours = about?.here ?? goalOf(look.branch) !== null
  const commits = ours ? commitsText(look, room, paint) : []
  const position = ours ? positionText(look, room, paint) : []
  const parts =
    about === null
      ? [
          [`${paint.bold(placeText(look))}: no one goal is worked here.`, ...position],
          [listText(goals, graph, look.branch, room, paint).trimEnd()],
          commits,
          stash,
          goals.length === 0 ? [] : ['To go on with one: `mikado where GOAL`.'],
        ]
      : [
          [...headText(look, about, room, paint), ...position, ...pullRequestText(about.asked, room, paint)],
          commits,
          stash,
          readyText(about.card.ready, graph, paint, room),
          ['Next:', ...about.next.flatMap((step) => bulleted(step, room))],
        ]
  const told = parts.filter((lines) => lines.length > 0).map((lines) => `${lines.join('\n')}\n`)
  return told.join('\n')
}

function placeText({ git, branch }: BranchLook): string {
  if (!git) return 'Outside git'
  return branch === null ? 'On no branch' : `On ${oneLine(branch)}`
}

/** The card, how far it is, and whether its branch is checked out. */
function headText(look: BranchLook, about: AboutCard, room: number, paint: Paint): string[] {
  const { card, homes, here } = about
  const { title, id, path } = card
  const done = card.status === 'complete' && card.active + card.faulty === 0
  const worked = `worked on ${homes.map(oneLine).join(' or ')}`
  const branch = here
    ? `on ${oneLine(look.branch ?? '')}`
    : look.git
      ? `${worked}; you are ${lower(placeText(look))}`
      : lower(placeText(look))
  return [
    `${paint.bold(cut(oneLine(title), Math.max(16, room - widthOf(oneLine(id)) - 2)))}  ${paint.dim(oneLine(id))}`,
    paint.dim(`  ${oneLine(path)}`),
    ...(done ? ['complete'] : progressText(card, room - 2, paint)).map((line) => `  ${line}`),
    ...wrap(branch, room - 2).map((line) => `  ${here || !look.git ? line : paint.yellow(line)}`),
  ]
}

function pullRequestText(asked: Asked | null, room: number, paint: Paint): string[] {
  if (asked === null) return []
  const { pullRequest, trouble } = asked
  if (trouble !== null) return [paint.dim(`  pull request: not known, ${trouble}`)]
  if (pullRequest === null) return [paint.dim('  no open pull request')]
  const { number, title, url } = pullRequest
  const named = `pull request #${number}, ${oneLine(title)}`
  return [`  ${cut(named, Math.max(20, room - 2))}`, ...(url === '' ? [] : [`  ${paint.cyan(oneLine(url))}`])]
}

/** Where the branch stands between plan and end. */
function positionText({ position, violations, git }: BranchLook, room: number, paint: Paint): string[] {
  if (!git) return []
  if (position === null) return ['  what is new on it is not known: there is no branch main or master']
  const trouble = violations === 0 ? [] : [`${count(violations, 'thing')} against the rules of the branch`]
  const told = wrap(positions[position], room - 2)
  return [...told.map((line) => `  ${line}`), ...trouble.map((line) => `  ${paint.red(line)}`)]
}

function commitsText({ commits }: BranchLook, room: number, paint: Paint): string[] {
  if (commits === null || commits.length === 0) return []
  const shown = commits.slice(-lastCommits)
  const head =
    shown.length === commits.length
      ? `${count(commits.length, 'commit')} since main:`
      : `The last ${shown.length} of ${commits.length} commits since main:`
  const colours: Record<Verb, Colour> = {
    plan: paint.cyan,
    impl: paint.yellow,
    close: paint.green,
    finalize: paint.magenta,
  }
  const rows = shown.map(({ sha, subject, verb, description }) => {
    const told = cut(oneLine(description ?? subject), Math.max(20, room - 22))
    const word = verb === null ? paint.dim('–') : colours[verb](verb)
    return [paint.dim((sha ?? '').slice(0, 8)), word, verb === null ? paint.dim(told) : told]
  })
  return [head, columns(rows, '  ')]
}

function stashText(stashes: readonly string[], room: number, paint: Paint): string[] {
  if (stashes.length === 0) return []
  const more = stashes.length - lastStashes
  return [
    paint.yellow(`${stashes.length} ${stashes.length === 1 ? 'entry' : 'entries'} in the stash:`),
    ...stashes.slice(0, lastStashes).map((entry) => paint.dim(`  ${cut(oneLine(entry), Math.max(20, room - 2))}`)),
    ...(more > 0 ? [paint.dim(`  and ${more} more: \`git stash list\``)] : []),
  ]
}

function readyText(ready: readonly string[], graph: CardGraph, paint: Paint, room: number): string[] {
  if (ready.length === 0) return []
  const rows = ready.slice(0, readyShown).map((id) => {
    const left = Math.max(12, room - widthOf(oneLine(id)) - 6)
    return `  ${paint.cyan(marks.ready)} ${oneLine(id)}  ${cut(oneLine(graph.card(id).title), left)}`
  })
  const more = ready.length > readyShown ? [paint.dim(`  and ${ready.length - readyShown} more: \`mikado ready\``)] : []
  return ['Ready:', ...rows, ...more]
}

function bulleted(text: string, room: number): string[] {
  return wrap(oneLine(text), Math.max(20, room - 4)).map((line, at) => `${at === 0 ? '  · ' : '    '}${line}`)
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
