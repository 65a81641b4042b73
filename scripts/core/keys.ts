/**
 * The keys of a card's frontmatter: what each means and what it may hold, said once. The reader of cards and `lint` judge by this
 * table, and the JSON Schema for editors is made of it.
 */
import type { DiagnosticCode } from './diagnostic.ts'
import { durationPattern, parseDuration } from './duration.ts'
import type { Field } from './fields.ts'
import { isLabel, labelPattern } from './label.ts'
import { isName, namePattern } from './plain.ts'

/** What is wrong with the value of a key. */
export interface KeyFault {
  code: DiagnosticCode
  offset: number
  message: string
  help: string | null
}

/** What a value may be: as JSON Schema, and as what is said of another one. test/core/schema.property.test.ts holds them to be the same. */
interface Shape {
  schema: Readonly<Record<string, unknown>>
  faults: (name: string, field: Field) => KeyFault[]
}

export interface Key extends Shape {
  /** What it means, in a sentence or two. */
  about: string
  /** Values as people write them. */
  examples: readonly unknown[]
  /** Says that it is missing, where the house wants it. */
  missing?: DiagnosticCode
  /** Of the house: the runner does not read it. */
  unread?: true
}

const anything: Shape = { schema: {}, faults: () => [] }
const text = scalar({ type: 'string', minLength: 1 }, isText, 'text')
const path: Shape = {
  schema: { type: 'string', pattern: namePattern },
  faults: (name, field) => {
    const [fault] = text.faults(name, field)
    if (fault) return [fault]
    return isName(String(field.value)) ? [] : [wrong(name, field.offset, 'must be a path without control characters')]
  },
}
const active: Shape = {
  schema: { const: 'active' },
  faults: (_, { value, offset }) => {
    if (value === 'active') return []
    const message = `unknown status ${JSON.stringify(value) ?? 'nothing'}`
    const help = 'An active card says `status: active`; a complete one has no status line.'
    return [{ code: 'unknown-status', offset, message, help }]
  },
}
const duration = scalar(
  {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'string', pattern: durationPattern },
    ],
  },
  (value) => parseDuration(value) !== null,
  'a duration',
  'For instance `90s`, `5m` or `1h`.',
)
const [least, most] = [0, 100]
const count = scalar(
  { type: 'integer', minimum: least, maximum: most },
  (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  `a whole number, ${least} to ${most}`,
)
const label: Shape = {
  schema: { type: 'string', pattern: labelPattern },
  faults: (name, { value, offset }) => {
    if (typeof value === 'string' && isLabel(value)) return []
    return [
      wrong(
        name,
        offset,
        'must be a label',
        'Letters, digits, `.`, `_` and `-`, as the worker was given with --label.',
      ),
    ]
  },
}
const names: Shape = {
  schema: { type: ['array', 'null'], items: { type: 'string', pattern: namePattern } },
  faults: (name, { value, offset, items }) => {
    if (items === null && value === null) return []
    if (items === null) return [wrong(name, offset, 'must be a list', 'Write each on a line of its own: `- name`.')]
    return items
      .filter((item) => !isText(item.value) || !isName(item.value))
      .map((item) => {
        const help = isText(item.value)
          ? 'It has control characters in it, which nobody sees.'
          : 'Put quotes around a name that YAML reads otherwise.'
        return wrong(name, item.offset, 'must hold names only', help)
      })
  },
}

export const keys = {
  title: {
    ...anything,
    about: 'What the card is called when it is shown; without it, its first heading.',
    examples: ['Rotate the signing key'],
    missing: 'missing-title',
  },
  status: {
    ...active,
    about: 'There while the card is not done. A card without a status is complete; there is no other word.',
    examples: ['active'],
  },
  requires: {
    ...names,
    about: 'Ids of the cards that must be complete before this one: file names without `.md`.',
    examples: [['export-old-key']],
  },
  branch: {
    ...text,
    about: 'The branch on which a goal is worked.',
    examples: ['mikado/rotate-the-signing-key'],
  },
  run: {
    ...path,
    about:
      'Path of the task, relative to the repository, or `manual`: a person does the work. Without it, the task is found by its name.',
    examples: ['tasks/rotate.sh', 'manual'],
  },
  timeout: {
    ...duration,
    about: 'Limit for the whole card; a bare number counts seconds.',
    examples: ['90s', '5m', '1h'],
  },
  retries: {
    ...count,
    about: 'How often failed work is tried again, after 1, 2, 4 … seconds, a minute at most.',
    examples: [2],
  },
  confirm: {
    ...text,
    about: 'A question asked of a person before anything of a run starts.',
    examples: ['May the old key be revoked?'],
  },
  needs: {
    ...names,
    about: 'Tools that must be on `PATH`.',
    examples: [['gpg']],
  },
  on: {
    ...label,
    about: 'Label of the machines that may work the card, when a run has more than one. Without it, any may.',
    examples: ['indri'],
  },
  modified: {
    ...anything,
    about: 'When the document was last changed by a person.',
    examples: ['2026-11-23'],
    missing: 'missing-modified',
    unread: true,
  },
  tags: {
    ...anything,
    about: 'What kind of document it is.',
    examples: [['how-to']],
    missing: 'missing-tags',
    unread: true,
  },
} as const satisfies Record<string, Key>

export type KeyName = keyof typeof keys

const entries = Object.entries<Key>(keys)
const read = new Set(entries.flatMap(([name, { unread }]) => (unread ? [] : [name])))

/** Whether the runner reads it; every other key belongs to the document's owner. */
export function isRead(name: string): name is KeyName {
  return read.has(name)
}

/** Which keys the house wants, and what is said when one is missing. */
export const houseKeys: ReadonlyMap<string, DiagnosticCode> = new Map(
  entries.flatMap(([name, { missing }]) => (missing ? [[name, missing] as const] : [])),
)

function scalar(
  schema: Shape['schema'],
  holds: (value: unknown) => boolean,
  must: string,
  help: string | null = null,
): Shape {
  return {
    schema,
    faults: (name, { value, offset }) => (holds(value) ? [] : [wrong(name, offset, `must be ${must}`, help)]),
  }
}

function wrong(name: string, offset: number, must: string, help: string | null = null): KeyFault {
  return { code: 'frontmatter-value', offset, message: `\`${name}\` ${must}`, help }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
