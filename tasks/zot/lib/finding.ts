/** Looking at a part of the target before anything starts. */
import type { Finding } from '../../../scripts/index.ts'

export type { Finding }

/** The same without these values: an answer that is told may repeat what was sent. */
export function conceal(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret === '' ? shown : shown.replaceAll(secret, '***')), text)
}

/** Looks, and takes an error for what is wrong. */
export async function find(about: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { about, ok: true, detail: await look() }
  } catch (error) {
    return { about, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
