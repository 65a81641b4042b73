/** A walk through the picture: the way of a card stands out, and arrow keys lead along the arrows. Without it, each card is a link like others. */
{
  /** Cards of a picture in which all others step back while the way of one is shown. */
  const few = 400
  /** Elements that are marked with one frame of the screen. */
  const atOnce = 200
  /** Milliseconds that the mouse rests on a card before its way is shown. */
  const rest = 120

  /** @type {HTMLElement | null} */
  const view = document.querySelector('#view')
  /** @type {SVGElement[]} */
  let nodes = []
  /** @type {{ path: Element, from: Element, to: Element }[]} */
  let edges = []

  const nodeAt = (/** @type {EventTarget | null} */ target) =>
    target instanceof Element ? target.closest('.node') : null

  const middleOf = (/** @type {Element} */ node) => {
    const box = node.querySelector('rect')
    const value = (/** @type {string} */ name) => Number(box?.getAttribute(name) ?? 0)
    return { x: value('x') + value('width') / 2, y: value('y') + value('height') / 2 }
  }

  /** Takes the picture that stands in the page. One of its cards is reached by the tabulator, the others from there. */
  const take = () => {
    const all = [...document.querySelectorAll('#graph .node')]
    marked = new Set()
    nodes = all.filter((node) => node instanceof SVGElement).filter((node) => node.hasAttribute('data-card'))
    edges = [...document.querySelectorAll('#graph .edges path')].flatMap((path) => {
      const [from, to] = (path.getAttribute('data-edge') ?? '').split(' ').map((at) => all[Number(at)])
      return from && to ? [{ path, from, to }] : []
    })
    for (const node of nodes) node.setAttribute('tabindex', '-1')
    const first = nodes.find((node) => node.classList.contains('goal')) ?? nodes[0]
    first?.setAttribute('tabindex', '0')
  }

  /** Elements that are marked. @type {Set<Element>} */
  let marked = new Set()
  let marking = 0

  /** Marks these and no others: as many as one frame of the screen bears, the rest with the next ones. */
  const mark = (/** @type {Set<Element>} */ wanted) => {
    cancelAnimationFrame(marking)
    let rest = atOnce
    for (const element of [...marked, ...wanted]) {
      if (marked.has(element) === wanted.has(element)) continue
      if (rest-- === 0) {
        marking = requestAnimationFrame(() => mark(wanted))
        return
      }
      const wants = wanted.has(element)
      element.classList.toggle('way', wants)
      if (wants) marked.add(element)
      else marked.delete(element)
    }
  }

  /** Marks all that a card requires and all that requires it, with the arrows between. */
  const way = (/** @type {Element | null} */ node) => {
    document.querySelector('#graph')?.classList.toggle('lit', node !== null && nodes.length <= few)
    /** @type {Set<Element>} */
    const wanted = new Set()
    const walk = (
      /** @type {Element} */ from,
      /** @type {'from' | 'to'} */ start,
      /** @type {'from' | 'to'} */ end,
    ) => {
      const next = Map.groupBy(edges, (edge) => edge[start])
      const reached = new Set([from])
      for (const at of reached) {
        wanted.add(at)
        for (const edge of next.get(at) ?? []) {
          wanted.add(edge.path)
          reached.add(edge[end])
        }
      }
    }
    if (node) walk(node, 'from', 'to')
    if (node) walk(node, 'to', 'from')
    mark(wanted)
  }

  const go = (/** @type {Element} */ node) => {
    if (!(node instanceof SVGElement)) return
    for (const other of nodes) if (other.getAttribute('tabindex') === '0') other.setAttribute('tabindex', '-1')
    node.setAttribute('tabindex', '0')
    node.dispatchEvent(new Event('mikado:see', { bubbles: true }))
    node.focus({ preventScroll: true })
  }

  /** Where an arrow key leads: down to what the card requires, up to what requires it, and to its neighbours. */
  const neighbour = (/** @type {Element} */ node, /** @type {string} */ key) => {
    const here = middleOf(node)
    const across = (/** @type {Element} */ other) => middleOf(other).x - here.x
    const nearest = (/** @type {Element[]} */ others) =>
      others
        .filter((other) => other !== node && other.hasAttribute('data-card'))
        .sort((a, b) => Math.abs(across(a)) - Math.abs(across(b)))[0]
    if (key === 'ArrowDown') return nearest(edges.filter(({ from }) => from === node).map(({ to }) => to))
    if (key === 'ArrowUp') return nearest(edges.filter(({ to }) => to === node).map(({ from }) => from))
    const row = nodes.filter((other) => Math.abs(middleOf(other).y - here.y) < 24)
    return nearest(row.filter((other) => (key === 'ArrowRight' ? across(other) > 0 : across(other) < 0)))
  }

  if (view) {
    take()
    let resting = 0
    const showLater = (/** @type {Element | null} */ node, /** @type {number} */ milliseconds) => {
      clearTimeout(resting)
      resting = setTimeout(() => way(node ?? nodeAt(document.activeElement)), milliseconds)
    }
    view.addEventListener('pointerover', (event) => {
      if (event.pointerType === 'mouse' && event.buttons === 0) showLater(nodeAt(event.target), rest)
    })
    view.addEventListener('pointerleave', () => showLater(null, 0))
    view.addEventListener('focusin', (event) => showLater(nodeAt(event.target), 0))
    view.addEventListener('focusout', () => showLater(null, 0))
    view.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return
      const node = nodeAt(event.target)
      if (event.key === 'Escape' && node) return view.focus()
      if (!node || !event.key.startsWith('Arrow')) return
      event.preventDefault()
      const next = neighbour(node, event.key)
      if (next) go(next)
    })
    const named = (/** @type {unknown} */ id) => nodes.find((node) => node.getAttribute('data-card') === id)
    // Somebody looked for a card, and goes to it.
    document.addEventListener('mikado:go', (event) => {
      const node = event instanceof CustomEvent ? named(event.detail) : null
      if (node) go(node)
    })
    // The page was given another picture; whoever was on a card is on it still.
    document.addEventListener('mikado:redrawn', (event) => {
      take()
      const node = event instanceof CustomEvent ? named(event.detail) : null
      if (node) go(node)
    })
  }
}
