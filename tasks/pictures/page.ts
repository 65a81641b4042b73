/**
 * `npm run pictures:page`: photographs the page while a small chain is worked, light and dark. Writes docs/pictures/page-light.png and
 * page-dark.png. Needs Chromium: CHROMIUM names it where it is not on PATH.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'

const here = resolve(import.meta.dirname, '../..')
const folder = join(here, 'docs/pictures')
const size = { width: 1280, height: 800 }

interface Example {
  title: string
  requires?: string[]
  checks: string[]
  /** Milliseconds that its work takes; null: a person does it. */
  takes: number | null
}

/** A site that moves to a new host. */
const cards: Record<string, Example> = {
  'prepare-host': { title: 'Prepare the host', checks: ['The host answers'], takes: 900 },
  'build-site': { title: 'Build the site', checks: ['The pages are built'], takes: 1500 },
  'lower-ttl': {
    title: 'Lower the time to live of its name',
    checks: ['The name lives five minutes'],
    takes: 300,
  },
  'copy-pages': {
    title: 'Copy the pages',
    requires: ['prepare-host', 'build-site'],
    checks: ['The host serves them'],
    takes: 1200,
  },
  'issue-certificate': {
    title: 'Issue the certificate',
    requires: ['prepare-host'],
    checks: ['It is valid'],
    takes: 700,
  },
  'watch-host': {
    title: 'Watch the host',
    requires: ['prepare-host'],
    checks: ['An alarm comes through'],
    takes: null,
  },
  'check-links': { title: 'Check all links', requires: ['copy-pages'], checks: ['No link is dead'], takes: 60_000 },
  'switch-name': {
    title: 'Switch the name over',
    requires: ['lower-ttl', 'issue-certificate', 'check-links'],
    checks: ['The name leads to the new host'],
    takes: 500,
  },
  'move-site': {
    title: 'Move the site',
    requires: ['switch-name', 'watch-host'],
    checks: ['The old host is not asked any more'],
    takes: 400,
  },
}

function documentOf({ title, requires = [], checks }: Example): string {
  const list = requires.length === 0 ? '' : `requires:\n${requires.map((id) => `  - ${id}\n`).join('')}`
  const boxes = checks.map((line) => `- [ ] ${line}\n`).join('')
  return `---\ntitle: ${title}\nstatus: active\n${list}---\n\n# ${title}\n\n## Verification\n\n${boxes}`
}

function taskOf({ checks }: Example, takes: number): string {
  const verify = checks.map((line) => `    ${JSON.stringify(line)}: () => { if (!done) throw new Error('not yet') },\n`)
  return `let done = false
export default {
  apply: async ({ step }) => {
    await step('ask the host', () => new Promise((then) => setTimeout(then, ${takes})))
    done = true
  },
  verify: {
${verify.join('')}  },
}
`
}

function write(root: string): void {
  const put = (name: string, text: string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  put('package.json', '{ "private": true, "type": "module" }\n')
  for (const [id, card] of Object.entries(cards)) {
    put(`docs/${id}.md`, documentOf(card))
    if (card.takes !== null) put(`tasks/${id}.ts`, taskOf(card, card.takes))
  }
}

function start(root: string, ...words: string[]): ChildProcess {
  const env = { ...process.env, USER: 'ada', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const program = join(here, 'scripts/mikado.mjs')
  return spawn(process.execPath, [program, ...words], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
}

function findChromium(): string {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const found = [process.env.CHROMIUM ?? '', ...paths].find((path) => path !== '' && existsSync(path))
  if (found === undefined) throw new Error('No Chromium: put it on PATH, or name it by CHROMIUM')
  return found
}

const place = mkdtempSync(join(tmpdir(), 'mikado-pictures-'))
const root = join(place, 'website')
write(root)
const { chromium } = await import('playwright-core')
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
const browser = await chromium.launch({ executablePath: findChromium(), args })
const view = start(root, 'view', '--json')
let run: ChildProcess | null = null
try {
  const [told] = (await once(view.stdout ?? view, 'data')) as [Buffer]
  const { url } = (JSON.parse(told.toString()) as { data: { url: string } }).data
  run = start(root, 'run', 'move-site', '--keep-going', '-j', '2')
  mkdirSync(folder, { recursive: true })
  const schemes = ['light', 'dark'] as const
  const pages = await Promise.all(
    schemes.map(async (scheme) => ({
      scheme,
      page: await browser.newPage({ viewport: size, colorScheme: scheme }),
    })),
  )
  for (const { page } of pages) {
    await page.goto(url)
    // Near its end, with one card at work and one that waits for a person.
    for (const [card, state] of [
      ['check-links', 'running'],
      ['watch-host', 'waiting'],
      ['issue-certificate', 'complete'],
    ])
      await page.locator(`#graph [data-card=${card}][data-state=${state}]`).waitFor({ timeout: 60_000 })
    await page.locator('#lastrun', { hasText: 'check-links' }).waitFor({ timeout: 60_000 })
    await page.waitForTimeout(1500)
  }
  for (const { scheme, page } of pages)
    await page.screenshot({ path: join(folder, `page-${scheme}.png`), animations: 'disabled' })
} finally {
  await browser.close()
  for (const child of [run, view]) {
    if (!child || child.exitCode !== null) continue
    child.kill('SIGINT')
    await once(child, 'exit')
  }
  rmSync(place, { recursive: true, force: true })
}
