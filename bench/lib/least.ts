/**
 * `node bench/lib/least.ts FOLDER [CARD…]`: the least that working the cards of a repository of ours can cost in Node. There is no graph, no order, no
 * plan and no isolation: as many processes as cores each import their share of the tasks, ask, work, ask again, and put
 * journal lines and documents on disk, many at a time. Of what the runner does for a card, only what it promises is left.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fsync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Task } from '../../scripts/index.ts'

const processes = 2
/** Cards that wait for the disk together. */
const together = 32

const [root = '.', ...documents] = process.argv.slice(2)
if (documents.length > 0) await work(documents)
else await share()

/** Gives each process its share. */
async function share(): Promise<void> {
  const all = readdirSync(join(root, 'docs/how-to'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  )
  const children = Array.from({ length: processes }, (_, at) => {
    const own = all.filter((_name, place) => place % processes === at)
    return spawn(process.execPath, [import.meta.filename, root, ...own], { stdio: 'inherit' })
  })
  const ends = await Promise.all(children.map((child) => once(child, 'exit')))
  if (ends.some(([code]) => code !== 0)) process.exitCode = 1
}

async function work(names: readonly string[]): Promise<void> {
  const journal = openSync(join(root, `journal-${process.pid}.jsonl`), 'a')
  const write = (card: string, event: string) => writeSync(journal, `${JSON.stringify({ card, event })}\n`)
  const sync = promisify(fsync)
  for (let from = 0; from < names.length; from += together) {
    const batch = names.slice(from, from + together)
    for (const name of batch) write(name, 'card-started')
    await sync(journal)
    for (const name of batch) {
      const task = (await import(pathToFileURL(join(root, 'tasks', name.replace(/\.md$/, '.ts'))).href)) as {
        default: Task
      }
      const context = { root } as Parameters<NonNullable<Task['apply']>>[0]
      const checks = Object.entries(task.default.verify ?? {})
      for (const [line, check] of checks) write(name, `${line}: ${await check(context)}`)
      await task.default.apply?.(context)
      for (const [line, check] of checks) write(name, `${line}: ${await check(context)}`)
    }
    const files = batch.map((name) => {
      const file = join(root, 'docs/how-to', name)
      const text = readFileSync(file, 'utf8')
        .replace(/^status: active\n/m, '')
        .replaceAll('- [ ]', '- [x]')
      const handle = openSync(`${file}.new`, 'w')
      writeSync(handle, text)
      return { name, file, handle }
    })
    await Promise.all([sync(journal), ...files.map(({ handle }) => sync(handle))])
    for (const { file, handle } of files) {
      closeSync(handle)
      renameSync(`${file}.new`, file)
    }
    for (const folder of new Set(files.map(({ file }) => dirname(file)))) {
      const handle = openSync(folder, 'r')
      await sync(handle)
      closeSync(handle)
    }
    for (const name of batch) write(name, 'card-completed')
  }
  closeSync(journal)
}
