/** The ways between pages: always relative, so that they hold wherever the pages are served or lie. */

/** What is shown of the graph. */
export interface View {
  /** Only the chain of this card; null: everything. */
  goal: string | null
  /** Complete cards are left out. */
  open: boolean
  /** Words that a card must have; empty: any. */
  words: string
}

export const wholeView: View = { goal: null, open: false, words: '' }

/** The ways from one page to the others. */
export interface Ways {
  /** Whether a program answers behind the pages: what is asked of it may be anything. */
  served: boolean
  overview: (view?: Partial<View>) => string
  card: (id: string) => string
  runs: string
  run: (name: string) => string
  /** What a card printed in a run; null: it is not shown. */
  log: (card: string, run: string) => string | null
  asset: (name: string) => string
  /** Where something is asked for: `start` a goal, `stop`, `confirm` a card. */
  act: (what: 'start' | 'stop' | 'confirm', card?: string) => string
}

/** Ways between served pages. `depth`: how many folders deep the page is. */
export function servedWays(depth: number): Ways {
  const top = depth === 0 ? './' : '../'.repeat(depth)
  return {
    served: true,
    overview: (view = {}) => `${top}${queryOf({ ...wholeView, ...view })}`,
    card: (id) => `${top}card/${encodeURIComponent(id)}`,
    runs: `${top}runs`,
    run: (name) => `${top}run/${encodeURIComponent(name)}`,
    log: (card, run) => `${top}log/${encodeURIComponent(run)}/${encodeURIComponent(card)}`,
    asset: (name) => `${top}assets/${name}`,
    act: (what, card) => `${top}${what}${card === undefined ? '' : `/${encodeURIComponent(card)}`}`,
  }
}

/** A view as the query of its page. */
export function queryOf({ goal, open, words }: View): string {
  const query = new URLSearchParams()
  if (goal !== null) query.set('goal', goal)
  if (open) query.set('hide', 'complete')
  if (words !== '') query.set('q', words)
  return query.size === 0 ? '' : `?${query}`
}

/** The view that a query asks for. */
export function viewOf(query: URLSearchParams): View {
  return { goal: query.get('goal'), open: query.get('hide') === 'complete', words: (query.get('q') ?? '').trim() }
}
