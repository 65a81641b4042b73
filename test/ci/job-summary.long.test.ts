/** The job summary: what a forge shows of a run, rendered by a real browser; what cards and tasks say stays text there. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import markdownIt from 'markdown-it'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Account } from '../../scripts/core/account.ts'
import { jobSummary } from '../../scripts/view/job-summary.ts'
import { card, TestRepository, task } from '../rig/repository.ts'
import { forgejo, github } from './rig.ts'

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** As lenient as a forge could be: HTML stands as it is, addresses become links. */
const markdown = markdownIt({ html: true, linkify: true })

const bad = [
  '<script>document.title = "taken"</script>',
  '<img src=x onerror="document.title = \'taken\'">',
  '[link](http://evil.test) ![i](http://evil.test/i) <http://evil.test>',
  'http://evil.test www.evil.test a@evil.test @someone #1',
  '| cell | ``` ~~~ `code` ````` </td></table></pre></code>',
  '&lt;b&gt; <!-- gone --> \u001b[31mred',
  '```',
  '<b>after a fence</b>',
]

const hostile = {
  'docs/goal.md': card({ title: 'Goal', requires: ['base'], checks: ['It is done', bad.join(' ')] }),
  'docs/base.md': card({ title: `'${bad[0]} | x'`, checks: ['It is done'] }),
  'tasks/base.ts': task('base'),
  'tasks/goal.ts': task(
    'goal',
    `for (const line of ${JSON.stringify(bad)}) console.log(line); throw new Error(${JSON.stringify(bad.join(' '))})`,
  ),
}

async function summaryOf(repository: TestRepository, args: string[], env: NodeJS.ProcessEnv = github) {
  const path = repository.path('summary.md')
  const ran = await repository.start(args, { ...env, GITHUB_STEP_SUMMARY: path }).ended
  return { ...ran, summary: existsSync(path) ? repository.read('summary.md') : '' }
}

describe.skipIf(!executablePath)('in a browser (skipped without Chromium: install it)', () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath ?? '' })
    page = await browser.newPage()
  })
  afterAll(() => browser?.close())

  const show = async (summary: string) => {
    const asked: string[] = []
    page.on('request', ({ url }) => void asked.push(url()))
    await page.setContent(`<title>own</title><main>${markdown.render(summary)}</main>`)
    const seen = await page.evaluate(`({
      title: document.title,
      tags: [...new Set([...document.querySelectorAll('main *')].map((each) => each.tagName.toLowerCase()))].sort(),
      rows: [...document.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
      heading: document.querySelector('h2').textContent,
      blocks: [...document.querySelectorAll('pre')].map((block) => block.textContent),
      words: [...document.querySelectorAll('p')].map((each) => each.textContent),
    })`)
    return {
      asked,
      ...(seen as {
        title: string
        tags: string[]
        rows: string[][]
        heading: string
        blocks: string[]
        words: string[]
      }),
    }
  }

  test.each([
    ['GitHub', github],
    ['Forgejo', forgejo],
  ])('%s: outcome, table, graph, last lines and the way on; nothing of the cards is markup', async (_, env) => {
    using repository = new TestRepository(hostile)
    const { summary } = await summaryOf(repository, ['run', '-j', '1'], env)
    const { asked, title, tags, rows, heading, blocks, words } = await show(summary)
    expect([title, asked.filter((url) => url.includes('evil'))]).toEqual(['own', []])
    expect(tags).toEqual(['code', 'h2', 'p', 'pre', 'table', 'tbody', 'td', 'th', 'tr'])
    expect(repository.steady(heading)).toBe('✗ goal: 1 of 2 cards complete after N s')
    const said = bad.join(' ').replace('\u001b', '')
    const cut = `${said.slice(0, 199)}…`
    expect(rows.map((row) => row.map((cell) => repository.steady(cell)))).toEqual([
      ['card', 'how it ended', 'took', 'checks'],
      ['base', '✓ done', 'N s', '1 held'],
      ['goal', `✗ ${cut}`, 'N s', ''],
    ])
    expect(words).toEqual([`✗ goal ${cut}`, 'To go on:'])
    const [graph, last, way] = blocks
    expect(graph).toMatch(/^flowchart TD\n/)
    for (const line of bad) expect(last?.split('\n')).toContain(line.replace('\u001b', ''))
    expect(repository.steady(way ?? '')).toBe('mikado resume goal\n')
  })
})

