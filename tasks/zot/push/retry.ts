/** Trouble that may pass: what is worth another try, and when. */
import { Unreachable } from '../lib/http.ts'
import type { Blob, FileBlob, Manifest } from '../lib/image.ts'
import { RegistryClient, RegistryError } from '../lib/oci.ts'
import type { Identity } from '../lib/session.ts'

/** Nobody listens (yet), the connection broke, or the answer took too long. A wrong name or certificate stays wrong. */
const PASSING = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'TimeoutError',
])

/** Too many requests; and what proxies say while the registry behind them is away. */
const BUSY = new Set([429, 502, 503, 504])

/** However long a registry asks us to wait. */
const LONGEST_MS = 60_000

/** Whether the same request may well succeed later. */
export function mayPass(error: unknown): boolean {
  if (error instanceof RegistryError) return BUSY.has(error.status)
  return error instanceof Unreachable && causes(error).some((code) => PASSING.has(code))
}

/**
 * Milliseconds until the next try: what the registry asks for, else 1, 2, 4 … seconds; a minute at most.
 *
 * @param tried how often it was tried again already.
 */
export function pauseBefore(error: unknown, tried: number, now: Date): number {
  const asked = error instanceof RegistryError ? asks(error.retryAfter, now) : undefined
  return Math.min(asked ?? 1000 * 2 ** tried, LONGEST_MS)
}

/** `Retry-After`, seconds or a date, in milliseconds. */
function asks(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return Number.isNaN(ms) ? undefined : Math.max(ms, 0)
}

/** The codes and names along the causes of an error; of several attempts to connect, those of each. */
function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  const inner = error instanceof AggregateError ? error.errors : []
  const name = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return [name, ...[error.cause, ...inner].flatMap(causes)]
}

export interface Patience {
  /** How often one step is tried again. */
  retries: number
  wait: (ms: number) => Promise<void>
  /** Tells a person what is tried again, and why. */
  say: (line: string) => void
}

/** Does a step until it succeeds, fails for good, or was tried again often enough. */
export async function persist<T>(step: () => Promise<T>, { retries, wait, say }: Patience): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await step()
    } catch (error) {
      if (tried >= retries || !mayPass(error)) throw error
      const pause = pauseBefore(error, tried, new Date())
      say(`${(error as Error).message}. Trying again in ${pause / 1000} s (${tried + 1} of ${retries})`)
      await wait(pause)
    }
  }
}

/** A client that tries steps again. A blob is one step: an upload that broke in the middle starts anew. */
export class PatientClient extends RegistryClient {
  readonly #patience: Patience

  constructor(url: string, identity: Identity, patience: Patience, signal?: AbortSignal) {
    super(url, identity, signal)
    this.#patience = patience
  }

  override digest(repository: string, reference: string): Promise<string | undefined> {
    return persist(() => super.digest(repository, reference), this.#patience)
  }

  override pushBlob(repository: string, blob: Blob | FileBlob): Promise<void> {
    return persist(() => super.pushBlob(repository, blob), this.#patience)
  }

  override putManifest(repository: string, reference: string, manifest: Manifest): Promise<void> {
    return persist(() => super.putManifest(repository, reference, manifest), this.#patience)
  }
}
