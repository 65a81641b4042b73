/**
 * Results as JUnit XML, in the form that Jenkins publishes and others read: a suite for each card, a case for its work and one for
 * each line of its checklist. Of one case GitLab shows class and name, Jenkins message and text.
 */
import type { Account, Ended } from '../core/account.ts'
import { clip } from '../core/bounded.ts'
import type { Card } from '../core/card.ts'
import { escapeAttribute, escapeText } from './markup.ts'

export type Result = { kind: 'passed' } | { kind: 'failure' | 'error' | 'skipped'; message: string; text?: string }

export interface Case {
  name: string
  /** Milliseconds; null: nobody took the time. */
  tookMs: number | null
  result: Result
}

export interface Suite {
  /** The card. */
  name: string
  cases: Case[]
  /** What is worth reading beside the results. */
  out: string
}

/** Characters of a message, and of what a card printed. */
const longest = { message: 600, text: 64 * 1024 }

/** `name`: what was run. `tookMs`: all of it; null: it has not ended. */
export function junitText(name: string, suites: readonly Suite[], tookMs: number | null): string {
  const all = suites.flatMap(({ cases }) => cases)
  const { tests, failures, errors } = countsOf(all)
  const head = attributes({ name, tests, failures, errors, time: secondsOf(tookMs) })
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${suites.map(suiteText).join('')}</testsuites>\n`
}

function suiteText({ name, cases, out }: Suite): string {
  const took = cases.reduce((sum, { tookMs }) => sum + (tookMs ?? 0), 0)
  const head = attributes({ name, ...countsOf(cases), time: secondsOf(took) })
  const printed = out === '' ? '' : `    <system-out>${escapeText(clip(out, longest.text))}</system-out>\n`
  return `  <testsuite${head}>\n${cases.map((each) => caseText(name, each)).join('')}${printed}  </testsuite>\n`
}

function caseText(classname: string, { name, tookMs, result }: Case): string {
  const head = `    <testcase${attributes({ classname, name, time: secondsOf(tookMs) })}`
  if (result.kind === 'passed') return `${head}/>\n`
  const { kind, message, text = '' } = result
  const told = attributes({ message: clip(message, longest.message) })
  const body = text === '' ? '/>' : `>${escapeText(clip(text, longest.text))}</${kind}>`
  return `${head}>\n      <${kind}${told}${body}\n    </testcase>\n`
}

function countsOf(cases: readonly Case[]) {
  const of = (kind: Result['kind']) => cases.filter(({ result }) => result.kind === kind).length
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') }
}

function attributes(values: Record<string, string | number | null>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === null ? [] : [` ${name}="${escapeAttribute(String(value))}"`]))
    .join('')
}

function secondsOf(milliseconds: number | null): string | null {
  return milliseconds === null ? null : (milliseconds / 1000).toFixed(3)
}

/** The case that stands for the work of a card: a name that no line of a checklist has. */
const work = '(work)'

/** What stands in the file until the run has ended, and after it was killed. */
export function unfinished(what: string): Suite[] {
  const result: Result = { kind: 'error', message: `${what} has not ended: it goes on, was refused, or was cut off` }
  return [{ name: what, cases: [{ name: '(run)', tookMs: null, result }], out: '' }]
}

/** The suites of a run, for its cards in run order. `data`: where logs are. */
export function suitesOf(cards: readonly Card[], account: Account, data: string): Suite[] {
  return cards.flatMap((card) => {
    const ended = account.ended.get(card.id)
    if (!ended) return []
    const tookMs = 'durationMs' in ended ? ended.durationMs : null
    const lines = card.checklist.map(({ key }) => ({ name: key, tookMs: null, result: lineOf(key, ended, account) }))
    const log = account.log(card.id)
    const out =
      ended.event === 'card-completed' || log === null ? [] : [`log: ${data}/${log}`, ...account.tail(card.id)]
    const cases = [{ name: work, tookMs, result: workOf(card, ended, account) }, ...lines]
    return [{ name: card.id, cases, out: out.join('\n') }]
  })
}

function workOf({ id, path }: Card, ended: Ended, account: Account): Result {
  switch (ended.event) {
    case 'card-completed':
      return { kind: 'passed' }
    case 'card-failed': {
      // The work is done: what does not hold is told at its own line.
      if (ended.reason === 'checks') return { kind: 'passed' }
      return { kind: 'failure', message: ended.message, text: [path, ended.message, ...account.tail(id)].join('\n') }
    }
    case 'card-waiting':
      return { kind: 'skipped', message: `waits for a person: ${[ended.instructions, ...ended.lines].join('; ')}` }
    case 'card-skipped':
      return { kind: 'skipped', message: `not started, because of ${ended.because}` }
    case 'card-stopped':
      return { kind: 'skipped', message: 'stopped, left active' }
  }
}

function lineOf(key: string, ended: Ended, account: Account): Result {
  const answer = account.answers(ended.card).get(key)
  const after = answer?.phase !== 'before'
  if (answer?.held && (after || ended.event === 'card-completed')) return { kind: 'passed' }
  if (answer?.held === false && after)
    return { kind: 'failure', message: answer.message, text: `${key}\n${answer.message}` }
  if (ended.event === 'card-completed' && ended.how === 'confirmed') return { kind: 'passed' }
  if (answer?.held === null) return { kind: 'skipped', message: answer.message }
  return { kind: 'skipped', message: ended.event === 'card-waiting' ? 'waits for a person' : 'not asked' }
}
