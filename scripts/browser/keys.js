/** Keys of the whole page, and the window that tells them. */
{
  const keys = [
    ['/', 'search cards; Enter goes to the first that is found'],
    ['Tab', 'into the picture, and on from it'],
    ['↓ ↑', 'in the picture: to what the card requires, and to what requires it'],
    ['← →', 'in the picture: to the card beside it'],
    ['Enter', 'open the card'],
    ['+ − 0', 'zoom in, zoom out, show the whole picture'],
    ['Esc', 'leave the card, the search or this window'],
    ['?', 'this window'],
  ]

  const window = document.createElement('dialog')
  window.setAttribute('aria-labelledby', 'keys')
  const title = document.createElement('h2')
  title.id = 'keys'
  title.textContent = 'Keys'
  const list = document.createElement('dl')
  for (const [key = '', words = ''] of keys) {
    const [name, about] = [document.createElement('dt'), document.createElement('dd')]
    const sign = document.createElement('kbd')
    sign.textContent = key
    name.append(sign)
    about.textContent = words
    list.append(name, about)
  }
  const close = document.createElement('button')
  close.type = 'button'
  close.textContent = 'Close'
  close.addEventListener('click', () => window.close())
  window.append(title, list, close)
  document.body.append(window)

  const open = document.createElement('button')
  open.type = 'button'
  open.className = 'keys'
  open.textContent = '?'
  open.setAttribute('aria-label', 'Keys')
  open.title = 'Keys'
  open.addEventListener('click', () => window.showModal())
  document.querySelector('.top')?.append(open)

  /** @type {HTMLInputElement | null} */
  const field = document.querySelector('#words')
  field?.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    if (field.value === '') field.blur()
    field.value = ''
    field.dispatchEvent(new Event('input'))
    event.preventDefault()
  })

  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || window.open) return
    if (event.target instanceof HTMLInputElement) return
    if (event.key === '/' && field) field.focus()
    else if (event.key === '?') window.showModal()
    else return
    event.preventDefault()
  })
}
