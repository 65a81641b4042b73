/** Pages of the stub. Like authentik's, a flow's page is empty until its scripts have asked the executor. */
import { escapeHtml } from './answer.ts'

/** Draws the stage that the executor asks for into a shadow root, and answers it. */
const SCRIPT = `
customElements.define('ak-flow-executor', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({ mode: 'open' }).addEventListener('submit', (event) => {
      event.preventDefault()
      this.ask(Object.fromEntries(new FormData(event.target)))
    })
    this.ask()
  }
  async ask(answer) {
    const slug = location.pathname.split('/').at(-2)
    const csrf = /authentik_csrf=([^;]*)/.exec(document.cookie)?.[1]
    const headers = { 'content-type': 'application/json', ...(csrf ? { 'x-authentik-csrf': csrf } : {}) }
    const url = '/api/v3/flows/executor/' + slug + '/?query=' + encodeURIComponent(location.search.slice(1))
    const body = JSON.stringify({ component: this.component, ...answer })
    const reply = await fetch(url, answer ? { method: 'POST', headers, body } : {})
    this.show(await reply.json())
  }
  show(challenge) {
    this.component = challenge.component
    if (challenge.component === 'xak-flow-redirect') return location.assign(challenge.to)
    const password = '<input name="password" type="password">'
    const fields = {
      'ak-stage-identification': '<input name="uid_field" type="text">' + (challenge.password_fields ? password : ''),
      'ak-stage-password': password,
      'ak-stage-consent': '<input name="token" type="hidden" value="' + challenge.token + '">',
    }[challenge.component]
    const errors = Object.values(challenge.response_errors ?? {}).flat().map((error) => error.string)
    this.shadowRoot.innerHTML = fields === undefined
      ? '<p>' + (challenge.error_message ?? challenge.component) + '</p>'
      : '<p>' + errors.join(' ') + '</p><form>' + fields + '<button type="submit">Continue</button></form>'
  }
})
`

export function flowPage(): string {
  return page('The stub of authentik', `<ak-flow-executor></ak-flow-executor><script type="module">${SCRIPT}</script>`)
}

/** As authentik's: 200, and a form that nobody can fill in. */
export function deniedPage(): string {
  return page(
    'Permission denied',
    '<h1>Permission denied</h1><form method="POST"><p>Request has been denied.</p></form>',
  )
}

export function errorPage(title: string, message: string): string {
  return page(title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(message)}</p>`)
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head><body>${body}</body></html>`
}
