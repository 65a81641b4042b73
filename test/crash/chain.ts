/** A chain of three with steps, a secret and outputs, and what must be so after every crash of it. */
import { cpSync } from 'node:fs'
import { expect } from 'vitest'
import { type Fault, meet } from '../rig/faults.ts'
import { card, type Ran, TestRepository, task } from '../rig/repository.ts'
import { inWords } from '../rig/watch-files.ts'

export const secret = 's3cr3t-key'
const step = (name: string, more = '') =>
  `await step('${name}', async () => { appendFileSync('trace', '${name} ')${more} })`

export const files = {
  'docs/base.md': card({ title: 'Base' }),
  'docs/middle.md': card({ title: 'Middle', requires: ['base'] }),
  'docs/goal.md': card({ title: 'Goal', requires: ['middle'] }),
  'tasks/base.ts': task(
    'base',
    `const key = ${step('first', `; return await secret('${secret}')`)}
    ${step('second')}
    writeFileSync('base.done', '')
    return { port: 5000, key }`,
  ),
  'tasks/middle.ts': task('middle', step('third')),
  'tasks/goal.ts': task('goal', "writeFileSync('seen', JSON.stringify(inputs.base ?? null))"),
}
export const ids = ['base', 'middle', 'goal']
const document = (id: string) => `docs/${id}.md` as const
/** The text of a document when its card is active, and when it is complete. */
export const old = Object.fromEntries(ids.map((id) => [id, files[document(id) as keyof typeof files]]))
export const done = Object.fromEntries(
  ids.map((id) => [id, old[id]?.replace('status: active\n', '').replace('- [ ]', '- [x]')]),
)

/** The repository before the run that is to crash. */
export type Start = () => TestRepository
export const fresh: Start = () => new TestRepository(files)

/** The chain complete, made once. */
export async function completed(): Promise<{ start: Start; [Symbol.dispose]: () => void }> {
  const whole = fresh()
  expect((await whole.mikado('run', 'goal', '-q')).code).toBe(0)
  const start = () => {
    const repository = new TestRepository()
    cpSync(whole.root, repository.root, { recursive: true, preserveTimestamps: true })
    repository.write({ trace: '' })
    return repository
  }
  return { start, [Symbol.dispose]: () => whole[Symbol.dispose]() }
}

/** The way in which a fault ended, and what it fell upon. */
export interface Blow {
  ran: Ran
  what: string
}

/** One call that meets a fault; then all that must be so at that moment, and after a plain run. Null: the fault was never met. */
export async function strike(start: Start, args: string[], fault: Fault): Promise<Blow | null> {
  using repository = start()
  const before = events(repository).length
  const { met, effects: _, child: __, ...ran } = await meet(repository, args, fault)
  if (met === null) return null
  const what = `${fault.how}: ${inWords(met)}`
  const about = [what, ran.code, ran.signal, ran.stderr]
  expect([what, ran.signal]).toEqual([what, fault.how.includes('kill') ? 'SIGKILL' : null])
  expectOldOrNew(repository, what)
  const finished = events(repository)
    .slice(before)
    .flatMap(({ event, step: name }) => (event === 'step-done' ? [name] : []))

  const again = await repository.mikado('run', 'goal', '-q', '-j', '1')
  expect([...about, again.code, again.stdout, repository.active()]).toEqual([...about, 0, again.stdout, []])
  expectWhole(repository, what)
  // A finished step is not repeated; one that had begun is, once.
  const trace = repository.names('.').includes('trace') ? repository.read('trace').split(' ').filter(Boolean) : []
  for (const name of ['first', 'second', 'third']) {
    const times = trace.filter((each) => each === name).length
    expect([what, name, times]).toEqual([what, name, finished.includes(name) ? 1 : Math.min(times, 2)])
  }
  return { ran, what }
}

/** Each document is old or new to the byte, nothing else lies among them, and what is complete is true. */
function expectOldOrNew(repository: TestRepository, what: string): void {
  expect([what, repository.names('docs')]).toEqual([what, ids.map((id) => `${id}.md`).sort()])
  for (const id of ids) {
    const text = repository.read(document(id))
    expect([what, [old[id], done[id]].includes(text), text]).toEqual([what, true, text])
    if (text === done[id]) expect([what, id, repository.names('.').includes(`${id}.done`)]).toEqual([what, id, true])
  }
}

/** All is complete, and nothing is left of the crash. */
export function expectWhole(repository: TestRepository, what: string): void {
  for (const id of ids) expect([what, repository.read(document(id))]).toEqual([what, done[id]])
  expect([what, repository.names('docs')]).toEqual([what, ids.map((id) => `${id}.md`).sort()])
  expect([what, repository.names('.mikado/tmp')]).toEqual([what, []])
  const others = [
    'cache',
    'journal.jsonl',
    'lock',
    'lock.holder',
    'locks',
    'log',
    'outputs',
    'secrets',
    'tmp',
    '.gitignore',
  ]
  expect([what, repository.names('.mikado').filter((name) => !others.includes(name))]).toEqual([what, []])
  expect([what, repository.names('.mikado/cache').filter((name) => name !== 'inspected.json')]).toEqual([what, []])
  expect([what, repository.read('.mikado/.gitignore')]).toEqual([what, '*\n'])
  expect([what, repository.everythingKept().includes(secret)]).toEqual([what, false])
  if (!repository.names('.').includes('seen')) return
  // What is handed on is whole, or it was said that it may be missing.
  const seen = repository.read('seen')
  const said = happenedTo(repository, 'base', 'warning')
  expect([what, seen, said]).toEqual([what, said ? seen : `{"port":5000,"key":"${secret}"}`, said])
}

function happenedTo(repository: TestRepository, id: string, event: string): boolean {
  return events(repository).some((each) => each.event === event && each.card === id)
}

/** Lines that were not cut. */
function events(repository: TestRepository): { event: string; card?: string; step?: string }[] {
  if (!repository.names('.mikado').includes('journal.jsonl')) return []
  const lines = repository.read('.mikado/journal.jsonl').split('\n')
  return lines.flatMap((line) => (line.endsWith('}') && line.startsWith('{') ? [JSON.parse(line)] : []))
}

/** Strikes at every effect in turn. Answers the blows, in their order. */
export async function everywhere(start: Start, args: string[], fault: Omit<Fault, 'at'>): Promise<Blow[]> {
  const blows: Blow[] = []
  for (;;) {
    const blow = await strike(start, args, { ...fault, at: blows.length })
    if (blow === null) return blows
    blows.push(blow)
  }
}
