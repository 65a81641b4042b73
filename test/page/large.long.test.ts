/** Two thousand cards: the picture moves and the page follows a run without standing still. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeGraph } from '../../bench/lib/graph.ts'
import { card, TestRepository, task } from '../rig/repository.ts'
import { chromium, openBrowser, Viewer } from './rig.ts'

/** Longer than that, in milliseconds, no task of the page may keep its thread busy. */
const longest = 100

function large(): Record<string, string> {
  const { cards } = makeGraph('random', 2000, 7)
  return Object.fromEntries(
    cards.flatMap(({ id, requires }, at) => [
      [`docs/${Math.floor(at / 500)}/${id}.md`, card({ title: `What ${id} is for`, requires: [...requires] })],
      [`tasks/${Math.floor(at / 500)}/${id}.ts`, task(id)],
    ]),
  )
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds of the thread's own time: what other programs take of the machine does not count. */
  tdur?: number
  args?: { name?: string }
}

/** The longest tasks of the page's main thread while something is done, in milliseconds. */
async function tasksWhile(browser: Browser, page: Page, act: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['toplevel'] })
  await act()
  await page.waitForTimeout(500)
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid}:${tid}`
  const main = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf),
  )
  const times = traceEvents
    .filter((event) => event.ph === 'X' && main.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
  expect(times.length).toBeGreaterThan(0)
  return times.sort((a, b) => b - a).slice(0, 5)
}

/** Skipped without Chromium: name it by CHROMIUM, or put it on PATH. */
describe.skipIf(!chromium)('two thousand cards', () => {
  let browser: Browser
  let repository: TestRepository
  let viewer: Viewer
  let page: Page
  beforeAll(async () => {
    repository = new TestRepository(large())
    viewer = await Viewer.open(repository)
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.setDefaultTimeout(120_000)
    await page.goto(viewer.url)
    await page.locator('#line[data-line=live]').waitFor()
    await page.waitForTimeout(2000)
  }, 240_000)
  afterAll(async () => {
    await browser.close()
    await viewer[Symbol.asyncDispose]()
    repository[Symbol.dispose]()
  })

  it('are all in the picture and in the list', async () => {
    expect(await page.locator('#graph [data-card]').count()).toBe(2000)
    expect(await page.locator('#cards [data-card]').count()).toBe(2000)
  })

  it.each<[string, (page: Page) => Promise<unknown>]>([
    [
      'dragged',
      async ({ mouse }) => {
        await mouse.move(900, 400)
        await mouse.down()
        for (let step = 0; step < 30; step++) await mouse.move(900 - step * 15, 400 + (step % 5) * 8)
        await mouse.up()
      },
    ],
    [
      'moved by the wheel',
      async ({ mouse }) => {
        for (let step = 0; step < 20; step++) await mouse.wheel(120, 40)
      },
    ],
    [
      'zoomed in',
      async ({ keyboard, mouse }) => {
        await keyboard.down('Control')
        for (let step = 0; step < 12; step++) await mouse.wheel(0, -80)
        await keyboard.up('Control')
      },
    ],
    [
      'zoomed out until all is seen',
      async ({ keyboard, mouse }) => {
        await keyboard.down('Control')
        for (let step = 0; step < 40; step++) await mouse.wheel(0, 120)
        await keyboard.up('Control')
      },
    ],
    ['shown whole', async ({ keyboard }) => await keyboard.press('0')],
    [
      'zoomed by keys',
      async ({ keyboard }) => {
        for (let step = 0; step < 6; step++) await keyboard.press('+')
      },
    ],
    [
      'searched',
      async (page) => {
        await page.fill('#words', 'card-12')
        await page.keyboard.press('Enter')
        await page.locator('#graph a:focus').waitFor()
      },
    ],
    [
      'walked through',
      async ({ keyboard }) => {
        for (const key of ['ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'ArrowLeft']) await keyboard.press(key)
      },
    ],
  ])('no task is longer than 100 ms while it is %s', { timeout: 240_000 }, async (_, act) => {
    const [first = 0] = await tasksWhile(browser, page, () => act(page))
    expect(first).toBeLessThan(longest)
    // And it is seen, as large as it says.
    const { height = 0 } = (await page.locator('#graph').boundingBox()) ?? {}
    expect(height).toBeCloseTo(Number(await page.locator('#graph').getAttribute('height')), 0)
  })

  it('keep no page busy while a run works them', { timeout: 600_000 }, async () => {
    await page.fill('#words', '')
    await page.keyboard.press('0')
    const run = repository.start(['run', 'goal', '--output', 'quiet'])
    await page.locator('#now', { hasText: 'run goal' }).waitFor()
    const complete = () => page.locator('#graph [data-state=complete]').count()
    const tasks = await tasksWhile(browser, page, async () => {
      await page.waitForTimeout(8000)
      // A busy machine takes longer to complete any.
      await expect.poll(complete, { timeout: 300_000, interval: 500 }).toBeGreaterThan(20)
    })
    run.child.kill('SIGINT')
    await run.ended
    expect(tasks[0]).toBeLessThan(longest)
    // And in the end it shows what the documents say.
    const marked =
      2000 - ['0', '1', '2', '3'].reduce((sum, folder) => sum + repository.active(`docs/${folder}`).length, 0)
    await expect.poll(complete, { timeout: 60_000 }).toBe(marked)
  })
})
