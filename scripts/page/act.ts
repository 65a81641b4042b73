/** A form of the page, sent: checked against what it has shown, then handed on. */
import type { Standing } from '../core/standing.ts'
import type { Answer } from '../io/page-server.ts'
import { agreements } from '../view/page/control.ts'
import { servedWays } from '../view/page/ways.ts'
import type { Desk } from './desk.ts'

const changed = 'Nothing was done: the card has changed since the page showed it. Look again.'
const unticked = 'Nothing was done: not everything was agreed to.'

/** Answers with the page that shows what comes of it. */
export function act(desk: Desk, standing: Standing, path: readonly string[], form: URLSearchParams): Answer {
  const { control } = desk
  const [what = '', id = ''] = path
  const ways = servedWays(path.length - 1)
  const goOn = (to: string): Answer => ({ status: 303, type: 'text/plain; charset=utf-8', body: '', to })
  if (control && what === 'stop' && path.length === 1) {
    control.stop()
    return goOn(ways.overview())
  }
  if (!control || path.length !== 2 || !standing.graph.cards.has(id) || (what !== 'start' && what !== 'confirm'))
    return { status: 404, type: 'text/plain; charset=utf-8', body: 'There is no such form.\n' }
  const { checklist } = standing.graph.card(id)
  const { confirms } = agreements(standing, id)
  const wanted =
    what === 'start'
      ? confirms.map(([card]) => card)
      : [...checklist.keys(), ...(checklist.length === 0 ? [0] : [])].map(String)
  const agreed = new Set(form.getAll('agree'))
  const why =
    form.get('seen') !== desk.seen(id, standing) ? changed : wanted.every((each) => agreed.has(each)) ? null : unticked
  if (why !== null) {
    control.refuse(id, why)
    return goOn(ways.act(what, id))
  }
  if (what === 'start') control.start(id, wanted.length > 0)
  else control.confirm(id)
  return goOn(what === 'start' ? ways.overview() : ways.card(id))
}
