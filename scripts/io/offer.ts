/** A card as it is described to other machines. */
import { join } from 'node:path'
import type { Card } from '../core/card.ts'
import { readText } from './documents.ts'
import { type Code, documentDigest } from './fingerprint.ts'
import type { TaskFile } from './tasks.ts'

/** What a worker must have to take a card, and what the people who look see of it. */
export interface Description {
  card: string
  title: string
  /** The run that offers it, and the checkout of that run: it holds one run at a time. */
  run: string
  desk: string
  /** Of its document, relative to the repository, and the digest of all in it but its status and boxes. */
  document: { path: string; digest: string }
  /** Of its task, the digest of it with all of the repository that it imports, and whether it looks for what it needs. */
  task: { path: string; digest: string; preflight: boolean }
  /** Tools that must be there. */
  needs: readonly string[]
  /** Settings that the card is proved against, by name. */
  target: Readonly<Record<string, string>>
}

/** @throws when its task cannot be read. */
export function describe(
  card: Card,
  task: TaskFile,
  root: string,
  code: Code,
  preflight: boolean,
  rest: Pick<Description, 'run' | 'desk' | 'target'>,
): Description {
  const { id, title, path, needs } = card
  const digest = documentDigest(readText(join(root, path)) ?? '')
  return {
    card: id,
    title,
    document: { path, digest },
    task: { path: task.path, digest: code.digest(task), preflight },
    needs,
    ...rest,
  }
}
