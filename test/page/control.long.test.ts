/** A page that was started with --control: forms that do what the commands do, and nothing else. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diamond } from '../cli/diamond.ts'
import { alive, card, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { ask, chromium, openBrowser, Viewer } from './rig.ts'

const { 'tasks/base.ts': _, ...others } = diamond
/** The first card of the chain is a person's. */
const manual = { ...others, 'docs/base.md': card({ title: 'Base', checks: ['The cable lies', 'The lamp burns'] }) }

const origin = (viewer: Viewer) => ({
  Origin: `http://127.0.0.1:${viewer.port}`,
  'Content-Type': 'application/x-www-form-urlencoded',
})

async function send(
  viewer: Viewer,
  path: string,
  fields: Record<string, string | string[]> = {},
  headers: Record<string, string> = origin(viewer),
) {
  const body = new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) => [value].flat().map((each) => [name, each])),
  )
  const { status, headers: told } = await ask(viewer.url + path, { method: 'POST', headers, body: body.toString() })
  return [status, told.location ?? null]
}

const seenIn = (page: string) => /name="seen" value="(\w+)"/.exec(page)?.[1] ?? ''

describe('a form', () => {
  it('is taken from the page itself alone, never by an address', async () => {
    using repository = new TestRepository(diamond)
    await using viewer = await Viewer.open(repository, ['--control'])
    const seen = seenIn(await viewer.text('start/goal'))
    for (const headers of [
      {},
      { Origin: 'null' },
      { Origin: 'http://evil.example' },
      { ...origin(viewer), 'Sec-Fetch-Site': 'cross-site' },
    ])
      expect(await send(viewer, 'start/goal', { seen }, headers)).toEqual([403, null])
    for (const path of ['start/goal?seen=', `start/goal?seen=${seen}`, 'stop']) await ask(viewer.url + path)
    expect(
      (
        await ask(`http://127.0.0.1:${viewer.port}/start/goal`, {
          method: 'POST',
          headers: origin(viewer),
          body: `seen=${seen}`,
        })
      ).status,
    ).toBe(403)
    expect(await send(viewer, 'start/nobody')).toEqual([404, null])
    expect(await send(viewer, 'anything/goal')).toEqual([404, null])
    expect(await send(viewer, 'start/goal', { seen, more: 'x'.repeat(100_000) })).toEqual([413, null])
    expect(repository.names('.mikado')).not.toContain('journal.jsonl')
  })

  it('is not there, and not taken, where the page only reads', async () => {
    using repository = new TestRepository(diamond)
    await using viewer = await Viewer.open(repository)
    expect(await viewer.text()).toContain('read-only: this page changes nothing')
    expect(await viewer.text()).not.toContain('method="post"')
    expect((await ask(`${viewer.url}start/goal`)).status).toBe(404)
    expect(await send(viewer, 'start/goal')).toEqual([405, null])
  })

  it('runs a goal, and says what came of it', async () => {
    using repository = new TestRepository(diamond)
    await using viewer = await Viewer.open(repository, ['--control'])
    expect(await viewer.text()).toContain('started with --control: this page can run goals')
    const seen = seenIn(await viewer.text('start/goal'))
    expect(await send(viewer, 'start/goal', { seen })).toEqual([303, '../'])
    await until('it ran', () => repository.active().length === 0, 30)
    await viewer.shows('', 'run goal: complete')
    expect(repository.read('order')).toMatch(/^base (?:left right|right left) goal $/)
  })

  it('runs nothing whose terms are not agreed to, or have changed', async () => {
    using repository = new TestRepository({
      ...diamond,
      'docs/base.md': card({ title: 'Base', front: 'confirm: Is the water off?\n' }),
    })
    await using viewer = await Viewer.open(repository, ['--control'])
    const page = await viewer.text('start/goal')
    expect(page).toContain('Is the water off?')
    expect(await send(viewer, 'start/goal', { seen: seenIn(page) })).toEqual([303, '../start/goal'])
    expect(await viewer.text('start/goal')).toContain('Nothing was done: not everything was agreed to.')
    repository.write({ 'docs/base.md': card({ title: 'Base', front: 'confirm: Is the house empty?\n' }) })
    expect(await send(viewer, 'start/goal', { seen: seenIn(page), agree: 'base' })).toEqual([303, '../start/goal'])
    expect(await viewer.text('start/goal')).toContain('the card has changed since the page showed it')
    expect(repository.names('.mikado')).not.toContain('journal.jsonl')
    expect(await send(viewer, 'start/goal', { seen: seenIn(await viewer.text('start/goal')), agree: 'base' })).toEqual([
      303,
      '../',
    ])
    await until('it ran', () => repository.active().length === 0, 30)
  })

  it('confirms a card on the word of who has started the page', async () => {
    using repository = new TestRepository(manual)
    await using viewer = await Viewer.open(repository, ['--control'], { USER: 'ada' })
    const page = await viewer.text('confirm/base')
    expect(page).toContain('Recorded as the word of ada.')
    expect(await send(viewer, 'confirm/base', { seen: seenIn(page), agree: '0' })).toEqual([303, '../confirm/base'])
    expect(repository.active()).toContain('base')
    expect(await send(viewer, 'confirm/base', { seen: seenIn(page), agree: ['0', '1'] })).toEqual([303, '../card/base'])
    await viewer.shows('card/base', 'base is complete, on the word of ada')
    // Also on the first page; not where something else is looked at, or asked for.
    expect(await viewer.text()).toContain('base is complete, on the word of ada')
    for (const path of ['card/left', 'start/goal', 'confirm/left'])
      expect([path, (await viewer.text(path)).includes('class="notice"')]).toEqual([path, false])
    expect(await viewer.text('card/left')).toContain('<section id="control" data-part class="empty"></section>')
    expect(repository.active()).not.toContain('base')
    expect(repository.journal().find(({ event }) => event === 'card-completed')).toMatchObject({
      card: 'base',
      how: 'confirmed',
      by: 'ada',
    })
  })

  it('that is refused by the command says why', async () => {
    using repository = new TestRepository({ ...diamond, 'tasks/base.ts': task('base') })
    await using viewer = await Viewer.open(repository, ['--control'])
    const seen = seenIn(await viewer.text('confirm/base'))
    await send(viewer, 'confirm/base', { seen, agree: '0' })
    await viewer.shows('card/base', 'close base:')
    expect(await viewer.text('card/base')).toContain('base is not closed, its checks do not hold')
    expect(repository.active()).toContain('base')
  })
})

