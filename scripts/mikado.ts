#!/usr/bin/env node
/** argv in, exit code out: the only file that touches process.argv, signals and exitCode. */
import type { Command, Values } from './commands/command.ts'
import { commands, everywhere, names } from './commands/table.ts'
import { exit, exitOfSignal, Refusal, type StopSignal } from './core/exit.ts'
import { inert, jsonOf, visible } from './core/plain.ts'
import { didYouMean } from './core/suggest.ts'
import { commandAt, operandsOf, refuseOther } from './core/usage.ts'
import { holds, Question } from './io/answers.ts'
import { giveBack, takeAgain } from './io/borrowed.ts'
import { killAll } from './io/living.ts'
import { realSystem } from './io/system.ts'

// Imported, all of that part of Node would be loaded for this one function, which takes as long as a tenth of most commands.
const { parseArgs } = process.getBuiltinModule('node:util')
const stop = new AbortController()
let stopped: StopSignal | null = null
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] satisfies StopSignal[]) {
  process.on(signal, () => {
    if (stopped !== null) {
      killAll()
      process.exit(exitOfSignal(signal))
    }
    stopped = signal
    stop.abort(signal)
  })
}
process.once('SIGTSTP', suspend)
// A program that called this one over a channel (`mikado mcp`) is gone: nobody waits for the answer any more.
process.on('disconnect', () => {
  stopped ??= 'SIGTERM'
  stop.abort(stopped)
})
process.channel?.unref()
process.on('exit', killAll)
process.on('exit', giveBack)
// What nobody hears any more is no reason to stop the work: a reader that has gone away (`mikado list | head`), a closed terminal.
process.stderr.on('error', () => {})
let unsaid = false
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (unsaid || error.code === 'EPIPE' || error.code === 'EIO') return
  unsaid = true
  complain(error)
})
process.on('exit', (code) => {
  if (unsaid && code === exit.ok) process.exitCode = exit.unrecorded
})
process.on('uncaughtException', (error) => {
  killAll()
  const code = complain(error, () => process.exit(code))
})

process.exitCode = await main(process.argv.slice(2))
// Whoever is stopped does not wait for a reader that does not read.
if (stopped !== null) setTimeout(() => process.exit(), 2000).unref()

async function main(argv: string[]): Promise<number> {
  try {
    const code = await dispatch(argv)
    return stopped === null ? code : exitOfSignal(stopped)
  } catch (error) {
    return stopped === null ? complain(error) : exitOfSignal(stopped)
  }
}

/** Suspended, this program leaves the terminal to others. */
function suspend(): void {
  giveBack()
  process.kill(process.pid, 'SIGTSTP') // nobody listens to it now: here it waits
  takeAgain()
  process.once('SIGTSTP', suspend)
}

/** Says on stderr what went wrong, and answers the exit code for it. */
function complain(error: unknown, said: () => void = () => {}): number {
  giveBack()
  const [code, message, help] =
    error instanceof Refusal
      ? [error.code, error.message, error.help]
      : isSystemError(error)
        ? [
            exit.unrecorded,
            `the system refuses: ${error.message}`,
            'Make room or mend permissions, then run this again.',
          ]
        : [
            exit.bug,
            error instanceof Error ? (error.stack ?? error.message) : String(error),
            'This is a bug of mikado. Nothing is lost: please report it.',
          ]
  const text = process.argv.includes('--json')
    ? jsonOf({ error: { code, message, card: null, hint: help } })
    : inert(visible(`mikado: ${message}${help === null ? '' : `\n  ${help}`}`))
  process.stderr.write(`${text}\n`, said)
  return code
}

async function dispatch(argv: string[]): Promise<number> {
  const at = commandAt(argv, commands, everywhere)
  const rest = argv.filter((_, place) => place !== at)
  if (at === -1 && rest.includes('--version')) return await printVersion()
  const asksHelp = at === -1 && (rest.includes('--help') || rest.includes('-h'))
  const name = asksHelp ? 'help' : (argv[at] ?? 'list')
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!entry) {
    const help = didYouMean(name, names()) ?? 'See `mikado --help`.'
    throw new Refusal(exit.usage, `no command \`${name}\``, help)
  }
  const system = realSystem(process.argv[1] ?? 'mikado')
  const loose = entry.kept ? loosely(rest) : {}
  const question = entry.kept ? await Question.of(system, name, rest, folderIn(loose)) : null
  const known = question?.known() ?? null
  if (known && entry.kept === 'run') {
    const [{ runAgain }, { Session }] = await Promise.all([import('./commands/again.ts'), session()])
    const code = await runAgain(new Session(system, loose, [], stop.signal), known)
    if (code !== null) return code
  } else if (known && holds(known)) {
    for (const [stream, text] of known.said) system[stream].write(text)
    return known.code
  }
  const [{ command }, { Session }] = await Promise.all([entry.load(), session()])
  const { values, positionals } = parse(name, command, rest)
  if (values.help === true) {
    const { command: help } = await import('./commands/help.ts')
    return await help.run(new Session(system, values, asksHelp ? [] : [name], stop.signal))
  }
  const [least, most] = command.takes
  if (positionals.length < least || positionals.length > most) {
    const wrong =
      positionals.length < least
        ? `\`${name}\` needs ${operandsOf(command)}`
        : `\`${name}\` takes ${most === 0 ? 'no names' : `at most ${most}`}`
    throw new Refusal(exit.usage, wrong, `See \`mikado ${name} --help\`.`)
  }
  const asked = new Session(system, values, positionals, stop.signal)
  if (entry.kept === 'answer') asked.said = []
  const code = await command.run(asked).finally(() => asked.close())
  const { said, settled } = asked
  if (question && said && stopped === null) await question.keep(asked.repository, { said, code, settled })
  return code
}

/** Options that every command has, before it is known whether all words are right. */
function loosely(args: string[]): Values {
  return parseArgs({ args, options: everywhere, allowPositionals: true, strict: false }).values as Values
}

/** The folder that `-C` names. */
function folderIn({ cd }: Values): string {
  return typeof cd === 'string' ? cd : '.'
}

function parse(name: string, command: Command, args: string[]): { values: Values; positionals: string[] } {
  const options = { ...everywhere, ...command.options }
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
    refuseOther(options, values)
    return { values: values as Values, positionals }
  } catch (error) {
    if (error instanceof Refusal) throw error
    const message = (error as Error).message.split('. ')[0] ?? 'wrong options'
    const unknown = /'--([\w-]+)'/.exec(message)?.[1]
    const near =
      unknown === undefined
        ? null
        : didYouMean(
            `--${unknown}`,
            Object.keys(options).map((option) => `--${option}`),
          )
    throw new Refusal(
      exit.usage,
      message.charAt(0).toLowerCase() + message.slice(1),
      near ?? `See \`mikado ${name} --help\`.`,
    )
  }
}

/** A disk that is full, a file that may not be touched: not a bug, and not foreseen at that place. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

/** Most calls are answered without it. */
function session() {
  return import('./commands/command.ts')
}

async function printVersion(): Promise<number> {
  const { ownVersion } = await import('./io/itself.ts')
  process.stdout.write(`${ownVersion()}\n`)
  return exit.ok
}
