/** The picture's frame: zoom, and drag. Without it the picture scrolls. What lies outside the frame is not drawn at all: no browser moves thousands of texts at once. */
{
  /** Its smallest and largest; where words can be read; where none is drawn any more. */
  const scales = { least: 0.04, most: 3, readable: 0.5, far: 0.45 }
  /** How far beyond the frame something is drawn, in pixels; and how many things come or go with one frame of the screen, and get their words. */
  const sifted = { margin: 400, atOnce: 250, worded: 60 }
  /** The least height of the frame, in pixels. */
  const least = 220

  /** @type {HTMLElement | null} */
  const view = document.querySelector('#view')
  /** @type {SVGSVGElement | null} */
  let graph = null
  /** @type {{ element: SVGElement, left: number, top: number, right: number, bottom: number, here: boolean, worded: boolean }[]} */
  let pieces = []
  let size = { width: 1, height: 1 }
  let scale = 1
  let sifting = 0

  /** Of a card its box; of an arrow, the points that its curve lies between. */
  const boundsOf = (/** @type {Element} */ element) => {
    const box = element.querySelector('rect')
    const value = (/** @type {string} */ name) => Number(box?.getAttribute(name) ?? 0)
    const [x, y] = [value('x'), value('y')]
    if (box) return { left: x, top: y, right: x + value('width'), bottom: y + value('height') }
    const numbers = (element.getAttribute('d') ?? '').match(/-?[\d.]+/g)?.map(Number) ?? []
    const [xs, ys] = [numbers.filter((_, at) => at % 2 === 0), numbers.filter((_, at) => at % 2 === 1)]
    return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) }
  }

  /** Takes the picture that stands in the page. */
  const take = () => {
    graph = document.querySelector('#graph')
    if (!graph) return
    const elements = graph.querySelectorAll('.node, .edges path')
    pieces = [...elements].flatMap((element) =>
      element instanceof SVGElement ? [{ element, ...boundsOf(element), here: true, worded: false }] : [],
    )
    size = { width: graph.viewBox.baseVal.width, height: graph.viewBox.baseVal.height }
  }

  /** Room left of a picture that is narrower than its frame. */
  const indent = () => Math.max(0, ((view?.clientWidth ?? 0) - size.width * scale) / 2)

  /** Draws what is in sight and no more: as much as one frame of the screen bears, the rest with the next ones. */
  const sift = () => {
    if (!view || !graph) return
    const { margin, atOnce } = sifted
    const left = (view.scrollLeft - indent() - margin) / scale
    const top = (view.scrollTop - margin) / scale
    const right = left + (view.clientWidth + 2 * margin) / scale
    const bottom = top + (view.clientHeight + 2 * margin) / scale
    let rest = atOnce
    for (const piece of pieces) {
      const here = piece.right > left && piece.left < right && piece.bottom > top && piece.top < bottom
      if (here === piece.here) continue
      if (rest-- === 0) return siftSoon()
      piece.here = here
      piece.element.style.display = here ? '' : 'none'
    }
    // Words last, when only those are left that are in sight.
    if (scale >= scales.far) giveWords()
  }
  const giveWords = () => {
    if (!graph?.classList.contains('far')) return
    let rest = sifted.worded
    for (const piece of pieces) {
      if (!piece.here || piece.worded) continue
      if (rest-- === 0) return siftSoon()
      piece.worded = true
      piece.element.classList.add('worded')
    }
    graph.classList.remove('far')
  }
  const takeWords = () => {
    graph?.classList.add('far')
    for (const piece of pieces) {
      if (!piece.worded) continue
      piece.worded = false
      piece.element.classList.remove('worded')
    }
  }
  const siftSoon = () => {
    cancelAnimationFrame(sifting)
    sifting = requestAnimationFrame(sift)
  }

  /** Zooms; what is at `at` (in the frame) stays there. */
  const zoom = (/** @type {number} */ wanted, /** @type {{ x: number, y: number } | undefined} */ at = undefined) => {
    if (!graph || !view) return
    const { x, y } = at ?? { x: view.clientWidth / 2, y: view.clientHeight / 2 }
    const point = { x: (view.scrollLeft + x - indent()) / scale, y: (view.scrollTop + y) / scale }
    scale = Math.min(scales.most, Math.max(scales.least, wanted))
    if (scale < scales.far) takeWords()
    graph.setAttribute('width', String(size.width * scale))
    graph.setAttribute('height', String(size.height * scale))
    view.scrollLeft = point.x * scale + indent() - x
    view.scrollTop = point.y * scale - y
    siftSoon()
  }
  const closer = () => zoom(scale * 1.3)
  const farther = () => zoom(scale / 1.3)
  /** The scale at which all of it is seen. */
  const whole = () => (view ? Math.min(1, view.clientWidth / size.width, view.clientHeight / size.height) : 1)
  /** All of it; of a picture that is many times as wide as high, or as high as wide, as much as is more than a line. */
  const showAll = () => {
    if (!view) return
    const line = Math.max(view.clientWidth / size.width, view.clientHeight / size.height) / 4
    zoom(Math.max(whole(), Math.min(1, line)))
  }

  /** Brings a card into sight, as large as it can be read. */
  const see = (/** @type {Element} */ node) => {
    if (!view) return
    if (scale < scales.readable) zoom(scales.readable)
    const { left, top, right, bottom } = boundsOf(node)
    const [x, y] = [left * scale + indent(), top * scale]
    const [width, height] = [(right - left) * scale, (bottom - top) * scale]
    const across = x >= view.scrollLeft && x + width <= view.scrollLeft + view.clientWidth
    const down = y >= view.scrollTop && y + height <= view.scrollTop + view.clientHeight
    if (!across) view.scrollLeft = x + (width - view.clientWidth) / 2
    if (!down) view.scrollTop = y + (height - view.clientHeight) / 2
    // It may be about to get the focus, which nothing can that is not drawn.
    const piece = pieces.find(({ element }) => element === node)
    if (!piece) return
    piece.here = true
    piece.element.style.display = ''
  }

  /** As high as it takes to read it, with all of it in sight where that is possible. */
  const begin = () => {
    if (!view) return
    const most = Number.parseFloat(getComputedStyle(view).maxHeight) || view.clientHeight
    const across = Math.max(scales.readable, Math.min(1, view.clientWidth / size.width))
    view.style.height = `${Math.ceil(Math.min(most, Math.max(least, size.height * across)))}px`
    zoom(Math.max(scales.readable, whole()))
    view.scrollTop = 0
    const goal = graph?.querySelector('.goal') ?? graph?.querySelector('.node')
    if (goal && whole() < scales.readable) see(goal)
  }

  /** By mouse: whoever has dragged has not clicked. */
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
      view.scrollLeft = from.left - x
      view.scrollTop = from.top - y
    })
    view.addEventListener(
      'click',
      (event) => {
        if (from?.moved) event.preventDefault()
        from = null
      },
      true,
    )
  }

  /** By the wheel with a key, or two fingers on a touchpad or a screen. */
  const pinches = (/** @type {HTMLElement} */ view) => {
    const inside = (/** @type {number} */ x, /** @type {number} */ y) => {
      const { left, top } = view.getBoundingClientRect()
      return { x: x - left, y: y - top }
    }
    /** @type {{ scale: number, x: number, y: number } | null} */
    let wanted = null
    const soon = (/** @type {number} */ scale, /** @type {{ x: number, y: number }} */ at) => {
      const asked = wanted !== null
      wanted = { scale, ...at }
      if (asked) return
      requestAnimationFrame(() => {
        if (wanted) zoom(wanted.scale, wanted)
        wanted = null
      })
    }
    const turned = (/** @type {WheelEvent} */ event) => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const step = Math.exp(-event.deltaY * (event.deltaMode === 0 ? 0.0025 : 0.05))
      soon((wanted?.scale ?? scale) * Math.min(2, Math.max(0.5, step)), inside(event.clientX, event.clientY))
    }
    const fingers = (/** @type {TouchEvent} */ { touches: [a, b] }) => {
      if (!a || !b) return null
      const apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)
      return { apart, ...inside((a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2) }
    }
    let start = { apart: 1, scale: 1 }
    const moved = (/** @type {TouchEvent} */ event) => {
      const found = fingers(event)
      if (!found) return
      event.preventDefault()
      soon((start.scale * found.apart) / start.apart, found)
    }
    view.addEventListener('wheel', turned, { passive: false })
    view.addEventListener('touchmove', moved, { passive: false })
    view.addEventListener('touchstart', (event) => {
      const found = fingers(event)
      if (found) start = { apart: found.apart, scale }
    })
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

  if (view) {
    take()
    view.classList.add('handled')
    begin()
    const buttons = document.querySelector('#zoom')
    buttons?.append(button('−', 'Zoom out', farther), button('+', 'Zoom in', closer))
    buttons?.append(button('Fit', 'Fit the whole picture', showAll))
    buttons?.removeAttribute('hidden')
    view.addEventListener('scroll', siftSoon)
    new ResizeObserver(siftSoon).observe(view)
    drags(view)
    pinches(view)
    document.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target instanceof HTMLInputElement) return
      if (event.key === '+' || event.key === '=') closer()
      else if (event.key === '-') farther()
      else if (event.key === '0') showAll()
    })
    view.addEventListener('mikado:see', (event) => {
      if (event.target instanceof Element) see(event.target)
    })
    // The page was given another picture: it is shown at the same place.
    document.addEventListener('mikado:redrawn', () => {
      take()
      zoom(scale)
    })
  }
}
