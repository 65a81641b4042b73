/** Folders for a moment, inside the repository's own run data: a killed run leaves them where the next finds and removes them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

const place = (root: string): string => join(root, '.mikado', 'zot-scratch')

/** Works with an empty folder of mode 0700 and removes it. */
export async function withScratch<T>(root: string, work: (dir: string) => Promise<T>): Promise<T> {
  await mkdir(place(root), { recursive: true, mode: 0o700 })
  const dir = await mkdtemp(join(place(root), 'run-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** Removes what killed runs left. Only when nobody else works with such a folder. */
export async function sweepScratch(root: string): Promise<void> {
  await rm(place(root), { recursive: true, force: true })
}
