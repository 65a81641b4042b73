/** How a check of this chain runs: on the opened target, with its secrets masked, and not while the registry is being deployed. */
import type { ApplyContext, Check, Json, TaskContext } from '../../../scripts/index.ts'
import { openTarget, type Target } from './target.ts'

/** Opens the target and has everything confidential masked from here on. */
async function open(context: TaskContext): Promise<Target> {
  const target = await openTarget(context)
  for (const value of target.confidential) await context.secret(value)
  for (const value of await target.provider.confidential()) await context.secret(value)
  return target
}

/**
 * A check. It holds what the cards share, the registry, so that no other card restarts it meanwhile.
 *
 * @param proof answers the evidence, or throws saying what does not hold.
 */
export function proves(proof: (target: Target, context: TaskContext) => Promise<string>): Check {
  return (context) => context.exclusive('zot', async () => proof(await open(context), context))
}

/** The work of a card, likewise. */
export function works(
  work: (target: Target, context: ApplyContext) => Promise<Json | void>,
): (context: ApplyContext) => Promise<Json | void> {
  return (context) => context.exclusive('zot', async () => work(await open(context), context))
}

/** Throws unless it is so. */
export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}
