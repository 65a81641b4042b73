/** Browser sessions of the stub, by cookie. */
import { randomBytes } from 'node:crypto'
import type { Question } from './answer.ts'
import type { User } from './state.ts'

/** A flow under way. */
export interface Plan {
  flow: string
  stage: 'identification' | 'password' | 'second-factor' | 'login' | 'consent' | 'authorize'
  /** The name that was given, known or not. */
  name: string
  /** Of the consent that was asked for. */
  token: string
  /** Where an authorization leads. */
  target: string
}

export interface Session {
  user: User | null
  /** Demanded of whoever changes something while logged in. */
  csrf: string | null
  plan: Plan | null
}

export class Sessions {
  readonly #sessions = new Map<string, Session>()

  /** The session of a request, a new one where it has none; `cookie` is to be set then. */
  of({ headers }: Question): { session: Session; cookies: string[] } {
    const id = cookieOf(headers.cookie, 'authentik_session')
    const found = id === undefined ? undefined : this.#sessions.get(id)
    if (found) return { session: found, cookies: [] }
    const session: Session = { user: null, csrf: null, plan: null }
    return { session, cookies: [this.#keep(session)] }
  }

  /** Logs the user in: the session gets another id, and a token against forged requests. */
  logIn(session: Session, user: User): string[] {
    for (const [id, each] of this.#sessions) if (each === session) this.#sessions.delete(id)
    session.user = user
    session.csrf = randomBytes(16).toString('hex')
    return [this.#keep(session), `authentik_csrf=${session.csrf}; Path=/; SameSite=Lax`]
  }

  #keep(session: Session): string {
    const id = randomBytes(16).toString('hex')
    this.#sessions.set(id, session)
    return `authentik_session=${id}; Path=/; HttpOnly; SameSite=Lax`
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? '').split(/;\s*/).map((pair) => pair.split('='))
  return pairs.find(([key]) => key === name)?.[1]
}
