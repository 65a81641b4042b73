/** A page that is open while things change: watched in a real browser. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { card, TestRepository, task, waitsFor } from '../rig/repository.ts'
import { chromium, soon, Viewer, Watch } from './rig.ts'

/** Each task goes on when its file is there. */
const held = (id: string, work = '') => task(id, `${work}\n    ${waitsFor(`go-${id}`)}`)

const chain = {
  'docs/goal.md': card({ title: 'The goal', requires: ['left', 'right'] }),
  'docs/left.md': card({ title: 'Left', requires: ['base'] }),
  'docs/right.md': card({ title: 'Right', requires: ['base'] }),
  'docs/base.md': card({ title: 'Base' }),
  'tasks/goal.ts': held('goal'),
  'tasks/left.ts': held('left', "await step('dig', () => 1)\n    log('left digs')"),
  'tasks/right.ts': held('right', "throw new Error('right has no spade')"),
  'tasks/base.ts': held('base'),
}

/** Skipped without Chromium: name it by CHROMIUM, or put it on PATH. */
describe.skipIf(!chromium)('a page that is open', () => {
  const watch = new Watch()
  const open = (url: string) => watch.open(url)
  const { untouched } = Watch
  const state = (page: Page, id: string, wanted: string) =>
    Promise.all([
      page.locator(`#graph [data-card="${id}"][data-state="${wanted}"]`).waitFor(),
      page.locator(`#cards [data-card="${id}"] .state[data-state="${wanted}"]`).waitFor(),
    ])
  const words = async (page: Page, selector: string) =>
    ((await page.locator(selector).textContent()) ?? '').replace(/\s+/g, ' ').trim()

  it('shows a run as it goes, without a reload, in two tabs, with the log of a card as it comes', async () => {
    using repository = new TestRepository(chain)
    await using viewer = await Viewer.open(repository)
    const [graph, left] = [await open(viewer.url), await open(`${viewer.url}card/left`)]
    await state(graph, 'base', 'ready')
    await expect.poll(() => words(graph, '#ready'), soon).toContain('requires nothing')

    const run = repository.start(['run', 'goal', '-j', '2', '--keep-going'])
    await state(graph, 'base', 'running')
    await expect
      .poll(() => words(graph, '#now'), soon)
      .toMatch(/^Now ?run goal · \d+ s 0 of 4 cards ended · works on base$/)
    await graph.locator('#lastrun tr[data-state=running]').waitFor()

    repository.write({ 'go-base': '' })
    await state(graph, 'base', 'complete')
    await state(graph, 'left', 'running')
    await state(graph, 'right', 'failed')
    await expect
      .poll(() => words(graph, '#cards [data-card=right] .why'), soon)
      .toBe('its last run failed: right has no spade')
    await left.locator('#head [data-state=running]').waitFor()
    await left.locator('#log pre', { hasText: 'left digs' }).waitFor()
    await expect.poll(() => words(left, '#tries'), soon).toContain('1 step')

    repository.write({ 'go-left': '' })
    await left.locator('#head [data-state=complete]').waitFor()
    await state(graph, 'left', 'complete')
    await run.ended
    await graph.locator('#now', { hasText: 'Nobody works here.' }).waitFor()
    await expect
      .poll(() => graph.locator('#lastrun .end .words').allTextContents(), soon)
      .toEqual(['done', 'done', 'failed', 'not begun'])
    await expect.poll(() => words(graph, '#goals .why'), soon).toContain('2 of 3 complete')
    await left.locator('#checklist', { hasText: '1 of 1 line ticked' }).waitFor()
    await expect.poll(() => words(graph, '#news'), soon).not.toBe('')
    expect(await Promise.all([untouched(graph), untouched(left)])).toEqual([true, true])
    await Promise.all([graph.close(), left.close()])
  })

  it('shows an edit, a file that is replaced, one that comes and one that goes, and keeps the place in the picture', async () => {
    using repository = new TestRepository(chain)
    await using viewer = await Viewer.open(repository)
    const page = await open(viewer.url)
    await page.locator('#graph [data-card=base]').focus()

    // In place, as some editors save.
    writeFileSync(repository.path('docs/base.md'), card({ title: 'The very base' }))
    await page.locator('#graph [data-card=base]', { hasText: 'The very base' }).waitFor()
    expect(await page.evaluate('document.activeElement.dataset.card')).toBe('base')

    repository.write({
      'docs/extra.md': card({ title: 'Extra' }),
      'docs/right.md': card({ title: 'Right', requires: ['base', 'extra'] }),
    })
    await state(page, 'extra', 'ready')
    // By rename, as git and other editors do.
    repository.write({ 'docs/.swap': card({ title: 'Extra', complete: true }) })
    renameSync(repository.path('docs/.swap'), repository.path('docs/extra.md'))
    await state(page, 'extra', 'complete')
    rmSync(repository.path('docs/extra.md'))
    await page.locator('#graph [data-state=missing]', { hasText: 'extra' }).waitFor()
    await page.locator('#faults', { hasText: 'no document is called `extra`' }).waitFor()
    repository.write({ 'docs/deep/er/extra.md': card({ title: 'Extra again' }) })
    await state(page, 'extra', 'ready')
    await page.locator('#faults.empty').waitFor({ state: 'attached' })
    expect(await untouched(page)).toBe(true)
    await page.close()
  })

  it('says that the server was killed, and goes on by itself when it is back', async () => {
    using repository = new TestRepository(chain)
    const first = await Viewer.open(repository)
    const page = await open(first.url)
    const other = await open(`${first.url}card/base`)
    await first[Symbol.asyncDispose]()
    for (const each of [page, other])
      await each.locator('#line[data-line=lost]', { hasText: /^The server has not answered since/ }).waitFor()
    // Meanwhile something changed.
    repository.write({ 'docs/base.md': card({ title: 'Base', complete: true }) })
    await using again = await Viewer.open(repository)
    expect(again.url).toBe(first.url)
    await state(page, 'base', 'complete')
    await state(page, 'left', 'ready')
    await other.locator('#head [data-state=complete]').waitFor()
    await Promise.all([page, other].map((each) => each.locator('#line[data-line=live]').waitFor()))
    expect(await Promise.all([untouched(page), untouched(other)])).toEqual([true, true])
    await Promise.all([page.close(), other.close()])
  })

  it('says so when the server came back at the same place with another token', async () => {
    using repository = new TestRepository(chain)
    const first = await Viewer.open(repository)
    const page = await open(first.url)
    await first[Symbol.asyncDispose]()
    rmSync(repository.path('.mikado/view.json'))
    await using _ = await Viewer.open(repository, ['--port', String(first.port)])
    await page.locator('#line', { hasText: 'The server has another address now' }).waitFor()
    await page.close()
  })

  it('tells a run that was killed as cut off, not as failed or done', async () => {
    using repository = new TestRepository(chain)
    await using viewer = await Viewer.open(repository)
    const page = await open(viewer.url)
    const run = repository.start(['run', 'goal'])
    await state(page, 'base', 'running')
    run.child.kill('SIGKILL')
    await run.ended
    await state(page, 'base', 'ready')
    await expect.poll(() => words(page, '#cards [data-card=base] .why'), soon).toContain('cut off')
    await page.locator('#now', { hasText: 'was cut off' }).waitFor()
    await page.close()
  })
})
