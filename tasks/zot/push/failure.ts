/** What a failed push means to the job that called: its exit code, its cause, and the next safe step. */
import { Unreachable } from '../lib/http.ts'
import { LayoutError } from '../lib/layout.ts'
import { RegistryError } from '../lib/oci.ts'
import { TagTaken } from '../lib/publish.ts'
import { ToolMissing } from './archive.ts'
import { type Command, Usage } from './command.ts'
import { mayPass } from './retry.ts'

/** Stopped by a signal; `exitCode` is 128 and its number. */
export class Stopped extends Error {
  override name = 'Stopped'
  readonly exitCode: number
  constructor(signal: string, number: number) {
    super(`Stopped by ${signal}`)
    this.exitCode = 128 + number
  }
}

export interface Failure {
  exitCode: number
  reason: string
  /** Absent where the reason says it already. */
  next?: string
}

const AGAIN = 'start the job again; what is uploaded already is not sent twice'

/** @param command `undefined` when not even that was understood. */
export function explain(error: unknown, command?: Command): Failure {
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof Stopped) return { exitCode: error.exitCode, reason, next: AGAIN }
  if (error instanceof Usage) return { exitCode: 64, reason, next: 'see --help' }
  if (error instanceof TagTaken) return { exitCode: 2, reason }
  if (error instanceof LayoutError)
    return { exitCode: 65, reason, next: 'build the image again, and look at what was built' }
  if (error instanceof ToolMissing) return { exitCode: 69, reason, next: 'install it' }
  if (error instanceof Unreachable) return { exitCode: 69, reason, next: unreachable(error) }
  if (error instanceof RegistryError) return { exitCode: exitCodeOf(error), reason, next: refused(error, command) }
  return { exitCode: 1, reason, next: AGAIN }
}

function exitCodeOf(error: RegistryError): number {
  if (error.status === 401 || error.status === 403) return 77
  return mayPass(error) ? 69 : 1
}

function unreachable(error: Unreachable): string {
  if (mayPass(error)) return `see whether the registry runs (mise run services-check), then ${AGAIN}`
  return "see whether the name is right and its certificate known here (NODE_EXTRA_CA_CERTS names a CA's file)"
}

function refused(error: RegistryError, command?: Command): string {
  if (mayPass(error)) return `${AGAIN}, later`
  const user = command?.user ?? 'this user'
  switch (error.status) {
    case 401:
      return `the key of ${user} is wrong, revoked or expired: let the card wire-ci-registry-auth make a new one, then ${AGAIN}`
    case 403:
      return command?.move
        ? `${user} may not move this tag: publish under a new one, or have the tag named in the role's zot_ci_moving_tags`
        : `${user} may not push there: see the policy of the role ansible/roles/zot, then ${AGAIN}`
    case 413:
      return 'raise the limit for request bodies at the proxy before the registry'
    case 415:
      return 'build the image with OCI media types: this registry takes no other'
    default:
      return "read the registry's log, which says more"
  }
}
