import { join } from 'node:path'
import type { Diagnostic } from '../core/diagnostic.ts'
import { exit, Refusal } from '../core/exit.ts'
import type { Work } from '../core/lint/card-rules.ts'
import type { Desk } from '../core/lint/desk.ts'
import { Library } from '../core/lint/library.ts'
import { findingsOf, graded, mendDocument, mendsOf, type Tasks } from '../core/lint/lint.ts'
import { Page } from '../core/lint/page.ts'
import { rules } from '../core/lint/rules.ts'
import { Scope } from '../core/lint/scope.ts'
import { defaultLintSettings, type LintSettings, levelOf, readLintSettings } from '../core/lint/settings.ts'
import { readText } from '../io/documents.ts'
import { filesOf } from '../io/files.ts'
import { callAgain } from '../io/invocation.ts'
import { markEdited } from '../io/marks.ts'
import type { Repository } from '../io/repository.ts'
import { type TaskFile, TaskFolder } from '../io/tasks.ts'
import { diagnosticsText, lintSummary } from '../view/diagnostics-text.ts'
import { changedLinesText, type Fixed, fixedSummary, fixedText, rulesText } from '../view/lint-text.ts'
import { annotate } from './annotate.ts'
import type { Command, Session } from './command.ts'
import { withLock } from './locked.ts'
import { inspectCards, tasksOf } from './preflight.ts'

export const command: Command = {
  operands: {},
  takes: [0, 0],
  about:
    'Reports everything that makes the graph untrue: unreadable frontmatter, unknown status words, missing or doubled cards, cycles, tasks that cannot be loaded, checks that are no line of their checklist. Warns of cards and how-tos without the frontmatter or the proof they should have, and of links that lead nowhere. Each with file:line:column. Task modules are imported in a process of their own to see their checks.',
  examples: {
    'mikado lint': 'all that is wrong, each with its place',
    'mikado lint --fix --dry-run': 'what --fix would change, line by line',
    'mikado lint --strict': 'for CI: warnings count too',
    'mikado lint --rules': 'every rule, and what it is worth here',
    'mikado lint --schema': 'a JSON Schema of the frontmatter, for editors',
  },
  options: {
    fix: { type: 'boolean', help: 'mend what has one safe answer, and tell what was mended' },
    'dry-run': { type: 'boolean', short: 'n', help: 'with --fix: show what would change, and write nothing' },
    strict: { type: 'boolean', help: 'warnings count too: exit 65 on any' },
    schema: { type: 'boolean', help: 'print the frontmatter of a card as JSON Schema' },
    rules: { type: 'boolean', help: 'list every rule: what it is worth here, and whether --fix mends it' },
  },
  exits: {
    documents: 'an error was found; with --strict, anything at all',
    unrecorded: 'with --fix: a document could not be written',
    locked: 'with --fix: another run works here',
  },
  see: ['doctor', 'docs/reference/lint.md', 'docs/reference/write-a-card.md'],
  run: async (session) => {
    if (session.flag('rules')) return printRules(session)
    if (session.flag('schema')) return await printSchema(session)
    if (!session.flag('fix')) {
      if (session.flag('dry-run'))
        throw new Refusal(exit.usage, '--dry-run goes with --fix', 'Without it lint only reads.')
      return await report(session)
    }
    if (session.flag('dry-run')) return await rehearse(session)
    return await withLock(session, 'lint --fix', () => fix(session))
  },
}

/** Every rule, with what the settings make of it. */
function printRules(session: Session): number {
  const lint = settingsOf(session.repository)
  const here = rules.map((rule) => ({ ...rule, level: levelOf(rule.code, lint) }))
  if (session.json) {
    const told = here.map(({ level, ...rule }) => ({ ...rule, severity: level }))
    session.printJson('lint-rules', { rules: told })
  } else session.print(rulesText(here))
  return exit.ok
}

/** The same wherever it is asked, so that no repository is looked for. */
async function printSchema(session: Session): Promise<number> {
  const { cardSchema } = await import('../core/schema.ts')
  session.said = null
  if (session.json) session.printJson('lint-schema', { schema: cardSchema() })
  else session.print(`${JSON.stringify(cardSchema(), null, 2)}\n`)
  return exit.ok
}

async function report(session: Session): Promise<number> {
  const { diagnostics, mends } = await survey(session)
  if (session.json) session.printJson('lint', { diagnostics })
  else {
    session.print(listed(session, diagnostics))
    if (mends > 0) session.print(`\`${callAgain(session.system, 'lint --fix')}\` mends ${mends}.\n`)
  }
  annotate(session, diagnostics)
  return codeOf(session, diagnostics)
}

/** Mends what can be mended, then reports what is left. */
async function fix(session: Session): Promise<number> {
  const { fixed, refused } = mend(session, deskOf(session))
  session.reread()
  const { diagnostics } = await survey(session)
  if (session.json) session.printJson('lint', { diagnostics, fixed, written: true })
  else session.print(fixedText(fixed, session.paint) + listed(session, diagnostics) + fixedSummary(fixed, true))
  annotate(session, diagnostics)
  if (refused.length > 0)
    throw new Refusal(exit.unrecorded, refused.join('\n'), 'What was fixed elsewhere stays fixed.')
  return codeOf(session, diagnostics)
}

