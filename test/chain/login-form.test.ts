import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { fillForm } from '../../tasks/zot/lib/form.ts'
import { walkLogin } from '../../tasks/zot/lib/login.ts'

const page = new URL('http://provider.test/interaction/1?x=2')
const credentials = { user: 'zot-ci', password: 'a&b =c' }
const fill = (html: string) => fillForm(html, page, credentials)

test('name, password and hidden fields go to where the form says', () => {
  const form =
    fill(`<form method="post" action="login"><input type="hidden" name="csrf" value="t&amp;1"><input name="login">
    <input type="password" name="password"><input type="checkbox" name="remember"><button name="do" value="in">Sign in</button></form>`)
  expect(form?.action.href).toBe('http://provider.test/interaction/login')
  expect(form?.method).toBe('POST')
  expect(form?.asksPassword).toBe(true)
  expect(Object.fromEntries(form?.fields ?? [])).toEqual({ csrf: 't&1', login: 'zot-ci', password: 'a&b =c', do: 'in' })
})

test('a form without an action goes back to its own page', () => {
  expect(fill('<form method="POST"><input type=password name=p></form>')?.action.href).toBe(page.href)
})

test('the form with the password is taken, wherever it stands', () => {
  const form = fill(
    '<form method=post action=/search><input name=q></form><form method=post action=/in><input name=u><input type=password name=p></form>',
  )
  expect(form?.action.pathname).toBe('/in')
})

test('consent: the button that does not say no', () => {
  const form = fill(
    '<form method=post action=/ok><button name=a value=no>Cancel</button><button name=a value=yes>Allow</button></form>',
  )
  expect(form?.asksPassword).toBe(false)
  expect(form?.fields.get('a')).toBe('yes')
})

test('a second text field keeps its value, a disabled one is left out', () => {
  const form = fill(
    '<form method=post><input name=u><input name=realm value=lab><input name=x disabled><input type=password name=p></form>',
  )
  expect(Object.fromEntries(form?.fields ?? [])).toEqual({ u: 'zot-ci', realm: 'lab', p: 'a&b =c' })
})

test.each(['<p>Welcome</p>', '<form action=/search><input name=q></form>', ''])('nothing to fill in: %s', (html) => {
  expect(fill(html)).toBeUndefined()
})

test('a page that asks for more than the password is for a person, and is told at once', async () => {
  const pages: Record<string, string> = {
    'GET /': '<form method=post action=/in><input name=u><input type=password name=p></form>',
    'POST /in': '<h1>Set up a second factor</h1><form method=post action=/otp><input name=code></form>',
  }
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end(pages[`${request.method} ${request.url}`] ?? '')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const refused = await walkLogin(origin, { credentials }).catch((error: Error) => error.message)
  server.close()
  expect(refused).toBe(
    `${origin} asks zot-ci for more than a password, which only a person can give: Set up a second factor`,
  )
  expect(asked).toEqual(['GET /', 'POST /in'])
})
