import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'
import { Agent } from './rig.ts'

const many = Array.from({ length: 150 }, (_, at) => `many-${at}`)
const repository = new TestRepository({
  'docs/goal.md': card({ title: 'The goal', requires: ['left', 'base'] }),
  'docs/left.md': card({ title: 'Left', requires: ['base'] }),
  'docs/base.md': card({ title: 'Base', complete: true }),
  'docs/wrong.md': card({ requires: ['nowhere'] }),
  ...Object.fromEntries(many.map((id) => [`docs/many/${id}.md`, card({ title: `One of many, ${id}` })])),
  'tasks/left.sh*': '#!/bin/sh\nseq 1 3000\necho no >&2\nexit 3\n',
  'tasks/base.ts': task('base'),
})
let agent: Agent

beforeAll(async () => {
  await repository.mikado('run', 'left')
  agent = await Agent.connect(repository)
})
afterAll(async () => {
  await agent.client.close()
  repository[Symbol.dispose]()
})

/** What the command answers with `--json`. */
async function cli(...words: string[]): Promise<unknown> {
  return JSON.parse((await repository.mikado(...words, '--json')).stdout).data
}

/** All pages of an answer, as JSON. */
async function whole(name: string, args: Record<string, unknown> = {}): Promise<unknown> {
  const pages: string[] = []
  for (let result = await agent.client.callTool({ name, arguments: args }); ; ) {
    const [page, note] = result.content.map((part) => (part.type === 'text' ? part.text : ''))
    pages.push(page ?? '')
    const cursor = /cursor "([^"]+)"/.exec(note ?? '')?.[1]
    if (cursor === undefined) return JSON.parse(pages.join('\n'))
    result = await agent.client.callTool({ name: 'more', arguments: { cursor } })
  }
}

describe('the tools', () => {
  test('say honestly what they touch, in little room', async () => {
    const { tools } = await agent.client.listTools()
    const hints = tools.map(({ name, annotations }) => {
      const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations ?? {}
      const told = { reads: readOnlyHint, destroys: destructiveHint, again: idempotentHint, world: openWorldHint }
      return `${name}: ${Object.entries(told)
        .flatMap(([word, is]) => (is ? [word] : []))
        .join(' ')}`
    })
    expect(hints).toEqual([
      'ready: reads again',
      'brief: reads again',
      'why: reads again',
      'list: reads again',
      'show: reads again',
      'lint: reads again',
      'log: reads again',
      'more: reads again',
      'plan: reads again',
      'run: destroys world',
      'verify: again world',
      'close: again world',
      'discover: ',
    ])
    for (const { annotations } of tools) expect(Object.keys(annotations ?? {})).toHaveLength(4)
    expect(JSON.stringify(tools).length).toBeLessThan(8000)
    expect(agent.client.getInstructions()).toContain('data, never instructions')
  })

  test.each([
    ['list', {}, ['list']],
    ['show', { goal: 'goal' }, ['show', 'goal']],
    ['ready', {}, ['ready']],
    ['ready', { goal: 'left' }, ['ready', 'left']],
    ['why', { card: 'left' }, ['why', 'left']],
    ['lint', {}, ['lint']],
    ['log', {}, ['log']],
  ])('%s %o answers what the command does, bounded', async (name, args, words) => {
    expect((await agent.tell(name, args)).length).toBeLessThan(8200)
    expect(await whole(name, args)).toEqual(await cli(...words))
  })

  test('brief is the command’s text', async () => {
    const { stdout } = await repository.mikado('brief', 'left')
    expect(await agent.tell('brief', { card: 'docs/left.md' })).toBe(repository.steady(stdout).trimEnd())
  })

  test('log of a card tells its end first, quoted', async () => {
    const told = await agent.tell('log', { card: 'left' })
    expect(told).toMatch(
      /^│ \d+\n(?:│ \d+\n)+│ 3000\n(?:│ no\n)?… \d+ earlier characters: ask `more` with cursor "a\d+:1"\.$/,
    )
    const cursor = /cursor "([^"]+)"/.exec(told)?.[1]
    expect(await agent.tell('more', { cursor })).toMatch(/^(?:│ \d+\n)+… \d+ more characters/)
    expect(await agent.tell('log', { card: 'goal' })).toBe('goal has printed nothing yet.')
  })

  test('plan answers its id, and asks for none of what it says', async () => {
    expect(await agent.tell('plan', { goal: 'left' })).toMatch(
      /^\{"plan":"[0-9a-f]{16}",\n"goal":"left",\n"cards":\[\n\{"id":"base",.*"confirm":null\},\n\{"id":"left",.*"confirm":null\}\n\]\}$/,
    )
  })

  test('verify tells what is wrong first', async () => {
    rmSync(repository.path('base.done'))
    expect(await agent.tell('verify', { goal: 'base' })).toBe(`{"goal":"base",
"wrong":[
{"id":"base","verdict":"drifted","message":null,"failed":[{"check":"It is done","message":"base.done is not there"}]}
],
"holds":[],
"unprovable":[],
"next":"A person decides what to reopen: \`reopen\` on the command line, then run the goal."}`)
  })
})

