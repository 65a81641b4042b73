/** HTML in which nothing but what we wrote ourselves is markup. */
import { plain } from '../../core/plain.ts'

/** Markup that is safe to be sent. Made by `html` alone, and by `trusted` of what escapes for itself. */
export class Html {
  readonly text: string
  private constructor(text: string) {
    this.text = text
  }

  /** Takes a text for markup: only for what was escaped by its maker. */
  static trusted(text: string): Html {
    return new Html(text)
  }

  toString(): string {
    return this.text
  }
}

type Part = Html | string | number | null | false | readonly Part[]

/** A template: whatever is put into it is text, unless it is markup itself. Null and false are nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? ''
  for (const [at, part] of parts.entries()) text += textOf(part) + (strings[at + 1] ?? '')
  return Html.trusted(text)
}

export const nothing = html``

/** Text of others as it stands between tags or in quotes: no markup, and nothing that turns the reading round. */
export function escaped(text: string): string {
  return plain(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function textOf(part: Part): string {
  if (part instanceof Html) return part.text
  if (part === null || part === false) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return part.map(textOf).join('')
}
