/** Search as one types: cards with the words stand out in the picture, and are left in the list. Without it, the form asks the server. */
{
  /** @type {HTMLInputElement | null} */
  const field = document.querySelector('#words')
  const found = document.querySelector('#found')
  const form = field?.form
  /** How long nothing is typed before it is looked for, in milliseconds. */
  const pause = 60

  const wordsIn = () => (field?.value ?? '').trim().toLowerCase().split(/\s+/).filter(Boolean)
  const textOf = (/** @type {Element} */ row) =>
    `${row.getAttribute('data-card')} ${row.querySelector('a')?.textContent}`.toLowerCase()

  /** Rows of the list that have all the words. */
  const look = () => {
    const words = wordsIn()
    const rows = [...document.querySelectorAll('#cards [data-card]')]
    const hits = rows.filter((row) => {
      const text = textOf(row)
      const hit = words.every((word) => text.includes(word))
      row.toggleAttribute('hidden', !hit)
      return hit
    })
    const ids = new Set(hits.map((row) => row.getAttribute('data-card')))
    for (const node of document.querySelectorAll('#graph .node'))
      node.classList.toggle('dim', words.length > 0 && !ids.has(node.getAttribute('data-card')))
    if (found) found.textContent = words.length === 0 ? '' : `${hits.length} found`
    return hits
  }

  /** Kept in the address: a reload, or a bookmark, looks for the same. */
  const keep = () => {
    const address = new URL(location.href)
    if (wordsIn().length === 0) address.searchParams.delete('q')
    else address.searchParams.set('q', field?.value.trim() ?? '')
    if (address.href !== location.href) history.replaceState(null, '', address)
  }

  if (field && form) {
    let soon = 0
    field.addEventListener('input', () => {
      clearTimeout(soon)
      soon = setTimeout(() => {
        look()
        if (document.body.dataset.boot !== undefined) keep()
      }, pause)
    })
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      const id = look()[0]?.getAttribute('data-card')
      if (id && wordsIn().length > 0) document.dispatchEvent(new CustomEvent('mikado:go', { detail: id }))
    })
    form.hidden = false
    for (const button of form.querySelectorAll('button')) button.hidden = true
    if (wordsIn().length > 0) look()
    document.addEventListener('mikado:redrawn', look)
  }
}
