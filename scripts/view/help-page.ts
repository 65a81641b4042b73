/** What the help tells, as pages of headed parts: of the whole, and of one command. */
import { type ExitName, exit, meanings } from '../core/exit.ts'
import { listed, type Option, type Options, operandsOf, type Usage } from '../core/usage.ts'

/** A part of a page. Paragraphs are prose; rows are a term and what it means; examples a call and what it is for. */
export type Part = { heading: string | null } & (
  | { paragraphs: readonly string[] }
  | { rows: readonly Row[] }
  | { examples: readonly Row[] }
)
export type Row = readonly [term: string, meaning: string]

/** The heading of what stands in every page. */
export const ofEveryCommand = 'Options of every command'

/** A command as it is listed. */
export interface Listed {
  summary: string
  /** What it is for; commands are told together under that heading. */
  purpose: string
}

/** The page of the whole. `commands` by name, those of one purpose together. */
export function generalPage(
  version: string,
  commands: Readonly<Record<string, Listed>>,
  options: Options,
  pages: readonly Row[],
): Part[] {
  const codes = Object.values(exit).map((code) => `${code}\u00a0${meaningOf(code)}`)
  return [
    {
      heading: null,
      paragraphs: [
        `mikado ${version}: documentation that runs. Works through how-to cards in the order of what they require.`,
      ],
    },
    { heading: 'Usage', paragraphs: ['mikado [COMMAND] [OPTIONS]'] },
    ...[...Map.groupBy(Object.entries(commands), ([, { purpose }]) => purpose)].map(([heading, those]) => ({
      heading,
      rows: those.map(([name, { summary }]): Row => [name, summary]),
    })),
    {
      heading: ofEveryCommand,
      rows: optionRows(options),
    },
    { heading: 'Exit codes', paragraphs: [[...codes, '129/130/143 stopped by a signal'].join(' · ')] },
    {
      heading: 'Read on',
      rows: [['mikado help COMMAND', 'a command, its options, examples and exit codes'], ...pages],
    },
  ]
}

/** The page of a command. */
export function commandPage(name: string, usage: Usage, everywhere: Options): Part[] {
  const { about, operands, options, examples, exits = {}, see = [] } = usage
  const synopsis = ['mikado', name, operandsOf(usage), '[OPTIONS]'].filter((word) => word !== '').join(' ')
  const groups = Map.groupBy(Object.entries(options), ([, { group }]) => group ?? 'Options')
  const codes = Object.entries({ ok: '', ...exits, ...always }) as [ExitName, string][]
  const parts: Part[] = [
    { heading: 'Usage', paragraphs: [synopsis] },
    { heading: null, paragraphs: about.split('\n\n') },
    { heading: 'Arguments', rows: Object.entries(operands) },
    ...[...groups].map(([heading, own]) => ({ heading, rows: optionRows(Object.fromEntries(own)) })),
    { heading: ofEveryCommand, rows: optionRows(everywhere) },
    { heading: 'Examples', examples: Object.entries(examples) },
    {
      heading: 'Exit codes',
      rows: [
        ...codes
          .map(([code, meaning]) => [exit[code], meaning || meanings[code]] as const)
          .sort(([a], [b]) => a - b)
          .map(([code, meaning]): Row => [String(code), meaning]),
        ['129, 130, 143', 'stopped by a signal'],
      ],
    },
    { heading: 'See also', paragraphs: [see.map((page) => (page.includes('/') ? page : `mikado ${page}`)).join(', ')] },
  ]
  return parts.filter(
    (part) => !('rows' in part && part.rows.length === 0) && (part.heading !== 'See also' || see.length > 0),
  )
}

/** What any command may give. */
const always = { usage: 'an option, a word or a name that cannot be meant', bug: '' }

function meaningOf(code: number): string {
  const found = (Object.keys(exit) as ExitName[]).find((name) => exit[name] === code)
  return found === undefined ? '' : meanings[found]
}

function optionRows(options: Options): Row[] {
  return Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? '    ' : `-${option.short}, `
    return [`${short}--${name}${option.value === undefined ? '' : ` ${option.value}`}`, helpOf(option)]
  })
}

/** What an option means, with the values that there are and the one that it has without being given. */
function helpOf({ help, values, default: fixed, without = fixed?.toString() }: Option): string {
  const words = Object.entries(values ?? {}).map(([word, about]) => (about === '' ? word : `${word} (${about})`))
  if (words.length > 0) return `${help}: ${listed(words, 'or')}${without === undefined ? '' : `; default: ${without}`}`
  return `${help}${without === undefined ? '' : ` (default: ${without})`}`
}
