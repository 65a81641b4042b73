/** Cards that nothing proves or nothing reaches, and tasks that belong to none. */
import { describe, expect, it } from 'vitest'
import type { Stray, Work } from '../../scripts/core/lint/card-rules.ts'
import type { LintSettings } from '../../scripts/core/lint/settings.ts'
import { doc, page } from './documents.ts'
import { linted } from './lint-desk.ts'

const path = 'docs/a.md'
const card = (list: string, ...front: string[]) => `${page('status: active', ...front)}${list}`
const list = '## Verification\n- [ ] `one` (x)\n- [ ] two\n'

/** What is told of these documents when the tasks are these; a task's checks, or null for one that is no module. */
function told(
  texts: Record<string, string>,
  tasks: Record<string, readonly string[] | null> = {},
  strays: readonly Stray[] = [],
  rules: LintSettings['rules'] = {},
): string[] {
  const works = new Map(
    Object.entries(tasks).map(([id, checks]): [string, Work] => [id, { path: `tasks/${id}.ts`, checks }]),
  )
  return linted(texts, { rules }, { works, strays })
}

describe('how an active card is proved', () => {
  it.each([
    [{ [path]: card(list) }, {}],
    [{ [path]: card(list) }, { a: ['one', 'two'] }],
    [{ [path]: card(list) }, { a: null }],
    [{ [path]: card(list, 'run: manual') }, { a: [] }],
    [{ [path]: list }, { a: ['one'] }],
    [{ [path]: page('requires: []') }, {}],
  ])('%j is in order', (texts, tasks) => {
    expect(told(texts, tasks)).toEqual([])
  })

  it('neither a checklist nor a task', () => {
    const line = `${path}:2:9 warning card-without-proof: nothing says when \`a\` is done: no checklist, no task [Write a list of what must be true under \`## Verification\`, or a task.]`
    expect(told({ [path]: card('') })).toEqual([line])
    expect(told({ [path]: card('', 'run: manual') })).toEqual([line])
  })

  it('a task without a checklist', () => {
    expect(told({ [path]: card('') }, { a: null })).toEqual([
      `${path}:2:9 warning card-without-checklist: nothing proves what tasks/a.ts does: no checklist [Write what must then be true under \`## Verification\`.]`,
    ])
  })

  it('a checklist without a task, where that is asked', () => {
    const rules = { 'card-without-task': 'error' } as const
    expect(told({ [path]: card(list) }, {}, [], rules)).toEqual([
      `${path}:2:9 error card-without-task: \`a\` has no task: a person does it [Write tasks/…/a.ts, or say \`run: manual\`.]`,
    ])
    expect(told({ [path]: card(list, 'run: manual') }, {}, [], rules)).toEqual([])
  })

  it('a line without a function', () => {
    const help = '[Write a function of that name; it may leave the line to a person with `needsPerson()`.]'
    expect(told({ [path]: card(list) }, { a: ['two'] })).toEqual([
      `${path}:7:4 warning unproved-line: tasks/a.ts has no function that proves "one" ${help}`,
    ])
    expect(told({ [path]: card(list) }, { a: [] })).toHaveLength(2)
  })

  it('is not asked of a card with errors', () => {
    expect(told({ [path]: page('status: Active') }).map((line) => line.split(' ')[2])).toEqual(['unknown-status:'])
  })
})

it('cards behind cards that require each other are reached by no goal; the ring is told as a cycle', () => {
  const done = '## Verification\n- [ ] x\n'
  const texts = {
    'docs/ring.md': doc(['other']) + done,
    'docs/other.md': doc(['ring', 'behind']) + done,
    'docs/behind.md': doc(['deeper', 'shared']) + done,
    'docs/deeper.md': doc() + done,
    'docs/shared.md': doc() + done,
    'docs/goal.md': doc(['shared', 'old']) + done,
    'docs/old.md': doc([], 'complete') + done,
  }
  const unreached = (id: string) =>
    `docs/${id}.md:3:9 warning unreached-card: no goal reaches \`${id}\`: it lies behind cards that require each other [Mend the cycle, and it is part of a chain again.]`
  expect(told(texts)).toEqual([
    unreached('behind'),
    unreached('deeper'),
    expect.stringContaining('docs/other.md:5:5 error cycle: '),
    '  docs/ring.md:5:5 `ring` requires `other`',
  ])
})

describe('a task that no document is called', () => {
  const stray = (stem: string, shaped: boolean): Stray => ({ path: `tasks/${stem}.sh`, stem, shaped })
  const texts = { 'docs/deploy-zot.md': card(list), 'docs/worked.md': card(list) }
  const strays = (...list_: Stray[]) => told(texts, { worked: null }, list_)
  const line = (stem: string, help: string) =>
    `tasks/${stem}.sh:1:1 warning task-without-card: no document is called \`${stem}\` [${help}]`

  it('is told when it has the form of a task', () => {
    expect(strays(stray('helper', true), stray('deploy', true))).toEqual([
      line('deploy', 'Did you mean `deploy-zot`?'),
      line('helper', 'Write the document, or begin the name of a helper with `_`.'),
    ])
  })

  it('is told when it is called nearly like a card that has none', () => {
    const near = ['deploy_zot', 'DeployZot', 'depoy-zot', 'deploy-zott'].map((stem) => stray(stem, false))
    expect(strays(...near)).toEqual(near.map(({ stem }) => line(stem, 'Did you mean `deploy-zot`?')).sort())
  })

  it('is left when it could be anything', () => {
    expect(
      strays(...['deploy', 'zot', 'services-check', 'Worked', 'wor-ked'].map((stem) => stray(stem, false))),
    ).toEqual([])
  })
})
