/** The page as its readers have it: the real program serves a repository, asked over HTTP or by a real browser. */
import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { delimiter, join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { type Started, type TestRepository, until } from '../rig/repository.ts'

/** Where Chromium is; null: the tests that need it are left out. CHROMIUM names it where it is not on PATH. */
export const chromium = [
  process.env.CHROMIUM ?? '',
  ...(process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name))),
].find((path) => path !== '' && existsSync(path))

export async function openBrowser(): Promise<Browser> {
  const { chromium: driver } = await import('playwright-core')
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return await driver.launch({ executablePath: chromium ?? '', args, timeout: 60_000 })
}

/** For changes that are a moment on their way to a page. */
export const soon = { timeout: 20_000 }

/** A browser for the tests of a file, in which pages are watched while things change. */
export class Watch {
  #browser: Browser | null = null
  #context: BrowserContext | null = null

  constructor() {
    beforeAll(async () => {
      this.#browser = await openBrowser()
      this.#context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 } })
      this.#context.setDefaultTimeout(soon.timeout)
    })
    afterAll(() => this.#browser?.close())
  }

  get context(): BrowserContext {
    if (this.#context === null) throw new Error('the browser is not open yet')
    return this.#context
  }

  /** A page of its own, once it listens. */
  async open(url: string): Promise<Page> {
    const page = await this.context.newPage()
    await page.goto(url)
    await Watch.begin(page)
    return page
  }

  /** From when it listens, `untouched` tells whether the page was loaded anew. */
  static async begin(page: Page): Promise<void> {
    await page.locator('#line[data-line=live]').waitFor()
    await page.evaluate('globalThis.same = true')
  }

  static untouched(page: Page): Promise<unknown> {
    return page.evaluate('globalThis.same === true')
  }
}

/** `mikado view`, started and listening. */
export class Viewer implements AsyncDisposable {
  readonly url: string
  readonly started: Started

  private constructor(url: string, started: Started) {
    this.url = url
    this.started = started
  }

  static async open(repository: TestRepository, words: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Viewer> {
    const started = repository.start(['view', ...words], env)
    const url = () => /^http:\/\/\S+$/m.exec(started.output.stdout)?.[0]
    await until('the page is served', () => url() !== undefined || started.child.exitCode !== null, 60)
    const found = url()
    if (found === undefined) throw new Error(repository.told(await started.ended))
    return new Viewer(found, started)
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  get token(): string {
    return new URL(this.url).pathname.split('/')[1] ?? ''
  }

  /** What a page says. */
  async text(path = ''): Promise<string> {
    const { status, body } = await ask(this.url + path)
    if (status !== 200) throw new Error(`${path} answers ${status}: ${body}`)
    return body
  }

  /** Waits until a page says something. */
  async shows(path: string, words: string, seconds = 30): Promise<void> {
    const deadline = Date.now() + seconds * 1000
    for (let text = await this.text(path); !text.includes(words); text = await this.text(path)) {
      if (Date.now() > deadline) throw new Error(`${path} does not say "${words}" after ${seconds} seconds: ${text}`)
      await new Promise((done) => setTimeout(done, 50))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.started.child.kill('SIGKILL')
    await this.started.ended
  }
}

export interface Reply {
  status: number
  headers: NodeJS.Dict<string | string[]>
  body: string
}

/** One request with exactly these headers; a browser or `fetch` would set some of them itself. */
export function ask(
  url: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(url)
    const path = url.slice(url.indexOf('/', 'http://'.length)) || pathname + search
    const asked = request({ hostname, port, path, method, headers, agent: false }, (reply) => {
      let text = ''
      reply.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: text }))
    })
    asked.once('error', reject)
    asked.end(body)
  })
}
