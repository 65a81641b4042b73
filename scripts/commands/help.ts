/** Help texts. */
import type { Command, Option } from './command.ts'
import { commands, everywhere } from './table.ts'

export function generalHelp(version: string): string {
  const rows = Object.entries(commands).flatMap(([name, { summary, hidden }]) =>
    hidden ? [] : [[name, summary] as const],
  )
  return `mikado ${version}: documentation that runs. Works through how-to cards in the order of what they require.

Usage: mikado [COMMAND] [OPTIONS]

${table(rows)}

Options of every command:
${optionTable({ ...everywhere, version: { type: 'boolean', help: 'print the version' } })}

\`mikado COMMAND --help\` explains one. Exit codes: 0 all that was asked for is true · 1 a card failed ·
2 a difference was found · 3 waiting for a person · 64 usage · 65 bad documents · 69 a tool is missing ·
70 a bug · 73 a document could not be marked · 75 locked by another run · 130/143 stopped by a signal.
`
}

export function commandHelp(name: string, command: Command): string {
  const own = Object.keys(command.options).length === 0 ? '' : `\nOptions:\n${optionTable(command.options)}\n`
  return `Usage: mikado ${[name, command.operands, '[OPTIONS]'].filter((part) => part !== '').join(' ')}

${command.about}
${own}
Options of every command:
${optionTable(everywhere)}

Examples:
${command.examples.map((example) => `  ${example}`).join('\n')}
`
}

function optionTable(options: Record<string, Option>): string {
  return table(
    Object.entries(options).map(([name, option]) => {
      const short = option.short === undefined ? '    ' : `-${option.short}, `
      return [`${short}--${name}${option.value === undefined ? '' : ` ${option.value}`}`, option.help] as const
    }),
  )
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
