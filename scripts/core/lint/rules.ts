/** The table of all rules: their codes are an interface, published in docs/reference/lint.md. */
import type { DiagnosticCode } from '../diagnostic.ts'

export type Level = 'error' | 'warning' | 'off'

export interface Rule {
  code: DiagnosticCode
  /** What it is unless the settings say otherwise. */
  level: Level
  /** Whether the settings may say otherwise. What a run refuses too stays an error. */
  adjustable: boolean
  /** Whether `--fix` mends it, where there is only one answer. */
  fix: boolean
  /** What it means, in a line. */
  meaning: string
}

const fixed = (meaning: string, fix = false): Omit<Rule, 'code'> => ({
  level: 'error',
  adjustable: false,
  fix,
  meaning,
})
const style = (level: Level, meaning: string, fix = false): Omit<Rule, 'code'> => {
  return { level, adjustable: true, fix, meaning }
}

const table: Record<DiagnosticCode, Omit<Rule, 'code'>> = {
  'not-utf8': fixed('A file that cannot be read as UTF-8 text.'),
  'unreadable-folder': fixed('A folder that cannot be read.'),
  'frontmatter-unreadable': fixed('Frontmatter that is not YAML, or not closed.'),
  'frontmatter-language': fixed('Frontmatter in another language than YAML.'),
  'frontmatter-value': fixed('A value of the wrong kind, say `requires` that is no list of names.', true),
  'unknown-status': fixed('A status other than `active`.', true),
  'unknown-card': fixed('A required card that no document is called.', true),
  'doubled-card': fixed('Two documents of one name, whatever its case, where a card is meant.'),
  'doubled-check': fixed('Two lines of a checklist with the same words.'),
  cycle: fixed('Cards that require each other.'),
  'doubled-task': fixed('More than one task for a card.'),
  'missing-task': fixed('A task that is not where the card says, or may not be executed.'),
  'unreadable-task': fixed('A task that cannot be loaded.'),
  'unknown-check': fixed('A function of a task that proves no line of the checklist.'),
  'complete-too-early': style('warning', 'A complete card that requires an active one.'),
  'checklist-heading': style(
    'warning',
    'A heading that looks like the checklist’s, or like its end, and is not read so.',
  ),
  'unread-line': style('warning', 'A line of the checklist that is not read, because its box is not `- [ ]`.', true),
  'unproved-line': style('warning', 'A line of an active card’s checklist without a function in its task.'),
  'card-without-proof': style('warning', 'An active card with neither a checklist nor a task.'),
  'card-without-checklist': style('warning', 'An active card with a task, but no checklist to prove it.'),
  'card-without-task': style('off', 'An active card without a task that does not say `run: manual`.'),
  'task-without-card': style('warning', 'A task that no card is called.'),
  'unreached-card': style('warning', 'An active card that no goal reaches.'),
  'missing-title': style('warning', 'No `title` in the frontmatter.'),
  'missing-modified': style('warning', 'No `modified` in the frontmatter.'),
  'missing-tags': style('warning', 'No `tags` in the frontmatter.'),
  'missing-field': style('warning', 'No other field in the frontmatter that `required` names.'),
  'misplaced-field': style('warning', '`status` or `requires` outside the how-to folder.'),
  'doubled-stem': style('warning', 'Two documents of one name, so that a wiki link could mean either.'),
  'broken-link': style('warning', 'A wiki link or a relative link to what is not there.', true),
  'broken-anchor': style('warning', 'A link to a heading that is not there.', true),
  'ambiguous-link': style('warning', 'A wiki link that could mean more than one document.'),
  'untidy-link': style('warning', 'A wiki link by path, with `.md`, in another case or with stray spaces.', true),
  'unlinked-document': style('off', 'A document that no other document links to.'),
  'missing-from-index': style('off', 'A document that the index of its folder does not link to.'),
}

/** Every rule, in the order in which they are published. */
export const rules: readonly Rule[] = Object.entries(table).map(([code, rule]) => {
  return { code: code as DiagnosticCode, ...rule }
})

/** The rule of that code. */
export function ruleOf(code: DiagnosticCode): Rule {
  return { code, ...table[code] }
}
