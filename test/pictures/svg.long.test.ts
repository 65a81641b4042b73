/** The SVG in a real browser. Without Chromium these tests are skipped: `CHROMIUM=/path/of/it` says where it is. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Drawing } from '../../scripts/core/drawing.ts'
import { layoutOf } from '../../scripts/view/layout.ts'
import { inPicture, labelOf, onDark, onLight } from '../../scripts/view/picture.ts'
import { svgOf } from '../../scripts/view/svg.ts'
import { allHostile, drawn, hostileDrawing } from './drawings.ts'

const program = process.env.CHROMIUM ?? '/usr/bin/chromium'
const pictureOf = async (drawing: Drawing) => svgOf(drawing, await layoutOf(drawing))

const diamond = drawn(
  { goal: ['left', 'right', 'done'], left: ['base'], right: ['base'], base: [], done: [] },
  ['done'],
  ['goal'],
)

/** How much two colours differ, as WCAG counts. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [a, b].map(luminance).sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

test.each([
  ['light', onLight, '#ffffff'],
  ['dark', onDark, '#0d1117'],
] as const)('in %s, words are readable in their box, and its border on the page', (_, colours, ground) => {
  for (const [state, { fill, line, text }] of Object.entries(colours)) {
    expect([state, contrast(text, fill) >= 7, contrast(line, ground) >= 3, contrast(line, fill) >= 3]).toEqual([
      state,
      true,
      true,
      true,
    ])
  }
})

describe.skipIf(!existsSync(program))('in a browser, the picture', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  })
  afterAll(async () => await browser?.close())

  /** Opens the SVG as a document of its own, and notes whatever it does beside being looked at. */
  async function opened(
    svg: string,
    scheme: 'light' | 'dark' = 'light',
    type = 'image/svg+xml',
  ): Promise<{ page: Page; did: string[] }> {
    const page = await browser.newPage({ colorScheme: scheme })
    const did: string[] = []
    page.on('dialog', (dialog) => {
      did.push(`said ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on('pageerror', (error) => did.push(String(error)))
    page.on('console', (message) => did.push(message.text()))
    await page.route('**/*', async (route) => {
      const url = route.request().url()
      if (url === 'http://picture.test/')
        return await route.fulfill({ contentType: `${type}; charset=utf-8`, body: svg })
      did.push(`asked for ${url}`)
      await route.abort()
    })
    await page.goto('http://picture.test/')
    return { page, did }
  }

  /** What a reader sees of each card: its texts, its tooltip. */
  const cardsIn = `[...document.querySelectorAll('svg svg')].map((card) => ({
    state: card.classList[0],
    texts: [...card.querySelectorAll('text')].map((text) => text.textContent),
    title: card.querySelector('title').textContent,
  }))`

  const told = ({ cards }: Drawing) =>
    cards.map((card) => {
      const { name, about } = labelOf(card)
      const state = {
        complete: 'complete',
        ready: 'ready',
        blocked: 'blocked',
        faulty: 'with an error',
        missing: 'missing',
      }[card.state]
      const title = `${inPicture(card.id)}: ${inPicture(card.title)} (${state})`
      return { state: card.state, texts: about === null ? [name] : [name, about], title }
    })

  /** Elements and attributes that a picture may have, whatever is written in cards. */
  const parts = new Set('defs desc g marker path rect style svg text title'.split(' '))
  const attributes = new Set(
    `aria-describedby aria-label aria-labelledby class d height id marker-end markerHeight markerWidth orient refX refY
    role rx transform viewBox width x xmlns y`.split(/\s+/),
  )

  async function expectOnlyText(drawing: Drawing, type?: string): Promise<void> {
    const { page, did } = await opened(await pictureOf(drawing), 'light', type)
    try {
      expect(await page.evaluate(cardsIn)).toEqual(told(drawing))
      const all = (of: string) =>
        page.evaluate<string[]>(`[...document.querySelectorAll('svg, svg *')].flatMap((part) => ${of})`)
      expect((await all('part.localName')).filter((name) => !parts.has(name))).toEqual([])
      expect((await all('part.getAttributeNames()')).filter((name) => !attributes.has(name))).toEqual([])
      expect(did).toEqual([])
    } finally {
      await page.close()
    }
  }

  test('shows hostile words as text: no script runs, nothing is asked for, as a file and inside a page', async () => {
    await expectOnlyText(allHostile)
    await expectOnlyText(allHostile, 'text/html')
  })

  test('does so for any id and title', async () => {
    const drawings = fc.sample(hostileDrawing, 60)
    const cards = drawings.flatMap((drawing) => drawing.cards)
    const once = cards.filter(({ id }, at) => cards.findIndex((card) => card.id === id) === at)
    await expectOnlyText({ cards: once, edges: [] })
    await expectOnlyText({ cards: once, edges: [] }, 'text/html')
  })

  /** Two colours, and how many cards have words that touch or leave their border. */
  const inside = `(() => {
    const fill = (selector) => getComputedStyle(document.querySelector(selector)).fill
    const leaves = (words, box) =>
      words.left < box.left + 4 || words.right > box.right - 4 || words.top < box.top || words.bottom > box.bottom
    const wide = [...document.querySelectorAll('svg svg')].filter((card) => {
      const box = card.querySelector('rect').getBoundingClientRect()
      return [...card.querySelectorAll('text')].some((text) => leaves(text.getBoundingClientRect(), box))
    })
    return { ground: fill('.ground'), ready: fill('.ready rect'), wide: wide.length }
  })()`

  test('follows light and dark, and keeps its words inside their boxes', async () => {
    for (const [scheme, ground] of [
      ['light', 'rgb(255, 255, 255)'],
      ['dark', 'rgb(13, 17, 23)'],
    ] as const) {
      const { page, did } = await opened(await pictureOf(diamond), scheme)
      const seen = await page.evaluate(inside)
      const colour = { light: 'rgb(221, 244, 255)', dark: 'rgb(12, 45, 79)' }[scheme]
      expect([seen, did]).toEqual([{ ground, ready: colour, wide: 0 }, []])
      await page.close()
    }
  })

  test('has a legend of the states that occur, which do not depend on colour', async () => {
    const { page } = await opened(await pictureOf(diamond))
    const legend = ['✓', 'complete', '●', 'ready', '○', 'blocked', 'requires']
    expect(await page.locator('.legend text').allTextContents()).toEqual(legend)
    await page.close()
    const cyclic = drawn({ one: ['two', 'lost'], two: ['one'] }, [], ['one'])
    const { page: other } = await opened(await pictureOf(cyclic))
    const faulty = ['✗', 'with an error', '✗', 'missing', 'requires', 'closes a cycle']
    expect(await other.locator('.legend text').allTextContents()).toEqual(faulty)
    expect(await other.locator('.edges .cycle').count()).toBe(1)
    await other.close()
  })

  test('tells a screen reader what it is and what each card is', async () => {
    const svg = await pictureOf(diamond)
    const html = `<!doctype html><html lang="en"><title>Page</title><main><h1>Page</h1>${svg}</main></html>`
    const { page } = await opened(html, 'light', 'text/html')
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
    const found = `axe.run().then(({ violations }) => violations.map(({ id }) => id))`
    expect(await page.evaluate(found)).toEqual([])
    const about = '5 cards: 1 complete, 1 ready, 3 blocked. An arrow leads from a card to one that it requires.'
    const told = await page.locator('main > svg > title, main > svg > desc').allTextContents()
    expect(told).toEqual(['A page and all it requires', about])
    await page.close()
  })
})
