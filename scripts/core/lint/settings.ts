/** `mikado.lint` in package.json: which rules, for which documents. */
import type { DiagnosticCode } from '../diagnostic.ts'
import { didYouMean } from '../suggest.ts'
import { type Level, ruleOf, rules } from './rules.ts'

export interface LintSettings {
  /** Levels that differ from the rules' own. */
  rules: Partial<Record<DiagnosticCode, Level>>
  /** Folder of the how-tos, relative to the root; null: `how-to` in the documents folder, when it is there. */
  howTo: string | null
  /** Fields that frontmatter must have; null: those of the house (`core/keys.ts`), where there is a how-to folder. */
  required: readonly string[] | null
  /** Which documents the rules of style look at: cards and how-tos, or all. */
  documents: 'cards' | 'all'
  /** Folders and documents that the rules of style pass over, relative to the root. */
  ignore: readonly string[]
}

export function defaultLintSettings(): LintSettings {
  return { rules: {}, howTo: null, required: null, documents: 'cards', ignore: [] }
}

/** What a rule is worth here. */
export function levelOf(code: DiagnosticCode, settings: LintSettings): Level {
  return settings.rules[code] ?? ruleOf(code).level
}

/** Something wrong with the settings, and what to write instead. */
export interface Misfit {
  what: string
  help: string
}

const names = ['rules', 'howTo', 'required', 'documents', 'ignore']
const levels: readonly unknown[] = ['off', 'warning', 'error']

/** Reads the value of `mikado.lint`. */
export function readLintSettings(value: unknown): LintSettings | Misfit {
  if (!isObject(value)) return { what: '`mikado.lint` must be an object', help: `It may hold ${names.join(', ')}.` }
  const settings = defaultLintSettings()
  for (const [name, entry] of Object.entries(value)) {
    const misfit = readEntry(settings, name, entry)
    if (misfit) return misfit
  }
  return settings
}

function readEntry(settings: LintSettings, name: string, value: unknown): Misfit | null {
  const wrong = (must: string, help: string): Misfit => ({ what: `\`mikado.lint.${name}\` must be ${must}`, help })
  switch (name) {
    case 'rules':
      if (!isObject(value)) return wrong('an object', 'For instance {"broken-link": "error"}.')
      return readRules(settings, value)
    case 'howTo':
      if (!isFolderName(value)) return wrong('a folder of the repository', 'For instance "docs/how-to".')
      settings.howTo = tidy(value)
      return null
    case 'required':
      if (!isNames(value)) return wrong('a list of fields', 'For instance ["title", "modified", "tags"].')
      settings.required = value
      return null
    case 'documents':
      if (value !== 'cards' && value !== 'all') return wrong('"cards" or "all"', '"cards": cards and how-tos.')
      settings.documents = value
      return null
    case 'ignore':
      if (!isNames(value)) return wrong('a list of folders and files', 'For instance ["docs/changelog.d"].')
      settings.ignore = value.map(tidy)
      return null
    default:
      return {
        what: `\`mikado.lint.${name}\` is no setting`,
        help: didYouMean(name, names) ?? `There are ${names.join(', ')}.`,
      }
  }
}

function readRules(settings: LintSettings, value: Record<string, unknown>): Misfit | null {
  for (const [code, level] of Object.entries(value)) {
    const rule = rules.find((known) => known.code === code)
    const setting = `\`mikado.lint.rules.${code}\``
    if (!rule) {
      const codes = rules.filter(({ adjustable }) => adjustable).map((known) => known.code)
      return { what: `${setting} is no rule`, help: didYouMean(code, codes) ?? 'See `mikado lint --rules`.' }
    }
    if (!rule.adjustable) {
      return { what: `${setting} cannot be set`, help: 'It is an error always: a run refuses it too.' }
    }
    if (!levels.includes(level)) {
      return {
        what: `${setting} must be "off", "warning" or "error"`,
        help: `It is "${rule.level}" without a setting.`,
      }
    }
    settings.rules[rule.code] = level as Level
  }
  return null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')
}

/** A folder inside the repository: no way up, no root of its own. */
function isFolderName(value: unknown): value is string {
  return typeof value === 'string' && tidy(value) !== '' && !value.startsWith('/') && !value.split('/').includes('..')
}

function tidy(path: string): string {
  return path.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
}
