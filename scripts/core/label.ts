/** Labels: what a card can name (`on:`) to be worked where a worker bears the same. */

/** A label as a regular expression. */
export const labelPattern = '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'
const label = new RegExp(labelPattern)

export function isLabel(text: string): boolean {
  return label.test(text)
}