/** Shows what `--fix` would change. */
async function rehearse(session: Session): Promise<number> {
  const { desk, diagnostics } = await survey(session)
  const fixed: Fixed[] = []
  const diffs: string[] = []
  for (const page of desk.library.pages.values()) {
    if (mendsOf(page, desk).length === 0) continue
    const { text, made } = mendDocument(page.path, page.text, desk)
    fixed.push(...told(page, made))
    diffs.push(changedLinesText(page.path, page.text, text, session.paint))
  }
  if (session.json) session.printJson('lint', { diagnostics, fixed, written: false })
  else session.print(`${diffs.join('')}${fixedSummary(fixed, false)}`)
  return codeOf(session, diagnostics)
}

/** Each document is read again before it is mended: what no longer needs it is left, and what was edited is mended as it is. */
function mend(session: Session, desk: Desk): { fixed: Fixed[]; refused: string[] } {
  const fixed: Fixed[] = []
  const refused: string[] = []
  for (const { path } of [...desk.library.pages.values()].filter((page) => mendsOf(page, desk).length > 0)) {
    let made: Fixed[] = []
    const written = markEdited(session.repository, path, (text) => {
      const mended = mendDocument(path, text, desk)
      made = told(mended.page, mended.made)
      return { ok: true, text: mended.text }
    })
    if (written.ok) fixed.push(...made)
    else refused.push(written.reason)
  }
  return { fixed, refused }
}

function told(page: Page, made: ReturnType<typeof mendsOf>): Fixed[] {
  return made.map(({ code, start, end, text }) => {
    return { code, message: `\`${page.text.slice(start, end)}\` → \`${text}\``, ...page.place(start) }
  })
}

/** All that is wrong: what the graph says, what the tasks say, what the rules say. */
async function survey(session: Session): Promise<{ desk: Desk; diagnostics: Diagnostic[]; mends: number }> {
  const desk = deskOf(session)
  const { graph } = desk
  const ids = [...graph.cards.keys()]
  const { tasks, faults } = tasksOf(session, ids)
  const inspected = await inspectCards(session, ids, tasks)
  if (!isPlain(tasks, inspected.proves)) session.said = null
  const { findings, mends } = findingsOf(desk, worksOf(session, tasks, inspected.proves, desk))
  const found = findings.map(({ diagnostic }) => diagnostic)
  const all = [...graph.diagnostics, ...faults, ...inspected.faults, ...found]
  return { desk, diagnostics: graded(all, desk), mends }
}

/** So many documents are held in memory; others are read once more when it is known what they may lead to. */
const few = 10_000

/** @throws Refusal when `mikado.lint` is wrong. */
function settingsOf({ root, settings: { lint } }: Repository): LintSettings {
  const settings = lint === undefined ? defaultLintSettings() : readLintSettings(lint)
  if (!('what' in settings)) return settings
  throw new Refusal(exit.documents, `${root}/package.json: ${settings.what}`, settings.help)
}

function deskOf(session: Session): Desk {
  const { repository } = session
  const settings = settingsOf(repository)
  const { docs } = repository.settings
  const files = filesOf(repository)
  let held = 0
  const again = (path: string) => readText(join(repository.root, path))
  const pages = session.readDocuments((...read) => {
    const page = new Page(...read, again)
    if (++held > few) page.forget()
    return page
  })
  const { graph } = session
  if (settings.howTo !== null && files.kind(settings.howTo) !== 'folder') {
    const what = `\`mikado.lint.howTo\` names ${settings.howTo}, which is no folder`
    throw new Refusal(exit.documents, what, 'Make it, or mend `mikado.lint` in package.json.')
  }
  const scope = new Scope(settings, graph, docs, (path) => files.kind(path) === 'folder')
  return { graph, settings, scope, library: new Library(pages, files, docs) }
}

/** Whether what the tasks said when they were imported can be told from their files: nothing else was asked, and the names stand there. */
function isPlain(tasks: ReadonlyMap<string, TaskFile>, proves: ReadonlyMap<string, readonly string[]>): boolean {
  return [...tasks].every(([id, task]) => task.kind !== 'module' || (task.selfContained && names(task, proves.get(id))))
}

function names({ file }: TaskFile, checks: readonly string[] | undefined): boolean {
  const text = readText(file) ?? ''
  return checks?.every((key) => text.includes(key)) ?? false
}

function worksOf(
  { graph, repository }: Session,
  tasks: ReadonlyMap<string, TaskFile>,
  proves: ReadonlyMap<string, readonly string[]>,
  desk: Desk,
): Tasks {
  const works = new Map<string, Work>()
  for (const [id, { path }] of tasks) {
    const checks = proves.get(id) ?? null
    const lines = graph.card(id).checklist.map(({ key }) => key)
    works.set(id, { path, checks: checks?.every((key) => lines.includes(key)) ? checks : null })
  }
  const used = new Set([...tasks.values()].map(({ path }) => path))
  const isDocument = (stem: string) => desk.library.named(stem).length > 0
  return { works, strays: new TaskFolder(repository).strays(used, isDocument) }
}

function listed(session: Session, diagnostics: readonly Diagnostic[]): string {
  return diagnosticsText(diagnostics, session.paint) + lintSummary(diagnostics, session.graph.cards.size)
}

function codeOf(session: Session, diagnostics: readonly Diagnostic[]): number {
  const counts = (found: Diagnostic) => found.severity === 'error' || session.flag('strict')
  return diagnostics.some(counts) ? exit.documents : exit.ok
}
