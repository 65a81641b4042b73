/** What a task prints: masked, kept in the card's log, and told line by line, in bounded memory. */
import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { Secrets } from '../core/secret.ts'
import type { Surroundings } from './surroundings.ts'

/** A line longer than this is passed on in pieces, so that one line cannot fill the memory. */
const longestLine = 64 * 1024

/** How much of a log is kept: characters of its beginning, and of its end. */
const kept = { beginning: 256 * 1024 * 1024, end: 64 * 1024 }

/** The log file of one card in one run. A full disk ends the log, not the card; and a card that goes on for ever does not fill the disk. */
export class CardLog {
  readonly #complain: (message: string) => void
  readonly #path: string
  /** Opened when the first word comes. */
  #file: number | null = null
  /** It is closed, or the disk has refused it. */
  #over = false
  #written = 0
  #end = ''

  constructor(path: string, complain: (message: string) => void) {
    this.#path = path
    this.#complain = complain
  }

  /** How many characters came. */
  get written(): number {
    return this.#written
  }

  write(text: string): void {
    this.#written += text.length
    if (this.#written <= kept.beginning) this.#append(text)
    else this.#end = (this.#end + text).slice(-kept.end)
  }

  close(): void {
    if (this.#end !== '')
      this.#append(`… the middle is left out: a log keeps its beginning and its end …\n${this.#end}`)
    this.#over = true
    this.#shut()
  }

  #append(text: string): void {
    if (this.#over) return
    this.#try(() => {
      this.#file ??= this.#opened()
      writeSync(this.#file, text)
    })
  }

  #opened(): number {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    return openSync(this.#path, 'a', 0o600)
  }

  #shut(): void {
    const file = this.#file
    this.#file = null
    if (file !== null) this.#try(() => closeSync(file))
  }

  #try(action: () => void): void {
    try {
      action()
    } catch (error) {
      this.#over = true
      this.#shut()
      this.#complain(`${this.#path} cannot be written, the rest of this log is lost: ${(error as Error).message}`)
    }
  }
}

/** Reads a stream to its end: whole lines, masked, to the log and to `tell`; waits where there is no `room` for more. */
export async function follow(
  stream: Readable,
  secrets: Secrets,
  log: CardLog,
  tell: (line: string) => void,
  room: () => Promise<void> | null,
): Promise<void> {
  const closed = new Promise<void>((resolve) => stream.once('close', resolve))
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const pass = (masked: string) => {
    const text = masked.endsWith('\n') ? masked.slice(0, -1) : masked
    log.write(`${text}\n`)
    for (const line of text.split('\n')) tell(line)
  }
  try {
    for await (const chunk of stream) {
      const text = decoder.write(chunk as Buffer)
      rest += text
      let parted = text.includes('\n') ? secrets.lines(rest) : { told: '', kept: rest }
      if (parted.told === '' && rest.length > longestLine + 2 * secrets.reach) parted = secrets.part(rest)
      if (parted.told !== '') pass(parted.told)
      rest = parted.kept
      // Whoever reads slowly slows the task down, and not the runner's end.
      const wait = room()
      if (wait !== null) await Promise.race([wait, closed])
    }
  } catch {
    // The process was ended in the middle of a word; what came is kept.
  }
  rest += decoder.end()
  if (rest !== '') pass(secrets.mask(rest))
}

/** Milliseconds in which nothing comes: then only a service in a session of its own keeps the output open. */
const quiet = 300

/** Characters that may still be on their way when a task has ended; what comes beyond is a service's. */
const underway = 1024 * 1024

/** Waits until what was printed is read to its end, however slowly it goes out, unless the card is cut short; then reads no more. */
export async function drain(
  streams: readonly Readable[],
  drained: Promise<unknown>,
  { log, room, signal, after }: Pick<Surroundings, 'log' | 'room' | 'signal' | 'after'>,
): Promise<void> {
  const most = log.written + underway
  let open = true
  const read = drained.then(() => {
    open = false
  })
  for (let before = log.written, more = true; more; before = log.written) {
    let cancel = () => {}
    const patience = new Promise<void>((resolve) => {
      cancel = after(quiet, resolve)
    })
    await Promise.race([read, patience])
    cancel()
    const comes = log.written !== before || room() !== null
    more = open && comes && !signal.aborted && log.written < most
  }
  for (const stream of streams) stream.destroy()
  await read
}

/** Passes a log on line by line, in bounded memory; a log that is not there is empty. */
export function copyLog(path: string, tell: (line: string) => void): void {
  for (const lines of linesOf(path)) for (const line of lines) tell(line)
}

/** The lines of a log, many at a time. */
export function* linesOf(path: string): Generator<string[]> {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return
  }
  const decoder = new StringDecoder('utf8')
  const buffer = Buffer.alloc(64 * 1024)
  let rest = ''
  for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
    const lines = (rest + decoder.write(buffer.subarray(0, read))).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) yield lines
  }
  closeSync(file)
  if (rest !== '') yield [rest]
}
