/** Keeps the page up: states of cards as they change, parts of the page when something in them did. Says when the server is gone, and finds it again. */
{
  const { body } = document
  const top = body.dataset.top ?? './'
  const line = document.querySelector('#line')

  /**
   * @typedef {[id: string, state: string, why: string]} Card
   * @typedef {{ boot: string, changes: number, shape: string }} Live
   * @typedef {Live & { cards: Card[] }} Change
   * @typedef {Live & { words: Record<string, { mark: string, name: string }> }} Hello
   */

  /** Null: nobody is heard. @type {EventSource | null} */
  let source = null

  /** What the page shows. */
  const shown = {
    boot: body.dataset.boot ?? '',
    changes: Number(body.dataset.changes),
    shape: body.dataset.shape ?? '',
  }
  /** @type {Hello['words']} */
  let words = {}

  const say = (/** @type {'live' | 'lost'} */ state, /** @type {string} */ text) => {
    if (!(line instanceof HTMLElement) || line.textContent === text) return
    line.dataset.line = state
    line.textContent = text
  }

  // Cards

  /** @type {Map<string, Element[]> | null} */
  let places = null
  const placesOf = (/** @type {string} */ id) => {
    places ??= Map.groupBy(document.querySelectorAll('[data-card]'), (place) => place.getAttribute('data-card') ?? '')
    return places.get(id) ?? []
  }

  const set = (/** @type {Element | null} */ element, /** @type {string} */ text) => {
    if (element && element.textContent !== text) element.textContent = text
  }

  /** Shows the states of these cards, and tells of those that are in another one than before. */
  const patch = (/** @type {Card[]} */ cards) => {
    /** @type {[id: string, name: string][]} */
    const changed = []
    for (const [id, state, why] of cards) {
      const { mark = '', name = state } = words[state] ?? {}
      for (const place of placesOf(id)) {
        if (place.getAttribute('data-state') !== state && changed.at(-1)?.[0] !== id) changed.push([id, name])
        for (const each of [place, place.querySelector('.state')]) each?.setAttribute('data-state', state)
        set(place.querySelector('.mark'), mark)
        set(place.querySelector('.name'), name)
        set(place.querySelector('.why'), why)
        set(place.querySelector('title'), `${id}: ${name}, ${why}`)
      }
    }
    document.dispatchEvent(new CustomEvent('mikado:changed', { detail: changed }))
  }

  // Parts

  /** As the server gave them last, by id. */
  const given = new Map()

  /** Puts a fresh part in the place of the old one; what a reader did there stays. */
  const replace = (/** @type {Element} */ old, /** @type {Element} */ fresh) => {
    if (given.get(old.id) === fresh.outerHTML) return
    given.set(old.id, fresh.outerHTML)
    for (const [at, details] of [...old.querySelectorAll('details')].entries()) {
      const same = fresh.querySelectorAll('details')[at]
      if (same) same.open = details.open
    }
    const scrolled = [...old.querySelectorAll('.scroll, pre')].map((each) => [each.scrollLeft, each.scrollTop])
    const active = document.activeElement
    const focused =
      active && old.contains(active)
        ? [...old.querySelectorAll('a, button, summary, input, [tabindex]')].indexOf(active)
        : -1
    const href = active?.getAttribute('href')
    old.replaceWith(fresh)
    for (const [at, each] of [...fresh.querySelectorAll('.scroll, pre')].entries())
      each.scrollTo(.../** @type {[number, number]} */ (scrolled[at] ?? [0, 0]))
    if (focused === -1) return
    const all = [...fresh.querySelectorAll('a, button, summary, input, [tabindex]')]
    const again = (href && all.find((each) => each.getAttribute('href') === href)) || all[focused]
    if (again instanceof HTMLElement) again.focus({ preventScroll: true })
  }

  /** A button that is replaced while it is pressed is not clicked: who presses, is waited for. */
  let pressed = false
  document.addEventListener('pointerdown', () => {
    pressed = true
  })
  for (const end of ['pointerup', 'pointercancel'])
    document.addEventListener(end, () => {
      pressed = false
    })
  const released = async () => {
    while (pressed) await new Promise((then) => setTimeout(then, 100))
  }

  /** Whether the server has no such page any more: its card was renamed, or taken away. */
  let gone = false
  const greeted = () =>
    gone ? say('lost', 'What this page shows is gone: this is how it stood last.') : say('live', 'live')

  const refresh = async (/** @type {boolean} */ redrawn) => {
    const address = new URL(location.href)
    if (!redrawn) address.searchParams.set('part', 'live')
    const answer = await fetch(address)
    gone = answer.status === 404
    if (source) greeted()
    if (!answer.ok) return
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
    await released()
    for (const part of fresh.querySelectorAll('[data-part]')) {
      const old = document.getElementById(part.id)
      if (old) replace(old, part)
    }
    takeLog(fresh)
    if (redrawn) {
      const [picture, old] = [fresh.querySelector('#graph'), document.querySelector('#graph')]
      // A picture where there was none, or none where there was one, is another page.
      if ((picture === null) !== (old === null)) return location.reload()
      const focused = document.activeElement?.closest('#graph .node')?.getAttribute('data-card') ?? null
      if (picture && old) old.replaceWith(picture)
      const [cards, list] = [fresh.querySelector('#cards'), document.querySelector('#cards')]
      if (cards && list) list.replaceWith(cards)
      places = null
      document.dispatchEvent(new CustomEvent('mikado:redrawn', { detail: focused }))
    }
    places = null
    document.dispatchEvent(new Event('mikado:fresh'))
  }

  /** One at a time, and not all the time: what takes long is done more seldom. */
  let wanted = { parts: false, picture: false }
  let busy = false
  const renew = async () => {
    if (busy || !wanted.parts) return
    busy = true
    const { picture } = wanted
    wanted = { parts: false, picture: false }
    const began = performance.now()
    try {
      await refresh(picture)
    } catch {
      // The server is gone; when it is back, all is asked again.
    }
    setTimeout(
      () => {
        busy = false
        void renew()
      },
      Math.max(400, 10 * (performance.now() - began)),
    )
  }

  const note = (/** @type {Live} */ live) => {
    wanted.parts = true
    wanted.picture ||= live.shape !== shown.shape
    Object.assign(shown, { boot: live.boot, changes: live.changes, shape: live.shape })
    void renew()
  }

  /** What goes on grows, also when nothing else happens. */
  const grow = () => {
    if (source === null || !document.querySelector('tr [data-since]')) return
    wanted.parts = true
    void renew()
  }
  setInterval(grow, 3000)

  // The log of the card

  const logShown = () => document.querySelector('#log pre')

  /** Another log has begun, or this one has ended. */
  const takeLog = (/** @type {Document} */ fresh) => {
    const [old, now] = [document.querySelector('#log'), fresh.querySelector('#log')]
    const name = (/** @type {Element | null} */ log) => log?.querySelector('pre')?.getAttribute('data-log') ?? null
    if (!old || !now || name(old) === name(now)) return
    old.replaceWith(now)
    document.dispatchEvent(new Event('mikado:log'))
    if (name(now) !== null) listen()
  }

  // The server

  /** Since when nobody answers. */
  let lost = ''
  let again = 0

  const listen = () => {
    clearTimeout(again)
    source?.close()
    const log = logShown()
    const name = log?.getAttribute('data-log')
    const query = name ? `?log=${encodeURIComponent(name)}&at=${log?.getAttribute('data-at') ?? 0}` : ''
    source = new EventSource(`${top}events${query}`)
    source.addEventListener('hello', (event) => void greet(JSON.parse(event.data)))
    source.addEventListener('change', (event) => change(JSON.parse(event.data)))
    source.addEventListener('log', (event) => {
      document.dispatchEvent(new CustomEvent('mikado:log', { detail: JSON.parse(event.data) }))
    })
    source.addEventListener('error', () => void miss())
  }

  const greet = async (/** @type {Hello} */ hello) => {
    words = hello.words
    lost = ''
    greeted()
    if (hello.boot === shown.boot && hello.changes === shown.changes) return
    note(hello)
    try {
      const states = /** @type {Change} */ (await (await fetch(`${top}states`)).json())
      if (strays(states.cards)) wanted = { parts: true, picture: true }
      patch(states.cards)
      void renew()
    } catch {
      // The stream says so too.
    }
  }

  /** Whether complete cards are left out, and one has come or gone. */
  const hides = new URLSearchParams(location.search).get('hide') === 'complete'
  const strays = (/** @type {Card[]} */ cards) =>
    hides && cards.some(([id, state]) => placesOf(id).length > 0 === (state === 'complete'))

  const change = (/** @type {Change} */ told) => {
    if (told.boot === shown.boot && told.changes <= shown.changes) return
    wanted.picture ||= strays(told.cards)
    patch(told.cards)
    note(told)
  }

  const miss = async () => {
    source?.close()
    source = null
    const now = new Date()
    lost ||= now.toTimeString().slice(0, 8)
    say('lost', `The server has not answered since ${lost}: this is how it stood then. Looking for it …`)
    clearTimeout(again)
    again = setTimeout(listen, 1000)
    const answer = await fetch(`${top}states`, { method: 'HEAD' }).catch(() => null)
    if (answer?.status === 403)
      say('lost', 'The server has another address now: take the one that `mikado view` printed last.')
  }

  /** A browser keeps few connections to one server: a page that nobody sees needs none. */
  const attend = () => {
    if (document.visibilityState === 'visible') return listen()
    clearTimeout(again)
    source?.close()
    source = null
  }
  document.addEventListener('visibilitychange', attend)
  attend()
}
