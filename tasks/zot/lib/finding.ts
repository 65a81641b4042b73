/** What was found when a part of the target was looked at, without changing anything. */

export interface Finding {
  /** What was looked at, for instance "identity provider". */
  about: string
  ok: boolean
  /** What was seen; when it is not as it should be: what is wrong, and the next safe step. Never a secret. */
  detail: string
}

/** Looks, and takes an error for what is wrong. */
export async function find(about: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { about, ok: true, detail: await look() }
  } catch (error) {
    return { about, ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}
