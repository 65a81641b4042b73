/** The browser login in a real browser. */
import type { Credentials } from './form.ts'

/** No browser could be started: says nothing about the login. */
export class NoBrowser extends Error {
  override name = 'NoBrowser'
}

/**
 * Logs in with Chromium: opens the registry's login, fills in the provider's page, comes back, and asks the registry for the user's
 * keys from within the page, as its own web pages would.
 *
 * @param chromium path of the program.
 * @param screenshot where a picture of the provider's page, filled in, is kept; the password shows as dots there.
 * @returns evidence in words.
 * @throws NoBrowser when Chromium does not start; Error when the login does not work.
 */
export async function browserLogin(
  chromium: string,
  registry: string,
  { user, password }: Credentials,
  screenshot: string,
  signal?: AbortSignal,
): Promise<string> {
  // Loaded here only: it costs a third of a second, and the package is for development.
  const playwright = await import('playwright-core')
  const browser = await playwright.chromium
    .launch({ executablePath: chromium, timeout: 20_000 })
    .catch((error: Error) => {
      throw new NoBrowser(`${chromium} does not start: ${error.message.split('\n')[0]}`)
    })
  const stop = (): void => void browser.close()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(`${registry}/zot/auth/login?provider=oidc`)
    const provider = new URL(page.url())
    // Only what is seen: pages keep hidden fields for password managers. Selectors reach into shadow roots, where authentik draws its forms.
    const seen = (selectors: string[]) => page.locator(selectors.map((each) => `${each}:visible`).join(', ')).first()
    const secret = seen(['input[type=password]'])
    const submit = seen(['button[type=submit]', 'button:not([type])', 'input[type=submit]'])
    await seen(['input[type=text]', 'input[type=email]', 'input:not([type])']).fill(user)
    // Some ask for the name first.
    if (!(await secret.isVisible())) await submit.click()
    await secret.fill(password)
    await page.screenshot({ path: screenshot })
    await submit.click()
    await page.waitForURL((url) => url.origin === new URL(registry).origin)
    const cookies = await page.context().cookies(registry)
    if (!cookies.some((cookie) => cookie.name === 'session'))
      throw new Error('Chromium came back from the provider without a session cookie')
    const status = await page.evaluate(async () => {
      const reply = await fetch('/zot/auth/apikey', { headers: { 'X-ZOT-API-CLIENT': 'zot-ui' } })
      return reply.status
    })
    if (status !== 200)
      throw new Error(`The registry does not honour the browser's session: its keys answered ${status}`)
    return `Chromium ${browser.version()} went to ${provider.origin} and came back logged in`
  } finally {
    signal?.removeEventListener('abort', stop)
    await browser.close()
  }
}
