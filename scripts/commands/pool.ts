/** The processes of a call in which tasks are inspected and worked. */
import { Pool } from '../io/pool.ts'
import type { Session } from './command.ts'

const pools = new WeakMap<Session, Pool>()

/** The one pool of the call; it is closed with it. */
export function poolOf(session: Session): Pool {
  const known = pools.get(session)
  if (known) return known
  const { repository, system } = session
  const pool = new Pool({ root: repository.root, env: system.env, after: system.after })
  pools.set(session, pool)
  session.closing.push(() => pool.close())
  return pool
}
