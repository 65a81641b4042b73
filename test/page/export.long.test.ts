/** The page as files: complete by themselves, the same each time, and careful with what else is in the folder. */
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'node-html-parser'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diamond } from '../cli/diamond.ts'
import { hostileRepository } from '../fuzz/repository.ts'
import { card, TestRepository, task } from '../rig/repository.ts'
import { chromium, openBrowser } from './rig.ts'

/** Every file below a folder, with its text. */
function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = names.map((entry) => join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]))
}

/** Links and assets of all pages that lead to no file. */
function astray(folder: string): string[] {
  return Object.entries(filesIn(folder)).flatMap(([name, text]) => {
    if (!name.endsWith('.html')) return []
    const page = parse(text)
    const targets = page
      .querySelectorAll('[href], [src]')
      .map((each) => each.getAttribute('href') ?? each.getAttribute('src') ?? '')
    return targets
      .filter((target) => !/^(?:https?:|mailto:|#)/.test(target))
      .filter(
        (target) => !existsSync(resolve(folder, dirname(name), decodeURIComponent(target.replace(/[?#].*$/, '')))),
      )
      .map((target) => `${name}: ${target}`)
  })
}

const said = {
  ...diamond,
  'tasks/base.ts': task(
    'base',
    "log('a word of the base')\n    throw new Error('no room in ' + process.cwd() + '/attic')",
  ),
}

describe('an export', () => {
  it('is whole: every way leads to a file of it, and none to this machine', async () => {
    using repository = new TestRepository(said)
    await repository.mikado('run', 'goal')
    expect((await repository.mikado('view', '--export', 'site')).stdout).toMatch(
      /^\d+ files in site: open site\/index\.html\n$/,
    )
    const files = filesIn(repository.path('site'))
    expect(Object.keys(files).filter((name) => !name.startsWith('assets/') && !name.startsWith('run/'))).toEqual([
      ...['base', 'goal', 'left', 'right'].map((id) => `card/${id}.html`),
      ...['index.html', 'mikado-export.json', 'open.html', 'runs.html'],
    ])
    expect(astray(repository.path('site'))).toEqual([])
    const all = Object.values(files).join('\n')
    for (const private_ of [
      repository.root,
      process.env.HOME ?? '/root',
      'a word of the base',
      'method="post"',
      'events',
    ])
      expect([private_, all.includes(`${private_}/`) || (private_.length > 6 && all.includes(private_))]).toEqual([
        private_,
        false,
      ])
    expect(files['card/base.html']).toContain('no room in attic')
  })

  it('is the same each time, whenever it is made', async () => {
    using repository = new TestRepository(said)
    await repository.mikado('run', 'goal')
    await repository.mikado('view', '--export', 'one')
    await repository.mikado('view', '--export', 'two')
    expect(filesIn(repository.path('one'))).toEqual(filesIn(repository.path('two')))
  })

  it('holds logs only when that is asked for', async () => {
    using repository = new TestRepository(said)
    await repository.mikado('run', 'goal')
    await repository.mikado('view', '--export', 'site', '--with-logs')
    const files = filesIn(repository.path('site'))
    expect(files['log/base.html']).toContain('a word of the base')
    expect(files['card/base.html']).toContain('a word of the base')
    expect(astray(repository.path('site'))).toEqual([])
    // And takes them away again.
    await repository.mikado('view', '--export', 'site')
    expect(Object.keys(filesIn(repository.path('site'))).filter((name) => name.startsWith('log/'))).toEqual([])
    expect(repository.names('site')).not.toContain('log')
  })

  it('takes the place of an earlier one, and leaves alone what others have put there', async () => {
    using repository = new TestRepository(diamond)
    await repository.mikado('view', '--export', 'site')
    repository.write({
      'site/CNAME': 'docs.example.org\n',
      'site/card/notes.txt': 'mine\n',
      'docs/extra.md': card({ title: 'Extra' }),
      'docs/goal.md': card({ title: 'Goal', requires: ['left'] }),
    })
    rmSync(repository.path('docs/right.md'))
    await repository.mikado('view', '--export', 'site')
    const names = Object.keys(filesIn(repository.path('site')))
    expect(names).toEqual(expect.arrayContaining(['CNAME', 'card/notes.txt', 'card/extra.html']))
    expect(names).not.toContain('card/right.html')
  })

  it('writes nothing where anything else is, nor through a link', async () => {
    using repository = new TestRepository({
      ...diamond,
      'full/mine.txt': 'mine\n',
      file: '',
      'elsewhere/keep.html': 'keep\n',
    })
    for (const folder of ['full', '.', 'docs'])
      expect(await repository.tell('view', '--export', folder)).toBe(`exit 64
--- stderr
mikado: ${folder} is not empty, and no earlier export
  Name a new folder, or an empty one: what others have made is left alone.
`)
    expect(await repository.tell('view', '--export', 'file')).toMatch(
      /^exit 64\n--- stderr\nmikado: file is no folder\n/,
    )
    await repository.mikado('view', '--export', 'site')
    rmSync(repository.path('site/card'), { recursive: true })
    symlinkSync(repository.path('elsewhere'), repository.path('site/card'))
    expect(await repository.tell('view', '--export', 'site')).toMatch(/^exit 64/)
    expect(filesIn(repository.path('elsewhere'))).toEqual({ 'keep.html': 'keep\n' })
    for (const words of [['--with-logs'], ['--export', 'x', '--control'], ['--export', 'x', '--port', '1']])
      expect(await repository.tell('view', ...words)).toMatch(/^exit 64/)
  })

  it('has a file for every name, however odd, and for names that differ by case alone', async () => {
    using repository = hostileRepository()
    repository.write({
      'docs/Deep/CARD.md': card({ title: 'Upper' }),
      'docs/card.md': card({ title: 'Lower' }),
      'docs/index.md': card({ title: 'Index' }),
      [`docs/${'x'.repeat(250)}.md`]: card({ title: 'Long' }),
    })
    expect((await repository.mikado('view', '--export', 'site')).code).toBe(0)
    const names = Object.keys(filesIn(repository.path('site'))).filter((name) => name.startsWith('card/'))
    expect(names).toHaveLength(12)
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(12)
    expect(names.filter((name) => !/^card\/[a-z0-9][a-z0-9._-]*\.html$/.test(name))).toEqual([])
    expect(astray(repository.path('site'))).toEqual([])
  })

  it('tells its place in JSON', async () => {
    using repository = new TestRepository(diamond)
    const { stdout } = await repository.mikado('view', '--export', 'site', '--json')
    const { kind, data } = JSON.parse(stdout)
    expect([kind, data]).toEqual([
      'view-export',
      { folder: repository.path('site'), files: expect.any(Number), logs: false },
    ])
  })
})

/** Skipped without Chromium: name it by CHROMIUM, or put it on PATH. */
describe.skipIf(!chromium)('opened from the disk', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  it('it zooms, searches and leads on as the served page does', async () => {
    using repository = new TestRepository(said)
    await repository.mikado('run', 'goal')
    await repository.mikado('view', '--export', 'site')
    const page = await browser.newPage()
    page.setDefaultTimeout(20_000)
    const errors: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(pathToFileURL(repository.path('site/index.html')).href)
    await page.getByRole('button', { name: 'Zoom in' }).click()
    await page.getByLabel('Search cards').fill('left')
    await page.locator('#found', { hasText: '1 found' }).waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/site/card/left.html')
    await page.getByRole('link', { name: 'Graph' }).first().click()
    await page.waitForURL('**/site/index.html')
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.locator('#runs td a').click()
    await page.locator('.gantt th a', { hasText: 'base' }).click()
    expect(await page.locator('h1').textContent()).toBe('Base')
    expect(errors).toEqual([])
    await page.close()
  })
})
