/** What the stub answers with. */
export interface Answer {
  status: number
  headers?: Record<string, string | string[]>
  /** Text is sent as it is, anything else as JSON; nothing where there is none. */
  body?: unknown
}

/** A request, read to its end. */
export interface Question {
  method: string
  url: URL
  headers: Record<string, string | undefined>
  body: string
}

export function page(status: number, html: string, headers: Record<string, string | string[]> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: html }
}

export function redirect(location: string, headers: Record<string, string | string[]> = {}): Answer {
  return { status: 302, headers: { location, ...headers } }
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}
