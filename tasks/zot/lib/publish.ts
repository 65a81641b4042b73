/** Publishing an image once: look before pushing, and take "already there" for success. */
import type { Image } from './image.ts'
import { type RegistryClient, RegistryError } from './oci.ts'

/** What to do about a tag, given the digest behind it now. */
export type Decision = 'push' | 'already-there' | 'taken'

/** The tag holds another image. */
export class TagTaken extends Error {
  override name = 'TagTaken'
  constructor(name: string, there: string, ours: string) {
    super(
      `${name} is already published as ${there}, and this image is ${ours}. Published tags do not move: publish under a new tag.`,
    )
  }
}

export function decide(there: string | undefined, ours: string): Decision {
  if (there === undefined) return 'push'
  return there === ours ? 'already-there' : 'taken'
}

/**
 * Publishes an image under a tag that is free, or holds this very image.
 *
 * The registry refuses a second push with 403 even for the same digest. So when another job wins the race between looking and pushing, looking again decides.
 *
 * @returns what happened.
 * @throws TagTaken, RegistryError, Unreachable
 */
export async function publish(
  client: RegistryClient,
  repository: string,
  tag: string,
  image: Image,
): Promise<'pushed' | 'already-there'> {
  const ours = image.manifest.digest
  const settled = async (): Promise<boolean> => {
    const there = await client.digest(repository, tag)
    const decision = decide(there, ours)
    if (decision === 'taken') throw new TagTaken(`${repository}:${tag}`, String(there), ours)
    return decision === 'already-there'
  }
  if (await settled()) return 'already-there'
  try {
    await client.push(repository, tag, image)
    return 'pushed'
  } catch (error) {
    if (!(error instanceof RegistryError) || error.status !== 403) throw error
    if (await settled()) return 'already-there'
    throw error
  }
}
