/** The task of a card that only waits for the mark of another is loaded before anybody has its process: what it says is kept until then. */
import { expect, test } from 'vitest'
import type { Question, Reply } from '../../scripts/core/protocol.ts'
import { Pool } from '../../scripts/io/pool.ts'
import { meet } from '../rig/faults.ts'
import { card, TestRepository, until } from '../rig/repository.ts'
import { Brood, hasProc } from './rig.ts'

const module = (text: string, check = 'true') => `${text}
import { existsSync, writeFileSync } from 'node:fs'
let done = false
export default {
  apply: () => { done = true },
  verify: { 'It is done': async ({ secret, log, note }) => { ${check}; return done } },
}
`
const noisy = "for (let at = 0; at < 20000; at++) console.log('line', at)"

/** `b` requires `a`, which works at once. */
const chain = (b: string, a = module('')) => ({
  'docs/a.md': card(),
  'docs/b.md': card({ requires: ['a'] }),
  'tasks/a.ts': a,
  'tasks/b.ts': b,
})

test('it is loaded while the disk is waited for, and asked when the mark is there', async () => {
  using repository = new TestRepository(chain(module('')))
  const { code, effects } = await meet(repository, ['run', 'b', '-j', '2'])
  const told = effects.map(({ op, path }) => `${op} ${path}`)
  const at = (wanted: RegExp) => told.flatMap((effect, place) => (wanted.test(effect) ? [place] : []))
  const [loaded, asked, marked] = [at(/^send open$/), at(/^send check$/), at(/^rename .*a\.md/)]
  expect([code, loaded.length, asked.length, marked.length]).toEqual([0, 1, 1, 1])
  expect([...loaded, ...marked, ...asked].toSorted((one, other) => one - other)).toEqual([
    ...loaded,
    ...marked,
    ...asked,
  ])
  const events = repository.journal().map(({ event, card: id }) => `${event} ${id}`)
  expect(events.indexOf('card-started b')).toBe(events.indexOf('card-completed a') + 1)
})

test('what its module prints meanwhile is of the card: in its log, behind its start', async () => {
  const check = "await secret('hunter2-hunter2'); log('the word is hunter2-hunter2'); await note('seen')"
  using repository = new TestRepository(chain(module(noisy, check)))
  const { code, stdout } = await repository.mikado('run', 'b', '-j', '2', '--json')
  expect(code).toBe(0)
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const ofB = events.filter(({ card: id }) => id === 'b').map(({ event }) => event)
  expect(ofB[0]).toBe('card-started')
  const lines = events.flatMap(({ event, card: id, text }) => (event === 'output' && id === 'b' ? [text] : []))
  expect(lines.slice(0, 20_000)).toEqual(Array.from({ length: 20_000 }, (_, at) => `line ${at}`))
  expect(lines.slice(20_000).filter((line) => !line.startsWith('line '))).toEqual([
    'the word is •••',
    'the word is •••',
  ])
  expect(stdout).not.toContain('hunter2')
})

test('one that ends by itself when it is opened fails its card, as ever', async () => {
  // Only looked at, it lives: then no card is marked yet.
  const ends = "import { readFileSync } from 'node:fs'\nif (existsSync('a.done')) process.exit(3)"
  const leaves = module('', "if (done) writeFileSync('a.done', '')")
  using repository = new TestRepository(chain(module(ends), leaves))
  const { code, stderr } = await repository.mikado('run', 'b', '-j', '2')
  expect([code, stderr.split('\n').filter((line) => line.includes('cannot be loaded'))]).toEqual([
    1,
    [expect.stringContaining('tasks/b.ts cannot be loaded: its process ended by itself with exit code 3')],
  ])
})

test.runIf(hasProc)('when the mark is refused nothing of it was begun, and its process ends with the run', async () => {
  // A line that nobody has proved: the document is left alone.
  const grows = module(
    "import { appendFileSync } from 'node:fs'",
    "if (done) appendFileSync('docs/a.md', '- [ ] And more\\n')",
  )
  using brood = new Brood()
  using repository = new TestRepository(chain(module('setInterval(() => {}, 1000)'), grows))
  const { ended } = repository.start(['run', 'b', '-j', '2'], brood.env)
  const { code } = await ended
  const events = repository.journal().map(({ event, card: id }) => `${event} ${id}`)
  expect([code, events.includes('card-started b'), events.includes('card-skipped b')]).toEqual([73, false, true])
  expect(brood.commands()).toEqual([])
})

test('what a process prints before anybody has it waits for its holder, whom it answers as if it had been asked then', async () => {
  using repository = new TestRepository(chain(module("console.log('imported')")))
  const pool = new Pool({ root: repository.root, env: process.env, after: (_, then) => () => void then })
  const one = pool.take(true)
  try {
    const said: string[] = []
    const file = repository.path('tasks/b.ts')
    const about = {
      card: { id: 'b', title: 'B', path: 'docs/b.md' },
      root: repository.root,
      data: repository.path('.mikado'),
    }
    const open: Question = {
      type: 'open',
      file,
      kind: 'module',
      ...about,
      run: 'r',
      inputs: {},
      steps: [],
      turns: false,
    }
    one.openAhead(open)
    await until('what it prints to wait', () => one.streams.some((stream) => stream.isPaused()))
    one.holder = {
      hear: (reply: Reply) => void said.push(reply.type),
      print: (_, chunk) => {
        said.push(chunk.toString().trim())
        return null
      },
    }
    const answers = one.ask(open, { type: 'check', keys: ['It is done'] })
    expect([(await answers.next()).type, (await answers.next()).type]).toEqual(['opened', 'checked'])
    expect(said).toContain('imported')
    expect(await one.ask({ type: 'check', keys: ['It is done'] }).next()).toMatchObject({
      type: 'checked',
      held: false,
    })
  } finally {
    await one.close()
    await pool.close()
  }
})