test('a run that ends well says so, and so does one that has nothing to do; both stand in one file', async () => {
  using repository = new TestRepository({
    'docs/a.md': card({ requires: ['b'], title: 'A' }),
    'docs/b.md': card({ complete: true, checks: [] }),
    'tasks/a.ts': task('a'),
  })
  await summaryOf(repository, ['run', 'a'])
  const { summary } = await summaryOf(repository, ['run', 'a'])
  const headings = [...repository.steady(summary).matchAll(/^<h2>.*$/gm)].map(([line]) => line)
  expect(headings).toEqual([
    '<h2>✓ <code>a</code> is complete: 1 card proved in N s</h2>',
    '<h2>✓ Nothing to do: <code>a</code> is complete</h2>',
  ])
  expect(summary.match(/^```mermaid$/gm)).toHaveLength(2)
})

describe('where it cannot be written the run goes its way', () => {
  const files = { 'docs/a.md': card(), 'tasks/a.ts': task('a') }

  test('no variable, or no CI that shows one: nothing is said', async () => {
    using repository = new TestRepository(files)
    const { code, stderr } = await repository.start(['run'], github).ended
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('summary')])
    using other = new TestRepository(files)
    expect((await summaryOf(other, ['run'], { CI: 'true' })).summary).toBe('')
  })

  test('a file that refuses is a remark', async () => {
    using repository = new TestRepository(files)
    mkdirSync(repository.path('summary.md'))
    chmodSync(repository.path('summary.md'), 0o700)
    const run = await repository.start(['run'], { ...github, GITHUB_STEP_SUMMARY: repository.path('summary.md') }).ended
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('mikado: the job summary is left out: EISDIR')])
  })

  test('one that is nearly full is left as it is: a forge shows nothing of what is larger than 1 MiB', async () => {
    using repository = new TestRepository({ ...files, 'summary.md': 'x'.repeat(1024 * 1024 - 100) })
    const { code, stderr, summary } = await summaryOf(repository, ['run'])
    expect([code, summary.length]).toEqual([0, 1024 * 1024 - 100])
    expect(stderr).toContain(
      'mikado: the job summary is left out: with what stands there already it would be over 1 MiB',
    )
  })
})

test('of a large chain it stays small: rows, failures and the graph are bounded', () => {
  const ids = Array.from({ length: 700 }, (_, i) => `c${i}`)
  const account = new Account()
  const failed = { reason: 'threw', message: '<x>'.repeat(200), exitCode: null, durationMs: 1 } as const
  for (const card of ids) {
    const stamp = { schemaVersion: 1, time: '', run: '', card }
    for (let i = 0; i < 20; i++) account.add({ ...stamp, event: 'output', stream: 'stdout', text: '`'.repeat(60_000) })
    account.add({ ...stamp, event: 'card-failed', ...failed })
  }
  const summary = jobSummary(account, 'goal', ids, null, (words) => words)
  expect(summary.length).toBeLessThan(700_000)
  expect(summary).toContain('and 200 more cards')
  expect(summary).toContain('And 695 more failed cards.')
})

test('a chain that no page would draw is left out', async () => {
  const ids = Array.from({ length: 520 }, (_, i) => `c${i}`)
  using repository = new TestRepository({
    'docs/goal.md': card({ requires: ids, complete: true, checks: [] }),
    ...Object.fromEntries(ids.map((id) => [`docs/${id}.md`, card({ complete: true, checks: [] })])),
  })
  expect((await summaryOf(repository, ['run', 'goal'])).summary).toBe(
    '<h2>✓ Nothing to do: <code>goal</code> is complete</h2>\n',
  )
})
