/** What Node compiled of our programs: kept, so that each of the many that a run starts need not compile them again. */
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'

/** For the environment of a program of ours: it keeps what Node compiles of it where this process does; nothing where this one keeps nothing. */
export function compiledAlike(): { NODE_COMPILE_CACHE?: string } {
  const kept = getCompileCacheDir()
  // Each version of Node has a folder of its own in the one that is named.
  return kept === undefined ? {} : { NODE_COMPILE_CACHE: dirname(kept) }
}
