/** The log of a card that is worked: shown from its end, and growing while its end is seen. */
{
  const shown = () => document.querySelector('#log pre')
  const isAtEnd = (/** @type {Element} */ log) => log.scrollTop + log.clientHeight >= log.scrollHeight - 8

  const toEnd = () => {
    const log = shown()
    if (log) log.scrollTop = log.scrollHeight
  }

  const add = (/** @type {{ text: string, left: number, size: number }} */ { text, left, size }) => {
    const log = shown()
    if (!log) return
    const follow = isAtEnd(log)
    log.append(`${left > 0 ? `\n… ${left} bytes are left out …\n` : ''}${text}`)
    log.setAttribute('data-at', String(size))
    document.querySelector('#log .none')?.remove()
    // What a page can hold has an end; the file has all of it.
    while (log.childNodes.length > 400) log.firstChild?.remove()
    if (follow) toEnd()
  }

  // More of it, or another one.
  document.addEventListener('mikado:log', (event) => {
    if (event instanceof CustomEvent) add(event.detail)
    else toEnd()
  })
  toEnd()
}
