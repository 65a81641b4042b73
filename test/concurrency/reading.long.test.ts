/** Reading beside writing: nobody waits, and what is read stood in the documents at one moment. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { renameSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readGraph } from '../../scripts/io/documents.ts'
import { Folder } from '../io/folder.ts'
import { card, type Ran, TestRepository, task } from '../rig/repository.ts'

describe('documents that are marked and reopened while they are read', () => {
  /** Each requires the one before it; some are read before and some after what they require. */
  const ids = Array.from({ length: 60 }, (_, at) => `c${(at * 37) % 60}`)
  const files = Object.fromEntries(
    ids.map((id, at) => [`docs/${id}.md`, card({ requires: ids.slice(Math.max(0, at - 1), at) })]),
  )

  test('are never seen in a mix of before and after', { timeout: 120_000 }, async () => {
    using folder = new Folder(files)
    // Replaced as a run replaces them, one right after the other.
    const script = `
      import { readFileSync, renameSync, writeFileSync } from 'node:fs'
      const pause = new Int32Array(new SharedArrayBuffer(4))
      const ids = ${JSON.stringify(ids)}
      process.chdir(${JSON.stringify(folder.root)})
      const write = (id, from, to) => {
        const path = 'docs/' + id + '.md'
        writeFileSync('next', readFileSync(path, 'utf8').replace(from, to))
        renameSync('next', path)
        Atomics.wait(pause, 0, 0, 5)
      }
      for (;;) {
        for (const id of ids) write(id, 'status: active\\n', '')
        process.stdout.write('.')
        for (const id of ids.toReversed()) write(id, 'title: A card\\n', 'title: A card\\nstatus: active\\n')
      }`
    const words = ['--input-type=module', '-e', script]
    const writer = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = once(writer, 'exit')
    const seen = new Set<number>()
    try {
      let rounds = 0
      writer.stdout.on('data', (text: Buffer) => (rounds += text.length))
      await once(writer.stdout, 'data')
      while (rounds < 5) {
        const graph = readGraph(folder.repository)
        const complete = ids.filter((id) => graph.cards.get(id)?.status === 'complete')
        expect([graph.diagnostics, complete]).toEqual([[], ids.slice(0, complete.length)])
        seen.add(complete.length)
        await new Promise((done) => setImmediate(done))
      }
    } finally {
      writer.kill('SIGKILL')
      await gone
    }
    expect(seen.size).toBeGreaterThan(5)
  })
})

describe('commands that only read, by the hundred beside runs that mark, reopen and finalize', () => {
  const chain = ['base', 'left', 'right', 'goal']
  const requires: Record<string, string[]> = { left: ['base'], right: ['base'], goal: ['left', 'right'] }
  const old = {
    'docs/old.md': card({ complete: true, requires: ['older'] }),
    'docs/older.md': card({ complete: true }),
  }
  const files = {
    ...old,
    'old.done': '',
    'older.done': '',
    ...Object.fromEntries(chain.map((id) => [`docs/${id}.md`, card({ requires: requires[id] ?? [] })])),
    ...Object.fromEntries(
      [...chain, 'old', 'older'].map((id) => [`tasks/${id}.ts`, task(id, "console.log('worked')")]),
    ),
  }
  const commands = [
    ['list'],
    ['show', 'goal'],
    ['ready'],
    ['why', 'left'],
    ['log'],
    ['lint'],
    ['plan', 'goal'],
    ['brief', 'left'],
    ['where', 'goal'],
  ]

  interface Shown {
    cards: { id: string; status: string; requires: string[] }[]
  }

  /** What no state of these documents may look like. */
  function faultsOf(command: string, { code, stderr, stdout }: Ran): string[] {
    if (code !== 0 || stderr !== '') return [`exit ${code}: ${stderr}`]
    const { data } = JSON.parse(stdout) as { data: Shown & { diagnostics?: unknown[]; runs?: { started: string }[] } }
    const faults = (data.diagnostics ?? []).map((found) => JSON.stringify(found))
    if (command === 'log')
      faults.push(
        ...(data.runs ?? [])
          .filter(({ started }) => Number.isNaN(Date.parse(started)))
          .map((run) => JSON.stringify(run)),
      )
    if (command === 'show') {
      const status = new Map(data.cards.map((entry) => [entry.id, entry.status]))
      if (chain.some((id) => !status.has(id))) faults.push(`a card is gone: ${[...status.keys()]}`)
      for (const { id, requires: needed } of data.cards) {
        const early = status.get(id) === 'complete' && needed.some((other) => status.get(other) !== 'complete')
        if (early) faults.push(`${id} is complete before what it requires: ${stdout}`)
      }
    }
    return faults
  }

  test('answer with a state there was, and never with trouble', { timeout: 600_000 }, async () => {
    using repository = new TestRepository(files)
    let writing = true
    const write = async () => {
      for (let round = 0; round < 6; round++) {
        for (const words of [
          ['run', 'goal', '-q'],
          ['reopen', 'base'],
          ['finalize', 'old'],
          ['verify', 'older'],
        ]) {
          const ran = await repository.mikado(...words)
          expect([words, ran.code, ran]).toEqual([words, 0, ran])
        }
        for (const [name, text] of Object.entries(old)) {
          repository.write({ next: text })
          renameSync(repository.path('next'), repository.path(name))
        }
      }
      writing = false
    }
    let asked = 0
    const read = async (from: number) => {
      for (let at = from; writing; at++) {
        const [command = '', ...words] = commands[at % commands.length] ?? []
        const ran = await repository.mikado(command, ...words, '--json')
        expect([command, faultsOf(command, ran)]).toEqual([command, []])
        asked++
      }
    }
    await Promise.all([write(), read(0), read(3), read(6)])
    expect(asked).toBeGreaterThan(commands.length)
  })
})
