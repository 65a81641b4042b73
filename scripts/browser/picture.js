/** The picture: zoom, drag, the way of a card, and a walk along the arrows by keyboard. Without it the picture scrolls, and its cards are links. */
{
  /** Where it is readable, and where it ends. */
  const scales = { least: 0.04, most: 3, readable: 0.5, far: 0.35 }
  /** Cards of a picture in which all others step back when the way of one is shown. */
  const few = 400

  /** @type {HTMLElement | null} */
  const view = document.querySelector('#view')
  /** @type {SVGSVGElement | null} */
  let graph = null
  /** @type {SVGAElement[]} */
  let nodes = []
  /** @type {{ path: Element, from: Element, to: Element }[]} */
  let edges = []
  let size = { width: 1, height: 1 }
  let scale = 1

  const nodeAt = (/** @type {EventTarget | null} */ target) =>
    target instanceof Element ? target.closest('.node') : null
  const middleOf = (/** @type {Element} */ node) => {
    const box = node.querySelector('rect')
    const value = (/** @type {string} */ name) => Number(box?.getAttribute(name) ?? 0)
    return { x: value('x') + value('width') / 2, y: value('y') + value('height') / 2 }
  }

  /** Takes the picture that stands in the page. */
  const take = () => {
    graph = document.querySelector('#graph')
    if (!graph || !view) return
    const all = [...graph.querySelectorAll('.node')]
    nodes = /** @type {SVGAElement[]} */ (all.filter((node) => node instanceof SVGAElement))
    edges = [...graph.querySelectorAll('.edges path')].flatMap((path) => {
      const [from, to] = (path.getAttribute('data-edge') ?? '').split(' ').map((at) => all[Number(at)])
      return from && to ? [{ path, from, to }] : []
    })
    size = { width: graph.viewBox.baseVal.width, height: graph.viewBox.baseVal.height }
    // One of them is reached by the tabulator; the arrow keys go on from there.
    for (const node of nodes) node.setAttribute('tabindex', '-1')
    const first = nodes.find((node) => node.classList.contains('goal')) ?? nodes[0]
    first?.setAttribute('tabindex', '0')
  }

  /** Zooms; the point of the picture below `at` (in the view) stays where it is. */
  const zoom = (/** @type {number} */ wanted, /** @type {{ x: number, y: number } | undefined} */ at = undefined) => {
    if (!graph || !view) return
    const before = scale
    scale = Math.min(scales.most, Math.max(scales.least, wanted))
    const { x, y } = at ?? { x: view.clientWidth / 2, y: view.clientHeight / 2 }
    const left = Math.max(0, (view.clientWidth - size.width * before) / 2)
    const point = { x: (view.scrollLeft + x - left) / before, y: (view.scrollTop + y) / before }
    graph.setAttribute('width', String(size.width * scale))
    graph.setAttribute('height', String(size.height * scale))
    graph.classList.toggle('far', scale < scales.far)
    const now = Math.max(0, (view.clientWidth - size.width * scale) / 2)
    view.scrollLeft = point.x * scale + now - x
    view.scrollTop = point.y * scale - y
  }

  const whole = () => (view ? Math.min(1, view.clientWidth / size.width, view.clientHeight / size.height) : 1)

  /** Shows the place of the picture in the middle. */
  const show = (/** @type {{ x: number, y: number }} */ { x, y }) => {
    if (!view) return
    const left = Math.max(0, (view.clientWidth - size.width * scale) / 2)
    view.scrollTo({ left: x * scale + left - view.clientWidth / 2, top: y * scale - view.clientHeight / 2 })
  }

  const seen = (/** @type {Element} */ node) => {
    const [box, frame] = [node.getBoundingClientRect(), view?.getBoundingClientRect()]
    if (!frame) return true
    const across = box.left >= frame.left && box.right <= frame.right
    return across && box.top >= frame.top && box.bottom <= frame.bottom
  }

  /** As large as it is readable, and whole where that is. */
  const begin = () => {
    if (!view) return
    const most = view.clientHeight
    const fits = Math.min(1, view.clientWidth / size.width)
    const room = Number.parseFloat(getComputedStyle(view).maxHeight) || most
    view.style.height = `${Math.min(room, Math.max(220, size.height * Math.max(fits, scales.readable)))}px`
    const fit = whole()
    scale = 1
    zoom(Math.max(fit, scales.readable))
    if (fit >= scales.readable) return
    const goal = nodes.find((node) => node.classList.contains('goal'))
    if (goal) show({ x: middleOf(goal).x, y: 0 })
  }

  /** Marks all that a card requires and all that requires it, with the arrows between. */
  const way = (/** @type {Element | null} */ node) => {
    if (!graph) return
    for (const marked of graph.querySelectorAll('.way')) marked.classList.remove('way')
    graph.classList.toggle('lit', node !== null && nodes.length <= few)
    if (node === null) return
    const walk = (/** @type {'from' | 'to'} */ start, /** @type {'from' | 'to'} */ end) => {
      const reached = new Set([node])
      const next = Map.groupBy(edges, (edge) => edge[start])
      for (const at of reached) {
        for (const edge of next.get(at) ?? []) {
          edge.path.classList.add('way')
          reached.add(edge[end])
        }
      }
      for (const each of reached) each.classList.add('way')
    }
    walk('from', 'to')
    walk('to', 'from')
  }

  const focus = (/** @type {SVGAElement} */ node) => {
    for (const other of nodes) if (other.getAttribute('tabindex') === '0') other.setAttribute('tabindex', '-1')
    node.setAttribute('tabindex', '0')
    if (scale < scales.readable) zoom(scales.readable)
    if (!seen(node)) show(middleOf(node))
    node.focus({ preventScroll: true })
  }

  /** The card that an arrow key leads to: down to what it requires, up to what requires it, and to its neighbours. */
  const neighbour = (/** @type {Element} */ node, /** @type {string} */ key) => {
    const here = middleOf(node)
    const across = (/** @type {Element} */ other) => middleOf(other).x - here.x
    const nearest = (/** @type {Element[]} */ others) =>
      others
        .filter((other) => other !== node && other instanceof SVGAElement)
        .sort((a, b) => Math.abs(across(a)) - Math.abs(across(b)))[0]
    if (key === 'ArrowDown') return nearest(edges.filter(({ from }) => from === node).map(({ to }) => to))
    if (key === 'ArrowUp') return nearest(edges.filter(({ to }) => to === node).map(({ from }) => from))
    const row = nodes.filter((other) => Math.abs(middleOf(other).y - here.y) < 24)
    return nearest(row.filter((other) => (key === 'ArrowRight' ? across(other) > 0 : across(other) < 0)))
  }

  const button = (/** @type {string} */ sign, /** @type {string} */ name, /** @type {() => void} */ act) => {
    const made = document.createElement('button')
    made.type = 'button'
    made.textContent = sign
    made.setAttribute('aria-label', name)
    made.title = name
    made.addEventListener('click', act)
    return made
  }

  const closer = () => zoom(scale * 1.3)
  const farther = () => zoom(scale / 1.3)
  const showAll = () => zoom(whole())

  /** With the mouse: whoever has moved it has not clicked. */
  const drags = (/** @type {HTMLElement} */ view) => {
    /** @type {{ x: number, y: number, left: number, top: number, moved: boolean } | null} */
    let from = null
    view.addEventListener('dragstart', (event) => event.preventDefault())
    view.addEventListener('pointerdown', (event) => {
      if (event.pointerType !== 'mouse' || event.button !== 0) return
      from = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop, moved: false }
    })
    view.addEventListener('pointermove', (event) => {
      if (!from || event.buttons !== 1) return
      const [x, y] = [event.clientX - from.x, event.clientY - from.y]
      if (!from.moved && Math.hypot(x, y) < 4) return
      if (!from.moved) view.setPointerCapture(event.pointerId)
      from.moved = true
      view.classList.add('dragged')
      view.scrollLeft = from.left - x
      view.scrollTop = from.top - y
    })
    view.addEventListener('pointerup', () => view.classList.remove('dragged'))
    view.addEventListener(
      'click',
      (event) => {
        if (from?.moved) event.preventDefault()
        from = null
      },
      true,
    )
  }

  /** With the wheel and a key, or two fingers on a touchpad or a screen. */
  const pinches = (/** @type {HTMLElement} */ view) => {
    const inside = (/** @type {number} */ x, /** @type {number} */ y) => {
      const { left, top } = view.getBoundingClientRect()
      return { x: x - left, y: y - top }
    }
    /** @type {{ scale: number, x: number, y: number } | null} */
    let wanted = null
    const soon = (/** @type {number} */ scale, /** @type {{ x: number, y: number }} */ at) => {
      if (wanted === null) {
        requestAnimationFrame(() => {
          if (wanted) zoom(wanted.scale, wanted)
          wanted = null
        })
      }
      wanted = { scale, ...at }
    }
    view.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return
        event.preventDefault()
        const step = Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.0025 : 0.05))
        soon((wanted?.scale ?? scale) * Math.min(2, Math.max(0.5, step)), inside(event.clientX, event.clientY))
      },
      { passive: false },
    )
    let start = { apart: 1, scale: 1 }
    const fingers = (/** @type {TouchEvent} */ { touches: [a, b] }) =>
      a && b
        ? {
            apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
            ...inside((a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2),
          }
        : null
    view.addEventListener('touchstart', (event) => {
      const found = fingers(event)
      if (found) start = { apart: found.apart, scale }
    })
    view.addEventListener(
      'touchmove',
      (event) => {
        const found = fingers(event)
        if (!found) return
        event.preventDefault()
        soon((start.scale * found.apart) / start.apart, found)
      },
      { passive: false },
    )
  }

  if (view) {
    take()
    view.classList.add('handled')
    begin()
    const buttons = document.querySelector('#zoom')
    buttons?.append(
      button('−', 'Zoom out', farther),
      button('+', 'Zoom in', closer),
      button('Fit', 'Show the whole picture', showAll),
    )
    buttons?.removeAttribute('hidden')
    drags(view)
    pinches(view)

    let over = 0
    view.addEventListener('pointerover', (event) => {
      clearTimeout(over)
      const node = nodeAt(event.target)
      if (event.pointerType === 'mouse') over = setTimeout(() => way(node ?? nodeAt(document.activeElement)), 120)
    })
    view.addEventListener('pointerleave', () => {
      clearTimeout(over)
      way(nodeAt(document.activeElement))
    })
    view.addEventListener('focusin', (event) => way(nodeAt(event.target)))
    view.addEventListener('focusout', () => way(null))
    view.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return
      const node = nodeAt(event.target)
      if (event.key === 'Escape' && node) return view.focus()
      if (!node || !event.key.startsWith('Arrow')) return
      event.preventDefault()
      const next = neighbour(node, event.key)
      if (next instanceof SVGAElement) focus(next)
    })
    document.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return
      if (event.key === '+' || event.key === '=') closer()
      else if (event.key === '-') farther()
      else if (event.key === '0') showAll()
    })
    // Somebody looked for a card, and goes to it.
    document.addEventListener('mikado:go', (event) => {
      const id = event instanceof CustomEvent ? event.detail : null
      const node = nodes.find((other) => other.dataset.card === id)
      if (node) focus(node)
    })
    // The page was given another picture: it is shown at the same place.
    document.addEventListener('mikado:redrawn', () => {
      const card = nodeAt(document.activeElement)?.getAttribute('data-card')
      take()
      zoom(scale)
      const node = nodes.find((other) => other.dataset.card === card)
      if (node && card) focus(node)
    })
  }
}