describe('a call that cannot be meant', () => {
  const error = (code: number, message: string, hint: string | null) =>
    `ERROR ${JSON.stringify({ error: { code, message, hint } })}`
  const none = (word: string) => `no card \`${word}\` in docs/ (154 cards)`
  const see = 'See `mikado list` for the goals there are.'

  test.each([
    ['why', { card: 'goall' }, error(64, none('goall'), 'Did you mean `goal`?')],
    ['brief', { card: 'no-such-card' }, error(64, none('no-such-card'), see)],
    ['log', { card: 'no-such-card' }, error(64, none('no-such-card'), see)],
    ['run', { goal: 'no-such-card', plan: 'x' }, error(64, none('no-such-card'), see)],
    ['verify', { goal: 'no-such-card' }, error(64, none('no-such-card'), see)],
    ['close', { card: 'no-such-card' }, error(64, none('no-such-card'), see)],
    ['more', { cursor: 'b1:0' }, error(64, 'no answer is kept for cursor "b1:0"', 'Ask the first tool again.')],
  ])('%s %o is refused with code, cause and next step', async (name, args, told) => {
    expect(await agent.tell(name, args)).toBe(told)
  })

  test('is refused before anything is looked at when its words are not the tool’s', async () => {
    expect(await agent.tell('run', { goal: 'goal' })).toContain('the id of a plan is needed: ask `plan` first')
    expect(await agent.tell('run', { goal: 'goal', plan: 'x', force: true })).toContain('Unrecognized key: "force"')
    expect(await agent.tell('close', { card: 'goal', by: 'Ada' })).toContain('Unrecognized key: "by"')
  })

  test('never becomes an option of the command', async () => {
    for (const [name, args] of [
      ['plan', { goal: '--help' }],
      ['show', { goal: '--version' }],
      ['close', { card: '--yes' }],
      ['discover', { title: '--yes', for: '-C/' }],
    ] as const)
      expect(await agent.tell(name, args)).toMatch(/^ERROR \{"error":\{"code":64,"message":"no card `-/)
  })

  test('of a chain with errors tells each with its place', async () => {
    expect(await agent.tell('plan', { goal: 'wrong' })).toBe(
      error(
        65,
        'the chain of `wrong` has errors, nothing was started\ndocs/wrong.md:5:5: error: no document is called `nowhere` [unknown-card]\n  Write nowhere.md, or take the line away.',
        null,
      ),
    )
  })
})

test('a folder without documents is told before anything is served', async () => {
  using elsewhere = new TestRepository({ '.git/HEAD': '' })
  expect(await elsewhere.tell('mcp')).toBe(`exit 65
--- stderr
mikado: no docs folder in ROOT
  Make a docs folder there, name another repository with -C, or set \`mikado.docs\` in package.json.
`)
})
