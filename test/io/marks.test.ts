import { chmodSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseCard } from '../../scripts/core/card.ts'
import { markActive, markComplete } from '../../scripts/io/marks.ts'
import { asNobody, Folder, moduleOf } from './folder.ts'

const path = 'docs/a.md'
const active = '---\ntitle: A\nstatus: active\n---\n## Verification\n- [ ] It holds\n- [ ] Seen\n'
const complete = '---\ntitle: A\n---\n## Verification\n- [x] It holds\n- [x] Seen\n'
const { card } = parseCard(path, active)

it('marks a document complete, and active again', () => {
  using folder = new Folder({ [path]: active })
  expect(markComplete(folder.repository, card, ['It holds', 'Seen'])).toEqual({ ok: true })
  expect(folder.read(path)).toBe(complete)
  expect(markActive(folder.repository, path)).toEqual({ ok: true })
  expect([folder.read(path), folder.names('docs'), folder.names('.mikado/tmp')]).toEqual([active, ['a.md'], []])
})

it('marks the text as it is at that moment: what a person wrote meanwhile stays', () => {
  const edited = active.replace('title: A', 'title: B\ntags: [new]').replace('- [ ] Seen', 'A new paragraph.')
  using folder = new Folder({ [path]: edited })
  expect(markComplete(folder.repository, card, ['It holds', 'Seen'])).toEqual({ ok: true })
  expect(folder.read(path)).toBe(edited.replace('status: active\n', '').replace('- [ ] It', '- [x] It'))
})

it('writes through a link to a document, with its mode', () => {
  using folder = new Folder()
  folder.write('elsewhere/real.md', active, 0o600)
  folder.write('docs/other.md', '')
  symlinkSync('../elsewhere/real.md', folder.path(path))
  expect(markComplete(folder.repository, card, ['It holds', 'Seen'])).toEqual({ ok: true })
  expect([folder.read('elsewhere/real.md'), (statSync(folder.path(path)).mode & 0o777).toString(8)]).toEqual([
    ...[complete, '600'],
  ])
})

it('does not touch a document in which nothing changes', () => {
  using folder = new Folder({ [path]: complete })
  const before = statSync(folder.path(path)).ino
  expect(markComplete(folder.repository, card, ['It holds', 'Seen'])).toEqual({ ok: true })
  expect(statSync(folder.path(path)).ino).toBe(before)
})

describe('a document is left alone, with the reason,', () => {
  it.each([
    ['---\nstatus: done\n---\n', `${path} was left alone: its status is no longer \`active\``],
    [
      '---\n{status: active}\n---\n',
      `${path} was left alone: its \`status: active\` does not stand on a line of its own`,
    ],
    [
      '---\nstatus: active\nstatus: active\n---\n',
      `${path} was left alone: frontmatter is not YAML: Map keys must be unique (line 3)`,
    ],
    ['---\nstatus: active\n', `${path} was left alone: frontmatter is not closed (line 1)`],
  ])('when it was edited into %j', (text, reason) => {
    using folder = new Folder({ [path]: text })
    expect(markComplete(folder.repository, card, [])).toEqual({ ok: false, reason })
    expect(folder.read(path)).toBe(text)
  })

  it('when it was deleted', () => {
    using folder = new Folder({ [path]: active })
    rmSync(folder.path(path))
    const reason = `${path} is gone`
    expect(markComplete(folder.repository, card, [])).toEqual({ ok: false, reason })
    expect(markActive(folder.repository, path)).toEqual({ ok: false, reason })
    expect(folder.names('docs')).toEqual([])
  })

  it('when it is no longer UTF-8', () => {
    using folder = new Folder({ [path]: Buffer.from(`${active}\xe9`, 'latin1') })
    expect(markComplete(folder.repository, card, [])).toEqual({
      ok: false,
      reason: `${path} is not UTF-8 text`,
    })
  })

  it('when it has nothing to put a status into', () => {
    using folder = new Folder({ [path]: '# A\n' })
    const reason = `${path} was left alone: it has no frontmatter to put \`status: active\` into`
    expect(markActive(folder.repository, path)).toEqual({ ok: false, reason })
  })

  it('when its folder may not be written', () => {
    using folder = new Folder({ [path]: active, '.mikado/.gitignore': '*\n' })
    folder.giveAway()
    chmodSync(folder.path('docs'), 0o555)
    const script = `
      import { markComplete } from ${moduleOf('io/marks.ts')}
      console.log(JSON.stringify(markComplete(${JSON.stringify(folder.repository)}, ${JSON.stringify(card)}, ['It holds', 'Seen'])))`
    const { ok, reason } = JSON.parse(asNobody(script))
    expect([ok, reason]).toEqual([false, `${path} cannot be written: EACCES: permission denied`])
    expect([folder.read(path), folder.names('.mikado/tmp')]).toEqual([active, []])
  })
})
