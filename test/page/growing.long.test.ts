/** A page that is watched while its cards become more, fewer, or others: in a real browser. */
import { renameSync, rmSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { card, TestRepository } from '../rig/repository.ts'
import { chromium, soon, Viewer, Watch } from './rig.ts'

/** Skipped without Chromium: name it by CHROMIUM, or put it on PATH. */
describe.skipIf(!chromium)('a page that is watched', () => {
  const watch = new Watch()
  const open = (url: string) => watch.open(url)
  const { untouched } = Watch
  /** The cards of the picture and of the list, each with its state. */
  const seen = async (page: Page) => {
    const cards = (place: string) =>
      page.evaluate(
        `[...document.querySelectorAll('${place} [data-card]')].map(({ dataset }) => dataset.card + ' ' + dataset.state).sort()`,
      ) as Promise<string[]>
    return { picture: await cards('#graph'), list: await cards('#cards') }
  }
  const both = (...cards: string[]) => ({ picture: cards, list: cards })

  it('grows from nothing to its first card, and on from there', async () => {
    using repository = new TestRepository({ 'docs/plain.txt': '' })
    await using viewer = await Viewer.open(repository)
    const page = await open(viewer.url)
    await page.locator('#picture', { hasText: 'No cards yet' }).waitFor()
    repository.write({ 'docs/goal.md': card({ title: 'The goal' }) })
    await expect.poll(() => seen(page), soon).toEqual(both('goal ready'))
    await Watch.begin(page)
    repository.write({
      'docs/base.md': card({ title: 'The base' }),
      'docs/goal.md': card({ title: 'The goal', requires: ['base'] }),
    })
    await expect.poll(() => seen(page), soon).toEqual(both('base ready', 'goal blocked'))
    expect(await page.locator('#graph .edges path').count()).toBe(1)
    await expect.poll(() => page.locator('#goals').textContent(), soon).toContain('0 of 1 complete')
    expect(await page.locator('#cards h2').textContent()).toBe('Cards 2')
    expect(await untouched(page)).toBe(true)
    rmSync(repository.path('docs/base.md'))
    rmSync(repository.path('docs/goal.md'))
    await page.locator('#picture', { hasText: 'No cards yet' }).waitFor()
    await page.close()
  })

  it('shows a card that is renamed under its new name, and the old one as missing where it is still required', async () => {
    using repository = new TestRepository({
      'docs/goal.md': card({ title: 'The goal', requires: ['old'] }),
      'docs/old.md': card({ title: 'A card' }),
    })
    await using viewer = await Viewer.open(repository)
    const page = await open(viewer.url)
    renameSync(repository.path('docs/old.md'), repository.path('docs/new.md'))
    await expect.poll(() => seen(page), soon).toEqual(both('goal blocked', 'new ready'))
    await page.locator('#graph [data-state=missing]', { hasText: 'old' }).waitFor()
    await expect.poll(() => page.locator('#cards [data-card=goal] .why').textContent(), soon).toContain('old (missing)')
    repository.write({ 'docs/goal.md': card({ title: 'The goal', requires: ['new'] }) })
    await page.locator('#graph [data-state=missing]').waitFor({ state: 'detached' })
    await page.locator('#faults.empty').waitFor({ state: 'attached' })
    expect(await untouched(page)).toBe(true)
    await page.close()
  })

  it('of a card that is taken away says that it is gone, shows how it stood, and goes on when it is back', async () => {
    using repository = new TestRepository({
      'docs/goal.md': card({ title: 'The goal', requires: ['base'] }),
      'docs/base.md': card({ title: 'The base' }),
    })
    await using viewer = await Viewer.open(repository)
    const page = await open(`${viewer.url}card/base`)
    const goal = await open(`${viewer.url}card/goal`)
    rmSync(repository.path('docs/base.md'))
    await page.locator('#line[data-line=lost]', { hasText: 'What this page shows is gone' }).waitFor()
    expect(await page.locator('h1').textContent()).toBe('The base')
    await goal.locator('#why', { hasText: 'waits for base (missing)' }).waitFor()
    await goal.locator('#requires [data-state=missing]').waitFor()
    repository.write({ 'docs/base.md': card({ title: 'The base', complete: true }) })
    await page.locator('#head [data-state=complete]').waitFor()
    await page.locator('#line[data-line=live]').waitFor()
    await goal.locator('#head [data-state=ready]').waitFor()
    expect(await Promise.all([untouched(page), untouched(goal)])).toEqual([true, true])
    await Promise.all([page.close(), goal.close()])
  })

  it('takes nothing away from under a finger', async () => {
    using repository = new TestRepository({
      'docs/goal.md': card({ title: 'The goal', requires: ['base', 'other'] }),
      'docs/base.md': card({ title: 'The base' }),
      'docs/other.md': card({ title: 'The other' }),
    })
    await using viewer = await Viewer.open(repository)
    const page = await open(viewer.url)
    await page.locator('#ready a', { hasText: 'The base' }).hover()
    await page.mouse.down()
    const told = page.waitForResponse((answer) => answer.url().endsWith('?part=live'))
    repository.write({ 'docs/other.md': card({ title: 'The other', complete: true }) })
    await (await told).finished()
    await page.locator('#cards [data-card=other][data-state=complete]').waitFor()
    // Time enough to put it in.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    expect(await page.locator('#ready li').count()).toBe(2)
    await page.mouse.up()
    await page.waitForURL('**/card/base')
    await page.close()
  })

  it('without complete cards loses each as it is completed, and has it again when it is reopened', async () => {
    const base = (complete: boolean) => ({ 'docs/base.md': card({ title: 'The base', complete }) })
    const other = { 'docs/other.md': card({ title: 'The other' }) }
    using repository = new TestRepository({
      'docs/goal.md': card({ title: 'The goal', requires: ['base', 'other'] }),
      ...base(false),
      ...other,
    })
    await using viewer = await Viewer.open(repository)
    const page = await open(viewer.url)
    expect(await page.locator('#toggle a').count()).toBe(0)
    repository.write(base(true))
    await page.getByRole('link', { name: 'Hide complete' }).click()
    await page.waitForURL('**/?hide=complete')
    await Watch.begin(page)
    expect(await seen(page)).toEqual(both('goal blocked', 'other ready'))
    repository.write({ 'docs/other.md': card({ title: 'The other', complete: true }) })
    await expect.poll(() => seen(page), soon).toEqual(both('goal ready'))
    await page.locator('#toggle', { hasText: 'Show 2 complete cards' }).waitFor()
    repository.write({ ...base(false), ...other })
    await expect.poll(() => seen(page), soon).toEqual(both('base ready', 'goal blocked', 'other ready'))
    await page.locator('#toggle', { hasText: 'Show all cards' }).waitFor()
    expect(await untouched(page)).toBe(true)
    await page.close()
  })
})
