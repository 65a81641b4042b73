/** Text of others inside XML and HTML: it stays text, whatever it says. */
import { plain } from '../core/plain.ts'

const signs: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Valid in XML 1.0: no control character, no half of a character of two units. Tabs and line breaks stay. */
export function escapeText(text: string): string {
  return plain(text)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (sign) => signs[sign] ?? '')
}

/** The same for an attribute, where readers would make line breaks and tabs into spaces. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')
}
