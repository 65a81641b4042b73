import { chmodSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GitRepository } from '../hook/build.ts'
import { card, TestRepository, task } from '../rig/repository.ts'

/** A complete chain of three, written in different hands. */
const documents = {
  'docs/base.md': '\uFEFF---\r\ntitle: Base\r\nbranch: mikado/base\r\n---\r\n## Verification\r\n- [x] It is done',
  'docs/mid.md': `---\ntitle: "Mid: 2"   # as it is\nrequires:\n- base\n# why\n- "note"\ntags: [ x ]\n---\n\n## Verification\n\n- [x] It is done\n`,
  'docs/note.md': '---\ntitle: Note\nrequires: []\n---\n\nNo list.\n',
  'docs/goal.md': `${card({ title: 'Goal', complete: true, front: 'branch: mikado/goal\nrequires: [mid,\n  note] # both\n' })}`,
}
const after = {
  'docs/base.md': '\uFEFF---\r\ntitle: Base\r\n---\r\n## Verification\r\n- [x] It is done',
  'docs/mid.md': `---\ntitle: "Mid: 2"   # as it is\ntags: [ x ]\n---\n\n## Verification\n\n- [x] It is done\n`,
  'docs/note.md': '---\ntitle: Note\n---\n\nNo list.\n',
  'docs/goal.md': card({ title: 'Goal', complete: true }),
}
const tasks = Object.fromEntries(['base', 'mid', 'goal'].map((id) => [`tasks/${id}.ts`, task(id)]))
const proofs = Object.fromEntries(['base', 'mid', 'goal'].map((id) => [`${id}.done`, '']))
const texts = (repository: TestRepository) =>
  Object.fromEntries(Object.keys(documents).map((path) => [path, repository.read(path)]))

describe('finalize', () => {
  test('makes documentation of a complete chain, to the byte, and verify goes on asking all of it', async () => {
    using repository = new TestRepository({ ...documents, ...tasks, ...proofs })
    const rows = (how: string, mark: string) =>
      ['base', 'note', 'mid', 'goal']
        .map(
          (id, at) =>
            `${mark}  docs/${id}.md  ${id.length === 3 ? ' ' : ''}${how} ${['branch', 'requires', 'requires', 'requires, branch'][at]}\n`,
        )
        .join('')
    expect(await repository.tell('finalize', 'goal', '--dry-run')).toBe(
      `exit 0\n--- stdout\n${rows('would lose', '○')}`,
    )
    expect([texts(repository), repository.names('.mikado')]).toEqual([documents, []])

    const next = '--- stderr\n\nOn its branch, commit that as `C2(goal): finalize …`.\n'
    expect(await repository.tell('finalize', 'goal')).toBe(`exit 0\n--- stdout\n${rows('without', '✓')}\n${next}`)
    expect(texts(repository)).toEqual(after)
    expect(await repository.tell('finalize', 'goal')).toBe(
      'exit 0\n--- stdout\nNothing to take out: goal is documentation already.\n',
    )
    const held = ['base', 'mid', 'goal'].map((id) => `✓  ${id.padEnd(4)}  holds, 1 check\n`).join('')
    const gone = '\n--- stderr\nof the finalized chain, no checklist is left of note\n'
    expect(await repository.tell('verify', 'goal')).toBe(`exit 0\n--- stdout\n${held}${gone}`)
    repository.write({ '.mikado/journal.jsonl': '' })
    expect(await repository.tell('verify', 'goal')).toBe('exit 0\n--- stdout\n✓  goal  holds, 1 check\n')
    expect((await repository.mikado('verify', '--all')).stdout.match(/holds/g)).toHaveLength(3)
  })

  test('finds drift in what was finalized, and only opens again what is named', async () => {
    using repository = new TestRepository({ ...documents, ...tasks, 'goal.done': '', 'mid.done': '' })
    await repository.mikado('finalize', 'goal')
    const { code, stderr } = await repository.mikado('verify', 'goal')
    expect([code, stderr]).toEqual([2, expect.stringContaining('reopen base`, then run the goal again.')])
    await repository.mikado('reopen', 'base')
    expect((await repository.mikado('run', 'base')).code).toBe(0)
    expect([texts(repository), (await repository.mikado('verify', 'goal')).code]).toEqual([after, 0])
  })

  test('answers in JSON', async () => {
    using repository = new TestRepository(documents)
    const { stdout } = await repository.mikado('finalize', 'goal', '--json')
    const row = (id: string, ...removed: string[]) => ({ id, path: `docs/${id}.md`, removed })
    const cards = [
      row('base', 'branch'),
      row('note', 'requires'),
      row('mid', 'requires'),
      row('goal', 'requires', 'branch'),
    ]
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      kind: 'finalize',
      data: { goal: 'goal', cards, commit: null },
    })
  })

  test('goes on where it was cut, with all cards that the chain had', async () => {
    using repository = new TestRepository({ ...documents, ...tasks, ...proofs })
    chmodSync(repository.path('docs/goal.md'), 0o444)
    repository.giveAway()
    const cut = await repository.start(['finalize', 'goal'], {}, { asNobody: true }).ended
    expect(repository.told(cut)).toMatch(/^exit 73\n--- stderr\nmikado: docs\/goal\.md cannot be written: /)
    expect(texts(repository)).toEqual({ ...after, 'docs/goal.md': documents['docs/goal.md'] })
    chmodSync(repository.path('docs/goal.md'), 0o644)
    expect((await repository.start(['finalize', 'goal'], {}, { asNobody: true }).ended).code).toBe(0)
    const { stdout } = await repository.start(['verify', 'goal'], {}, { asNobody: true }).ended
    expect([texts(repository), stdout.match(/holds/g)?.length]).toEqual([after, 3])
  })
})

