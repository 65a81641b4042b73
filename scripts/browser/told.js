/** Says which cards have changed to those who do not see it: in few words, and not all the time. */
{
  const news = document.querySelector('#news')

  /** What the state of each is called that was not told yet. @type {Map<string, string>} */
  const untold = new Map()
  let telling = 0
  const tell = () => {
    telling = 0
    if (untold.size === 0 || !news) return
    const counts = Map.groupBy(untold.values(), (name) => name)
    news.textContent =
      untold.size <= 3
        ? [...untold].map(([id, name]) => `${id}: ${name}`).join(', ')
        : `${untold.size} cards changed: ${[...counts].map(([name, all]) => `${all.length} ${name}`).join(', ')}`
    untold.clear()
    telling = setTimeout(tell, 5000)
  }
  document.addEventListener('mikado:changed', (event) => {
    for (const [id, name] of /** @type {CustomEvent<[string, string][]>} */ (event).detail) untold.set(id, name)
    if (telling === 0) telling = setTimeout(tell, 1000)
  })
}
