/** The page as files: a copy that needs no program, and tells nothing of this machine. */
import { readAssets } from '../io/assets.ts'
import { ExportFolder } from '../io/export.ts'
import type { Repository } from '../io/repository.ts'
import { liveScripts } from '../view/page/frame.ts'
import { escaped } from '../view/page/html.ts'
import { keptPages } from '../view/page/kept.ts'
import { Desk, digestOf } from './desk.ts'

export interface Kept {
  repository: Repository
  /** As it was named, in the folder `cwd`. */
  folder: string
  cwd: string
  version: string
  /** What cards have printed is published too. */
  logs: boolean
  /** The home of whoever exports; null: it is not known. */
  home: string | null
  complain: (error: unknown) => void
}

/** Writes all of it. Answers how many files there are. @throws Refusal when something else is in the folder. */
export async function exportPages({
  repository,
  folder,
  cwd,
  version,
  logs,
  home,
  complain,
}: Kept): Promise<{ path: string; files: number }> {
  const target = ExportFolder.open(folder, cwd)
  const desk = new Desk(repository, () => 0, { version, boot: '' }, complain)
  try {
    const { seen: _, ...scene } = await desk.scene()
    const last = scene.standing.chronicle.last
    const kept = { ...scene, live: null, now: last === null ? 0 : Date.parse(last) }
    const impersonal = withoutPlaces(repository.root, home)
    for await (const [path, page] of keptPages(kept, desk, { logs, digest: digestOf }))
      target.write(path, impersonal(page.text))
    const wanted = readAssets()
      .values()
      .filter(({ name }) => !liveScripts.includes(name))
    for (const { name, body } of wanted) target.write(`assets/${name}`, body)
    return { path: target.path, files: target.close() }
  } finally {
    desk.close()
  }
}

/** Where the repository lies, and who works in it, is nobody's business. */
function withoutPlaces(root: string, home: string | null): (text: string) => string {
  const [here, own] = [escaped(root), home === null || home === '/' ? null : escaped(home)]
  return (text) => {
    const relative = text.replaceAll(`${here}/`, '').replaceAll(here, '.')
    return own === null ? relative : relative.replaceAll(own, '~')
  }
}