describe('finalize refuses, and changes nothing,', () => {
  const refused = async (changes: Record<string, string>, ...words: string[]) => {
    using repository = new TestRepository({ ...documents, ...changes })
    const told = await repository.tell('finalize', ...words)
    expect(texts(repository)).toEqual({ ...documents, ...changes })
    return told
  }

  test('while a card of the chain is active', async () => {
    const base = card({ title: 'Base' })
    const told =
      'exit 1\n--- stderr\nmikado: goal is not finished: base is active\n  Complete the chain first; nothing was changed.\n'
    expect(await refused({ 'docs/base.md': base }, 'goal')).toBe(told)
    expect(await refused({ 'docs/base.md': base }, 'goal', '--dry-run')).toBe(told)
  })

  test('what another card requires, unless it says by its branch that it is a goal', async () => {
    expect(await refused({}, 'mid')).toBe(
      'exit 64\n--- stderr\nmikado: mid is no goal: goal requires it\n  Finalize goal, or what requires that; a goal of its own names its `branch`.\n',
    )
    using repository = new TestRepository(documents)
    expect((await repository.mikado('finalize', 'base')).code).toBe(0)
    expect(texts(repository)).toEqual({ ...documents, 'docs/base.md': after['docs/base.md'] })
  })

  test('a chain with errors', async () => {
    const told = await refused({ 'docs/base.md': '---\nstatus: done\n---\n' }, 'goal')
    expect(told).toMatch(/^exit 65\n--- stderr\nmikado: the chain of `goal` has errors, nothing was started\n/)
  })

  test('a document in which the keys cannot be taken out line by line, before any is changed', async () => {
    const goal = '---\n{title: Goal, requires: [mid]}\n---\n'
    expect(await refused({ 'docs/goal.md': goal }, 'goal')).toBe(
      'exit 73\n--- stderr\nmikado: docs/goal.md: its `requires`, `status` or `branch` does not stand on lines of its own; nothing was changed\n  Take them out by hand.\n',
    )
  })
})

describe('finalize --commit', () => {
  /** The chain on its branch, worked. */
  function worked(branch = 'mikado/goal'): GitRepository {
    const repository = new GitRepository({ ...documents, 'code.txt': '' })
    repository.git('switch', '--quiet', '-c', branch)
    repository.commit('C2(goal): impl it', { 'code.txt': 'x' })
    return repository
  }

  test('makes one commit of exactly the documents', async () => {
    using repository = worked()
    const { code, stderr } = await repository.mikado('finalize', 'goal', '--commit')
    expect([code, stderr, repository.dirty()]).toEqual([0, '', []])
    expect(repository.subjects().at(-1)).toBe('C2(goal): finalize 4 cards as documentation')
    expect(repository.changedIn('HEAD')).toEqual(
      Object.keys(documents)
        .sort()
        .map((path) => `M ${path}`),
    )
    expect(texts(repository)).toEqual(after)
    expect(repository.journal().at(-1)).toMatchObject({
      event: 'commit',
      card: 'goal',
      verb: 'finalize',
      sha: repository.git('rev-parse', 'HEAD'),
    })
  })

  test('puts every document back when git does not take it', async () => {
    using repository = worked()
    repository.write({ '.git/hooks/commit-msg': '#!/bin/sh\necho not today >&2; exit 1\n' })
    chmodSync(repository.path('.git/hooks/commit-msg'), 0o755)
    expect(await repository.tell('finalize', 'goal', '--commit')).toBe(`exit 73
--- stderr
mikado: git did not take the commit \`C2(goal): finalize 4 cards as documentation\`: not today
docs/goal.md, docs/mid.md, docs/note.md, docs/base.md: put back as before, mend that and run this again
  Nothing was finalized.
`)
    expect([texts(repository), repository.dirty()]).toEqual([documents, []])
  })

  test('is refused on the branch of another goal', async () => {
    using repository = worked('mikado/base')
    const { code, stderr } = await repository.mikado('finalize', 'goal', '--commit')
    expect([code, stderr, texts(repository)]).toEqual([
      73,
      expect.stringContaining('this is mikado/base, not mikado/goal'),
      documents,
    ])
  })
})
