/**
 * `node bench/lib/least-engine.ts FOLDER PORT`: the least that working the cards of a repository of ours over BullMQ can cost in Node. There is no
 * proof of who says what, nothing is asked before, no worker is lost and nothing is said but a job and that it is over: as many cards as
 * are ready are put up, four workers with two processes each import the task, ask, work, ask again, and the run
 * puts a journal line and the document on disk, many at a time.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fsync, openSync, readdirSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Queue, QueueEvents, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import type { Task } from '../../scripts/index.ts'

const workers = 4
const slots = 2
const queueName = 'least'

const [root = '.', port = '6379', part] = process.argv.slice(2)
const connect = () => new Redis({ port: Number(port), maxRetriesPerRequest: null })
if (part === 'task') workTasks()
else if (part === 'worker') await worker()
else await run()

/** A task's process. */
function workTasks(): void {
  process.on('message', (file: string) => void one(file).then((held) => process.send?.(held)))
}

async function one(file: string): Promise<boolean> {
  const { default: task } = (await import(pathToFileURL(join(root, 'tasks', file)).href)) as { default: Task }
  const context = { root } as Parameters<NonNullable<Task['apply']>>[0]
  const checks = Object.values(task.verify ?? {})
  for (const check of checks) await check(context)
  await task.apply?.(context)
  const held = await Promise.all(checks.map((check) => check(context)))
  return held.every((each) => each !== false)
}

async function worker(): Promise<void> {
  const idle = Array.from({ length: slots }, () => fork(import.meta.filename, [root, port, 'task']))
  const all = [...idle]
  const own = new Worker<{ file: string }>(
    queueName,
    async ({ data }) => {
      const child = idle.pop() as ChildProcess
      child.send(data.file)
      const [held] = (await once(child, 'message')) as [boolean]
      idle.push(child)
      return held
    },
    { connection: connect(), concurrency: slots, removeOnComplete: { count: 0 } },
  )
  await own.waitUntilReady()
  process.send?.('ready')
  await once(process, 'message')
  await own.close()
  for (const child of all) child.kill()
  process.exit()
}

async function run(): Promise<void> {
  const crew = Array.from({ length: workers }, () => fork(import.meta.filename, [root, port, 'worker']))
  await Promise.all(crew.map((each) => once(each, 'message')))
  const began = performance.now()
  const files = readdirSync(join(root, 'docs/how-to'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, 'docs/how-to', file), 'utf8')]))
  const byId = new Map(files.map((file) => [idOf(file), file]))
  const open = new Map<string, number>()
  const dependents = new Map<string, string[]>(files.map((file) => [idOf(file), []]))
  for (const [file, text] of texts) {
    const requires = [...text.matchAll(/^ {2}- (card-\d+|goal)$/gm)].map(([, id]) => id ?? '')
    open.set(idOf(file), requires.length)
    for (const id of requires) dependents.get(id)?.push(idOf(file))
  }
  const queue = new Queue(queueName, { connection: connect() })
  const events = new QueueEvents(queueName, { connection: connect() })
  await events.waitUntilReady()
  const journal = openSync(join(root, 'journal.jsonl'), 'a')
  const write = (card: string, event: string) => writeSync(journal, `${JSON.stringify({ card, event })}\n`)
  const sync = promisify(fsync)
  const offer = (id: string) => {
    write(id, 'card-started')
    void queue.add('card', { file: (byId.get(id) ?? '').replace(/\.md$/, '.ts') }, { jobId: id, removeOnComplete: true })
  }
  let left = files.length
  let coming: string[] = []
  let going = false
  const done = Promise.withResolvers<void>()
  const mark = async () => {
    going = true
    while (coming.length > 0) {
      const batch = coming.splice(0)
      const marks = batch.map((id) => {
        write(id, 'checked')
        const file = join(root, 'docs/how-to', byId.get(id) ?? '')
        const text = (texts.get(byId.get(id) ?? '') ?? '').replace(/^status: active\n/m, '').replaceAll('- [ ]', '- [x]')
        const handle = openSync(`${file}.new`, 'w')
        writeSync(handle, text)
        return { file, handle }
      })
      await Promise.all([sync(journal), ...marks.map(({ handle }) => sync(handle))])
      for (const { file, handle } of marks) {
        closeSync(handle)
        renameSync(`${file}.new`, file)
      }
      for (const folder of new Set(marks.map(({ file }) => dirname(file)))) {
        const handle = openSync(folder, 'r')
        await sync(handle)
        closeSync(handle)
      }
      for (const id of batch) {
        write(id, 'card-completed')
        left--
        for (const parent of dependents.get(id) ?? []) {
          open.set(parent, (open.get(parent) ?? 0) - 1)
          if (open.get(parent) === 0) offer(parent)
        }
      }
      if (left === 0) done.resolve()
    }
    going = false
  }
  events.on('completed', ({ jobId }) => {
    coming.push(jobId)
    if (!going) void mark()
  })
  for (const [id, count] of open) if (count === 0) offer(id)
  await done.promise
  console.log(`${files.length} cards: ${((performance.now() - began) / 1000).toFixed(2)} s, ${((performance.now() - began) / files.length).toFixed(2)} ms each`)
  for (const each of crew) each.send('end')
  await Promise.all(crew.map((each) => once(each, 'exit')))
  await queue.obliterate({ force: true })
  process.exit()
}

function idOf(file: string): string {
  return file.replace(/^.*\//, '').replace(/\.md$/, '')
}
