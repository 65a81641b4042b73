/** Publishing an image once: look before pushing, and take "already there" for success. */
import type { Image } from './image.ts'
import { type RegistryClient, RegistryError } from './oci.ts'

/** What to do about a tag, given the digest behind it now. */
export type Decision = 'push' | 'already-there' | 'taken'

/** The tag holds another image. */
export class TagTaken extends Error {
  override name = 'TagTaken'
  /** The digest behind the tag. */
  readonly there: string
  /** @param ours this image, if there is one yet. */
  constructor(name: string, there: string, ours?: string) {
    super(
      `${name} is already published as ${there}${ours === undefined ? '' : `, and this image is ${ours}`}. Published tags do not move: publish under a new tag.`,
    )
    this.there = there
  }
}

/** @param move whether the tag may leave the image that it holds, should the registry allow it. */
export function decide(there: string | undefined, ours: string, move = false): Decision {
  if (there === ours) return 'already-there'
  return there === undefined || move ? 'push' : 'taken'
}

export interface Published {
  outcome: 'pushed' | 'already-there'
  /** The digest that the tag left, if it moved. */
  left?: string
}

/**
 * Publishes an image under a tag that is free, or holds this very image; with `move` also under one that holds another.
 *
 * The registry refuses a second push with 403 even for the same digest: when another job wins the race between looking and pushing, looking again decides.
 * It asks whether a tag is there before it takes a manifest, so of two pushes at the same moment both may get through: the tag is looked at afterwards too,
 * and whoever does not find their image there has lost.
 *
 * @throws TagTaken, RegistryError, Unreachable
 */
export async function publish(
  client: RegistryClient,
  repository: string,
  tag: string,
  image: Image,
  { move = false }: { move?: boolean } = {},
): Promise<Published> {
  const ours = image.manifest.digest
  const look = async (mayMove: boolean): Promise<{ decision: Decision; there: string | undefined }> => {
    const there = await client.digest(repository, tag)
    const decision = decide(there, ours, mayMove)
    if (decision === 'taken') throw new TagTaken(`${repository}:${tag}`, String(there), ours)
    return { decision, there }
  }
  const { decision, there } = await look(move)
  if (decision === 'already-there') return { outcome: 'already-there' }
  try {
    await client.push(repository, tag, image)
  } catch (error) {
    if (!(error instanceof RegistryError) || error.status !== 403) throw error
    if ((await look(move)).decision === 'already-there') return { outcome: 'already-there' }
    throw error
  }
  if (!move) await look(false)
  return { outcome: 'pushed', ...(there !== undefined && { left: there }) }
}
