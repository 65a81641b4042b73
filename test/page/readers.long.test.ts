/** The page for readers of all kinds: by keyboard alone, without scripts, in both colour schemes; and cards that try to be more than words. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawsIn, hostileRepository, oddNames } from '../fuzz/repository.ts'
import { card, TestRepository, task } from '../rig/repository.ts'
import { chromium, openBrowser, Viewer } from './rig.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Of every state one, and of everything that a card may have. */
const everything = {
  'docs/goal.md': card({
    title: 'The goal',
    requires: ['failing', 'waiting', 'blocked', 'done', 'nowhere'],
    front: 'timeout: 5m\nretries: 2\nneeds: [git]\n',
  }),
  'docs/blocked.md': card({ title: 'Blocked', requires: ['failing'] }),
  'docs/failing.md': card({ title: 'Failing', requires: ['done'], checks: ['It is done', '`code` holds (in detail)'] }),
  'docs/waiting.md': card({ title: 'Waiting', checks: ['A person has seen it'] }),
  'docs/second.md': card({ title: 'A second goal', requires: ['done'] }),
  'docs/faulty.md': '---\ntitle: Faulty\nstatus: done\n---\n',
  'docs/alone.md': card({ title: 'Alone', complete: true }),
  'docs/done.md': `${card({ title: 'Done' })}
## Headings, lists, tables

Some *words*, \`code\`, a [link](https://example.org/), [another](failing.md#it), [[waiting|a card]], [[nobody]] and ![a picture](x.png).

1. one
2. two

> quoted

| a | b |
| --- | --- |
| 1 | 2 |

\`\`\`sh
echo a line that is so long that it does not fit into any page that anybody would want to look at, and goes on and on and on
\`\`\`

### Below

#### A deep one

---
`,
  'tasks/done.ts': task('done', "await step('dig', () => 1)\n    log('digging')\n    note('dug')", {}),
  'tasks/failing.ts': task('failing', "throw new Error('no spade\\nand no shovel')", {
    'code holds': "return 'evidence'",
  }),
  'tasks/waiting.ts': `export default {}\n`,
}

