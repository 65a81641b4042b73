/** Filling in a login form: what a person would do with the page, as data. */
import { type HTMLElement, parse } from 'node-html-parser'

export interface Credentials {
  user: string
  password: string
}

/** A form filled in, ready to be sent. */
export interface FilledForm {
  action: URL
  method: 'GET' | 'POST'
  fields: URLSearchParams
  /** Whether it asks for a password: then sending it twice means that the first was refused. */
  asksPassword: boolean
  /** Whether it asks for something in words: a name, an address, a code. */
  asksText: boolean
}

/**
 * Finds the form of a login or consent page and fills it in: the one that asks for a password, else the first that is posted.
 * Hidden fields and defaults are kept, the first text field takes the user's name, the first button that does not say no is pressed.
 *
 * @returns `undefined` when the page has no such form.
 */
export function fillForm(html: string, page: URL, credentials: Credentials): FilledForm | undefined {
  const forms = parse(html).querySelectorAll('form')
  const asksPassword = forms.find((form) => passwordField(form) !== undefined)
  const form = asksPassword ?? forms.find((each) => each.getAttribute('method')?.toLowerCase() === 'post')
  if (!form) return undefined
  const method = form.getAttribute('method')?.toLowerCase() === 'post' ? 'POST' : 'GET'
  const action = new URL(form.getAttribute('action') || page.href, page)
  const fields = new URLSearchParams()
  let asksText = false
  for (const input of form.querySelectorAll('input')) {
    const name = input.getAttribute('name')
    const type = (input.getAttribute('type') ?? 'text').toLowerCase()
    const value = input.getAttribute('value') ?? ''
    if (!name || input.hasAttribute('disabled') || ['submit', 'image', 'button', 'reset', 'file'].includes(type))
      continue
    if ((type === 'checkbox' || type === 'radio') && !input.hasAttribute('checked')) continue
    if (type === 'password') fields.append(name, credentials.password)
    else if ((type === 'text' || type === 'email') && !asksText) {
      asksText = true
      fields.append(name, credentials.user)
    } else fields.append(name, type === 'checkbox' ? value || 'on' : value)
  }
  const button = form.querySelectorAll('button, input[type=submit]').find(agrees)
  const pressed = button?.getAttribute('name')
  if (button && pressed) fields.append(pressed, button.getAttribute('value') ?? '')
  return { action, method, fields, asksPassword: asksPassword !== undefined, asksText }
}

function passwordField(form: HTMLElement): HTMLElement | undefined {
  return form.querySelectorAll('input').find((input) => input.getAttribute('type')?.toLowerCase() === 'password')
}

function agrees(button: HTMLElement): boolean {
  if ((button.getAttribute('type') ?? 'submit').toLowerCase() !== 'submit') return false
  const words = [button.getAttribute('name'), button.getAttribute('value'), button.textContent].join(' ')
  return !/\b(cancel|deny|reject|abort|decline|no)\b/i.test(words)
}
