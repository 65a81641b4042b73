/** Tools that work: what a run would do, the run of exactly that, and the checks asked again. */
import { join } from 'node:path'
import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { parseCard } from '../core/card.ts'
import type { Stamped } from '../core/event.ts'
import { exit } from '../core/exit.ts'
import { typed } from '../core/plain.ts'
import { readText } from '../io/documents.ts'
import { parsed, type Trouble, troubleOf } from '../io/itself.ts'
import { findRepository } from '../io/repository.ts'
import { TaskFolder } from '../io/tasks.ts'
import { refuse, spread } from './answers.ts'
import type { Desk } from './desk.ts'
import { askPerson } from './person.ts'
import { digest, type PlannedCard, Plans, type Shown } from './plans.ts'
import { onlyReads } from './reading.ts'
import { RunReport } from './run-report.ts'

/** A row of `plan --json`. */
interface PlanRow {
  id: string
  path: string
  action: string
  task: string | null
}

/** A row of `verify --json`. */
interface VerifyRow {
  id: string
  verdict: string
  message: string | null
  checks: { check: string; held: boolean; message: string | null }[]
}

const goal = z.string().describe('id of a card: it is worked with everything it requires')
const planId = z.string({ error: 'the id of a plan is needed: ask `plan` first' }).describe('the id that `plan` gave')

export function addWorking(server: McpServer, desk: Desk): void {
  const plans = new Plans()
  server.registerTool(
    'plan',
    {
      description:
        'What a run of a goal would do with each card, in run order, and the id that `run` needs. Asks no check, runs no task.',
      inputSchema: z.strictObject({ goal }),
      annotations: onlyReads,
    },
    async (given, ctx) => {
      const ahead = await lookAhead(desk, given.goal, ctx)
      if ('code' in ahead) return refuse(ahead)
      const confirms = new Map(ahead.shown.cards.map(({ id, confirm }) => [id, confirm]))
      const cards = ahead.rows.map((row) => ({ ...row, confirm: confirms.get(row.id) ?? null }))
      return desk.answers.of(spread({ plan: plans.show(ahead.shown), goal: ahead.shown.goal, cards }))
    },
  )
  server.registerTool(
    'run',
    {
      description:
        'Works a goal exactly as a plan said: asks checks, runs tasks, asks again, marks the documents of cards that hold. Changes the world. Refused when the plan is no longer what would be done. Cancelling stops it as Ctrl-C would; nothing is marked undone.',
      inputSchema: z.strictObject({ goal, plan: planId }),
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    },
    async (given, ctx) => {
      const ahead = await lookAhead(desk, given.goal, ctx)
      if ('code' in ahead) return refuse(ahead)
      const why = plans.differs(given.plan, ahead.shown)
      if (why !== null) {
        const hint = 'Ask `plan` again, look at what it says now, and run with its id.'
        return refuse({ code: exit.difference, message: `nothing was started: ${why}`, hint })
      }
      const words = ahead.shown.cards.flatMap(({ id, confirm }) => (confirm === null ? [] : [`${id}: ${confirm}`]))
      const yes = words.length > 0
      if (yes) {
        const text = `Before anything starts, a person must agree:\n${words.join('\n')}`
        const elsewhere = desk.callOf(`run ${typed(ahead.shown.goal)}`)
        const word = askPerson(server, ctx, { text, about: given.plan, elsewhere })
        if (word.by === null) return word.answer
      }
      return await run(desk, ahead.shown.goal, yes, ctx)
    },
  )
  server.registerTool(
    'verify',
    {
      description:
        'Asks the checks of complete cards again: of a goal and all it requires, or of all. Changes no document. Checks look at real systems, so it may take long.',
      inputSchema: z.strictObject({ goal: goal.optional() }),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    async (given, ctx) => {
      const progress = desk.progress(ctx, 'asking the checks')
      try {
        const words = { command: 'verify', operands: [given.goal], options: given.goal === undefined ? ['--all'] : [] }
        return await desk.answer(words, ctx, verdicts)
      } finally {
        progress.end()
      }
    },
  )
}

/** What a run of the goal would do now, with all that decides it. */
async function lookAhead(
  desk: Desk,
  goal: string,
  ctx: ServerContext,
): Promise<{ shown: Shown; rows: PlanRow[] } | Trouble> {
  const told = await desk.ask({ command: 'plan', operands: [goal] }, ctx)
  if (!told.ok) return told.trouble
  const { goal: id, cards: rows } = told.data as { goal: string; cards: PlanRow[] }
  const repository = findRepository(desk.root)
  const tasks = new TaskFolder(repository)
  const cards = rows.map(({ id, path, action, task }): PlannedCard => {
    if (action === 'none') return { id, action, task, document: null, script: null, confirm: null }
    const text = readText(join(repository.root, path)) ?? ''
    const { card } = parseCard(path, text)
    const file = tasks.of(card)
    const script = file !== null && 'digest' in file ? file.digest : null
    return { id, action, task, document: digest(text), script, confirm: card.confirm }
  })
  return { shown: { goal: id, target: desk.target, cards }, rows }
}

async function run(desk: Desk, goal: string, yes: boolean, ctx: ServerContext) {
  const progress = desk.progress(ctx, 'looking whether all is there')
  const report = new RunReport()
  const tell = (line: string) => {
    const event = parsed<Stamped>(line)
    const news = event && report.add(event)
    if (news !== null) progress.tell(news)
  }
  const options = yes ? ['--yes'] : []
  const ended = await desk.call({ command: 'run', options, operands: [goal], tell }, ctx)
  progress.end()
  const found = report.report()
  return found === null ? refuse(troubleOf(ended)) : desk.answers.of(spread({ goal, ...found }))
}

/** What no longer holds first, with its reasons; of the rest only names. */
function verdicts(data: Record<string, unknown>): object {
  const rows = data.cards as VerifyRow[]
  const named = (verdict: string) => rows.filter((row) => row.verdict === verdict).map(({ id }) => id)
  const wrong = rows.filter(({ verdict }) => verdict === 'drifted' || verdict === 'unknown')
  return {
    goal: data.goal,
    wrong: wrong.map(({ id, verdict, message, checks }) => {
      const failed = checks
        .filter(({ held }) => !held)
        .map(({ check, message: because }) => ({ check, message: because }))
      return { id, verdict, message, failed }
    }),
    holds: named('holds'),
    unprovable: named('unprovable'),
    next:
      wrong.length === 0 ? null : 'A person decides what to reopen: `reopen` on the command line, then run the goal.',
  }
}