/** Skipped without Chromium: name it by CHROMIUM, or put it on PATH. */
describe.skipIf(!chromium)('the page', () => {
  let browser: Browser
  let repository: TestRepository
  let viewer: Viewer
  beforeAll(async () => {
    browser = await openBrowser()
    const { 'tasks/waiting.ts': _, ...files } = everything
    repository = new TestRepository({
      ...files,
      'docs/goal.md': card({ title: 'The goal', requires: ['failing', 'waiting', 'blocked', 'done'] }),
    })
    await repository.mikado('run', 'goal', '--keep-going')
    repository.write({ 'docs/goal.md': everything['docs/goal.md'] })
    viewer = await Viewer.open(repository, ['--control'])
  })
  afterAll(async () => {
    await browser.close()
    await viewer[Symbol.asyncDispose]()
    repository[Symbol.dispose]()
  })

  const open = async (path: string, options: BrowserContextOptions = {}, url = viewer.url): Promise<Page> => {
    const page = await (
      await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true, ...options })
    ).newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(url + path)
    return page
  }
  const runs = () => repository.journal().find(({ event }) => event === 'run-started')?.run as string
  const kinds = () => [
    '',
    '?hide=complete&q=goal',
    '?goal=goal',
    'card/done',
    'card/failing',
    'card/waiting',
    'card/goal',
    'card/faulty',
    'card/alone',
    'runs',
    `run/${runs()}`,
    `log/${runs()}/done`,
    'start/second',
    'confirm/waiting',
  ]

  it.each([
    ['light', 1440],
    ['light', 390],
    ['dark', 1440],
    ['dark', 390],
  ] as const)(
    'is without a fault that axe knows, %s, %i pixels wide',
    async (colorScheme, width) => {
      const page = await open('', { colorScheme, viewport: { width, height: 900 } })
      const found: string[] = []
      for (const path of kinds()) {
        await page.goto(viewer.url + path)
        await page.evaluate(axe)
        const { violations } = (await page.evaluate('axe.run()')) as AxeResults
        const faults = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
        found.push(...faults.map((fault) => `${path || 'overview'}: ${fault}`))
      }
      await page.context().close()
      expect(found).toEqual([])
    },
    120_000,
  )

  it('fits a telephone, without a way to the side', async () => {
    const page = await open('', { viewport: { width: 360, height: 740 } })
    for (const path of kinds()) {
      await page.goto(viewer.url + path)
      const [wide, seen] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as [
        number,
        number,
      ]
      expect([path, wide]).toEqual([path, seen])
    }
    await page.context().close()
  }, 120_000)

  it('is whole without scripts: goals, what is ready and why, the picture, every card, and forms that ask', async () => {
    const page = await open('', { javaScriptEnabled: false })
    const text = async (selector: string) =>
      ((await page.locator(selector).textContent()) ?? '').replace(/\s+/g, ' ').trim()
    expect(await text('#goals')).toContain('The goal')
    expect(await text('#ready')).toContain('its last run failed: no spade')
    expect(await text('#ready')).toContain('its last run left 1 line to a person')
    expect(await text('#faults')).toContain('docs/faulty.md:3:9')
    expect(await text('#lastrun')).toMatch(/done.*failing/)
    expect(await page.locator('#graph a[data-card]').count()).toBe(7)
    expect(await page.locator('#graph [data-state=missing]').count()).toBe(1)
    expect(await page.locator('#cards li').count()).toBe(8)
    await page.getByLabel('Search cards').fill('FAIL')
    await page.getByRole('button', { name: 'Search' }).click()
    expect(await page.locator('#cards li').allTextContents()).toHaveLength(1)
    await page.goto(viewer.url)
    await page.getByRole('link', { name: 'Hide complete' }).click()
    expect(await page.locator('#graph [data-state=complete]').count()).toBe(0)
    await page.getByRole('link', { name: /^Show 1 complete card/ }).click()
    await page.locator('#graph a[data-card=failing]').click()
    expect(await text('h1')).toBe('Failing')
    expect(await text('#checklist')).toMatch(/It is done.*proved by a function.*code holds.*it held before the work/)
    await page.locator('#requires a').click()
    expect(await text('#log')).toContain('digging')
    expect(await page.locator('.prose a[href="../card/waiting"]').textContent()).toBe('a card')
    expect(await page.locator('.prose a[href="https://example.org/"]').getAttribute('rel')).toBe('noopener noreferrer')
    expect(await page.locator('.prose .elsewhere').textContent()).toBe('nobody')
    expect(await page.locator('.prose img').count()).toBe(0)
    await page.context().close()
  })

  it('is used by keyboard alone', async () => {
    const page = await open('')
    await page.locator('#line[data-line=live]').waitFor()
    const focused = () =>
      page.evaluate('document.activeElement.dataset.card ?? document.activeElement.id') as Promise<string>
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content')
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('main')
    // Into the picture: one of its cards is a stop, not all of them.
    await page.locator('#view').focus()
    await page.keyboard.press('Tab')
    expect(await page.locator('#graph [tabindex="0"]').count()).toBe(1)
    expect(await page.evaluate('document.activeElement.classList.contains("goal")')).toBe(true)
    await page.locator('#graph [data-card=goal]').focus()
    await page.keyboard.press('ArrowDown')
    const below = await focused()
    expect(['failing', 'waiting', 'blocked', 'done']).toContain(below)
    expect(await page.locator('#graph.lit [data-card=goal].way').count()).toBe(1)
    await page.keyboard.press('ArrowUp')
    await expect.poll(focused).toMatch(/goal|blocked/)
    await page.keyboard.press('Escape')
    expect(await focused()).toBe('view')
    const width = () => page.locator('#graph').getAttribute('width').then(Number)
    const before = await width()
    await page.keyboard.press('+')
    expect(await width()).toBeGreaterThan(before)
    // From far away it is small, and still as high as it is wide.
    for (let step = 0; step < 12; step++) await page.keyboard.press('-')
    const { width: across = 0, height: down = 0 } = (await page.locator('#graph.far').boundingBox()) ?? {}
    expect(across).toBeCloseTo(await width(), 0)
    expect(down).toBeCloseTo(Number(await page.locator('#graph').getAttribute('height')), 0)
    await page.keyboard.press('0')
    // Search, and go to what is found.
    await page.keyboard.press('/')
    expect(await focused()).toBe('words')
    await page.keyboard.type('waiting')
    await page.locator('#found', { hasText: '1 found' }).waitFor()
    expect(await page.locator('#cards li:visible').count()).toBe(1)
    expect(new URL(page.url()).search).toBe('?q=waiting')
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('waiting')
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('#cards li:visible').count()).toBe(8)
    await page.locator('#graph [data-card=waiting]').focus()
    // The keys, told.
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.locator('#graph [data-card=waiting]').focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/card/waiting')
    await page.context().close()
  })

  it('shows what hostile cards say as words', async () => {
    using hostile = hostileRepository()
    hostile.write({
      'docs/goal.md': `${hostile.read('docs/goal.md')}
<script>globalThis.pwned = 1</script>
<img src=x onerror="globalThis.pwned = 1"><svg onload=alert(1)>
[js](javascript:alert(1)) [data](data:text/html,<script>alert(1)</script>) <javascript:alert(1)> [x](//evil.example/) ![x](http://evil.example/pixel)
[[__proto__|</a><script>alert(1)</script>]] \`<b>\`

<a href="http://evil.example" onclick="alert(1)">x</a>

[ref]: javascript:alert(1)
[ref]
`,
    })
    await hostile.start(['run', 'goal', '--yes', '--keep-going'], { HOSTILE: 'fail' }).ended
    await using viewer = await Viewer.open(hostile)
    const page = await open('', { bypassCSP: false }, viewer.url)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('dialog', (dialog) => {
      asked.push(`dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    const errors: string[] = []
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('pageerror', (error) => errors.push(error.message))
    const run = hostile.journal().find(({ event }) => event === 'run-started')?.run
    for (const path of [
      '',
      'card/goal',
      'runs',
      `run/${run}`,
      ...oddNames.flatMap((name) => [`card/${encodeURIComponent(name)}`, `log/${run}/${encodeURIComponent(name)}`]),
    ]) {
      const answer = await page.goto(viewer.url + path)
      expect([path, answer?.status()]).toEqual([path, 200])
      expect([path, drawsIn((await answer?.text()) ?? '')]).toEqual([path, null])
      const odd = await page.evaluate(
        `[...document.querySelectorAll('script:not([src*="assets/"]), [onclick], [onerror], [onload], img, iframe, object, embed, b, a[href*="script:" i], a[href^="data:" i], a[href^="//"]')].map((each) => each.outerHTML)`,
      )
      expect([path, odd]).toEqual([path, []])
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined()
    }
    expect(await page.goto(`${viewer.url}card/goal`).then(() => page.locator('.prose').textContent())).toContain(
      '<script>globalThis.pwned = 1</script>',
    )
    await page.goto(viewer.url)
    await page.locator('#line[data-line=live]').waitFor()
    for (const name of oddNames) {
      const link = page
        .locator('#cards li', { has: page.locator(`code:text-is("${name.replaceAll('"', '\\"')}")`) })
        .getByRole('link')
      expect([name, await link.count()]).toEqual([name, 1])
    }
    expect(asked.filter((url) => !url.startsWith(viewer.url))).toEqual([])
    expect(errors).toEqual([])
    await page.context().close()
  }, 120_000)
})