it('what the page has started is stopped by it, and ends with it', async () => {
  using repository = new TestRepository({
    ...diamond,
    'tasks/base.ts': task('base', `writeFileSync('pid', String(process.pid))\n    ${waitsFor('never')}`),
  })
  const viewer = await Viewer.open(repository, ['--control'])
  const start = async () => send(viewer, 'start/goal', { seen: seenIn(await viewer.text('start/goal')) })
  const working = () => repository.names('.').includes('pid')
  await start()
  await until('it works', working, 30)
  expect(await viewer.text()).toContain('<code>run goal</code> was started here.')
  expect(await send(viewer, 'stop')).toEqual([303, './'])
  await viewer.shows('', 'run goal: stopped')
  expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'stopped' })

  repository.write({ pid: '' })
  await start()
  await until('it works again', () => repository.read('pid') !== '', 30)
  const pid = Number(repository.read('pid'))
  viewer.started.child.kill('SIGINT')
  const { code } = await viewer.started.ended
  expect([code, alive(pid)]).toEqual([130, false])
  expect(repository.journal().at(-1)).toMatchObject({ event: 'run-ended', outcome: 'stopped' })
  expect(repository.active()).toHaveLength(4)
})

/** Skipped without Chromium: name it by CHROMIUM, or put it on PATH. */
describe.skipIf(!chromium)('in a browser, with scripts and without', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  it.each([true, false])(
    'a goal is run and a card is confirmed by its buttons (scripts: %s)',
    async (javaScriptEnabled) => {
      using repository = new TestRepository(manual)
      await using viewer = await Viewer.open(repository, ['--control'])
      const page: Page = await (await browser.newContext({ javaScriptEnabled })).newPage()
      page.setDefaultTimeout(20_000)
      await page.goto(viewer.url)
      await page.getByRole('link', { name: /^Run …/ }).click()
      await page.getByRole('button', { name: 'Run goal' }).click()
      await until(
        'it waits',
        () => repository.names('.mikado').includes('journal.jsonl') && repository.happened().includes('run-ended'),
        30,
      )
      await page.goto(`${viewer.url}card/base`)
      await page.getByRole('link', { name: 'Confirm …' }).click()
      await page.getByLabel('The cable lies').check()
      await page.getByLabel('The lamp burns').check()
      await page.getByRole('button', { name: 'Confirm' }).click()
      await until('it is complete', () => !repository.active().includes('base'), 30)
      await page.context().close()
    },
  )
})
