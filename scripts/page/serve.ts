/** The page, served until it is stopped. */
import { jsonOf } from '../core/plain.ts'
import { readAssets } from '../io/assets.ts'
import { Itself } from '../io/itself.ts'
import { type Answer, type Asked, PageServer } from '../io/page-server.ts'
import type { Repository } from '../io/repository.ts'
import type { System } from '../io/system.ts'
import { servedPage, statesOf } from '../view/page/site.ts'
import { act } from './act.ts'
import { Control } from './control.ts'
import { Desk } from './desk.ts'
import { News } from './news.ts'

export interface Served {
  repository: Repository
  system: System
  version: string
  token: string
  complain: (error: unknown) => void
  /** Who gives their word, where the page may do more than read; null: it may not. */
  person: string | null
}

const types = {
  page: 'text/html; charset=utf-8',
  data: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
}

/** The server of one repository's page; null: the port is taken. */
export async function openPage(port: number, { repository, system, version, token, complain, person }: Served) {
  const desk = new Desk(repository, system.now, { version, boot: system.chance() }, complain)
  const news = new News(desk, system, complain)
  const assets = readAssets()
  if (person !== null) {
    const itself = new Itself(system.program, repository.root, system.env)
    desk.control = new Control(itself, repository.root, person, () => news.told())
  }
  const answer = async ({ path, query, form }: Asked): Promise<Answer> => {
    const [place = '', name = ''] = path
    const asset = place === 'assets' && path.length === 2 ? assets.get(name) : undefined
    if (asset) return { status: 200, type: asset.type, body: asset.body }
    const { seen: _, ...scene } = await desk.scene()
    if (form !== null) return act(desk, scene.standing, path, form)
    if (place === 'states' && path.length === 1)
      return { status: 200, type: types.data, body: jsonOf({ ...scene.live, cards: statesOf(scene.standing) }) }
    const page = await servedPage(path, query, scene, desk)
    return page
      ? { status: 200, type: types.page, body: page.text }
      : { status: 404, type: types.text, body: 'There is no such page.\n' }
  }
  const serving = { answer, listen: news.listen.bind(news), complain, forms: person !== null }
  const server = await PageServer.open(port, token, serving)
  const close = async () => {
    await desk.control?.close()
    news.close()
    desk.close()
    await server?.close()
  }
  // The first who asks need not wait for the picture.
  if (server) void answer({ path: [''], query: new URLSearchParams(), form: null }).catch(() => {})
  return server && { server, close }
}
