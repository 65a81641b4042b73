import { describe, expect, test } from 'vitest'
import { recordedAs } from '../../scripts/mcp/person.ts'
import { card, TestRepository, task } from '../rig/repository.ts'
import { Agent, type Person } from './rig.ts'

const ada = () => ({ confirmed: true, name: ' Ada\u202e\nLovelace ' })
const paper = {
  'docs/sign.md': card({ title: 'Sign the paper', checks: ['It is done', 'The paper is signed (in the drawer)'] }),
  'tasks/sign.ts': task('sign'),
  'sign.done': '',
}
const sure = {
  'docs/erase.md': card({ front: 'confirm: Is the backup good?\n' }),
  'tasks/erase.ts': task('erase'),
}
const hint = (words: string) =>
  `A person can say it on a terminal: \`mikado ${words}\`. Ask them to; an agent's word does not count.`
const refused = (message: string, words: string) =>
  `ERROR ${JSON.stringify({ error: { code: 3, message, hint: hint(words) } })}`

describe.each([
  ['as clients spoke before 2026', {}],
  ['by the revision of 2026-07-28', { revision: '2026-07-28' }],
])('a person’s word, %s', (_, era) => {
  test('closes a card, and their own name is recorded', async () => {
    using repository = new TestRepository(paper)
    await using agent = await Agent.connect(repository, { person: ada, ...era })
    expect(await agent.tell('close', { card: 'docs/sign.md' })).toBe(`{"closed":"sign",
"by":"Ada Lovelace, asked through scripted",
"verified":true,
"ready":[]}`)
    expect(agent.asked).toEqual(['Is this true of sign (docs/sign.md)?\nThe paper is signed (in the drawer)'])
    expect(repository.active()).toEqual([])
    expect(await agent.tell('close', { card: 'sign' })).toContain('{"closed":null,')
    expect(agent.asked).toHaveLength(1)
  })

  test('is wanted where the client can ask nobody, and then refused', async () => {
    using repository = new TestRepository({ ...paper, ...sure })
    await using agent = await Agent.connect(repository, era)
    expect(await agent.tell('close', { card: 'sign' })).toBe(
      refused(
        'Is this true of sign (docs/sign.md)?\nThe paper is signed (in the drawer)\nThis client cannot ask a person.',
        'close sign',
      ),
    )
    expect(await agent.run('erase')).toBe(
      refused(
        'Before anything starts, a person must agree:\nerase: Is the backup good?\nThis client cannot ask a person.',
        'run erase',
      ),
    )
    expect(repository.active()).toEqual(['erase', 'sign'])
    expect(repository.names('.')).not.toContain('erase.done')
  })

  test('is asked before a run that wants it, once for all, and then it runs', async () => {
    using repository = new TestRepository({
      ...sure,
      'docs/after.md': card({ requires: ['erase'], front: 'confirm: And the other one?\n' }),
      'tasks/after.ts': task('after'),
    })
    await using agent = await Agent.connect(repository, { person: ada, ...era })
    expect(JSON.parse(await agent.run('after'))).toMatchObject({ outcome: 'complete' })
    expect(agent.asked).toEqual([
      'Before anything starts, a person must agree:\nerase: Is the backup good?\nafter: And the other one?',
    ])
  })
})

test.each<[string, Person]>([
  ['declined', () => 'decline'],
  ['accepted by a program that shows no form', () => 'accept'],
  ['not confirmed', () => ({ confirmed: false, name: 'Ada' })],
  ['without a name', () => ({ confirmed: true, name: ' \u200b ' })],
])('a person’s word that is %s closes nothing', async (_what, person) => {
  using repository = new TestRepository(paper)
  await using agent = await Agent.connect(repository, { person })
  expect(await agent.tell('close', { card: 'sign' })).toBe(refused('the person did not confirm it', 'close sign'))
  expect(repository.active()).toEqual(['sign'])
})

test('a person who does not agree starts nothing', async () => {
  using repository = new TestRepository(sure)
  await using agent = await Agent.connect(repository, { person: () => 'decline' })
  expect(await agent.run('erase')).toBe(refused('the person did not confirm it', 'run erase'))
  expect(repository.active()).toEqual(['erase'])
})

test('a word that was given about another text of the card does not count: it is asked for anew', async () => {
  using repository = new TestRepository(paper)
  let edited = false
  const person = () => {
    if (!edited)
      repository.write({ 'docs/sign.md': card({ title: 'Sign it', checks: ['It is done', 'Both papers are signed'] }) })
    edited = true
    return ada()
  }
  await using agent = await Agent.connect(repository, { person })
  expect(await agent.tell('close', { card: 'sign' })).toContain('{"closed":"sign",')
  expect(agent.asked.map((text) => text.split('\n')[1])).toEqual([
    'The paper is signed (in the drawer)',
    'Both papers are signed',
  ])
})

test('nobody is asked while a check does not hold, or a requirement is active', async () => {
  using repository = new TestRepository({ ...sure, 'docs/sign.md': card({ requires: ['erase'] }) })
  await using agent = await Agent.connect(repository, { person: ada })
  expect(await agent.tell('close', { card: 'erase' })).toMatch(
    /^ERROR .*"code":1,"message":"erase is not closed, its checks do not hold/,
  )
  expect(await agent.tell('close', { card: 'sign' })).toMatch(
    /^ERROR .*"code":1,"message":"sign requires erase, not complete yet/,
  )
  expect(agent.asked).toEqual([])
})

test('the name is recorded for one call, beside what git is told by the environment already', () => {
  const own = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' }
  expect(recordedAs('Ada', own)).toEqual({
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_1: 'user.name',
    GIT_CONFIG_VALUE_1: 'Ada',
  })
  expect(recordedAs('Ada', {}).GIT_CONFIG_COUNT).toBe('1')
})
