/** Tells times in the reader's own zone, and counts up what goes on. */
{
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0')

  /** Of today the time, of other days the date too. */
  const told = (/** @type {Date} */ time) => {
    const clock = `${two(time.getHours())}:${two(time.getMinutes())}`
    if (time.toDateString() === new Date().toDateString()) return `${clock}:${two(time.getSeconds())}`
    return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`
  }

  /** As the program tells spans. */
  const span = (/** @type {number} */ milliseconds) => {
    const seconds = Math.max(0, Math.round(milliseconds / 1000))
    if (seconds < 60) return `${seconds} s`
    const minutes = Math.floor(seconds / 60)
    if (minutes < 60) return `${minutes} m ${two(seconds % 60)} s`
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`
  }

  const tellTimes = () => {
    for (const element of document.querySelectorAll('time')) {
      const time = new Date(element.dateTime)
      if (Number.isNaN(time.getTime())) continue
      element.title ||= element.textContent ?? ''
      element.textContent = told(time)
    }
  }

  const count = () => {
    for (const element of document.querySelectorAll('[data-since]')) {
      const since = Date.parse(element.getAttribute('data-since') ?? '')
      if (!Number.isNaN(since)) element.textContent = span(Date.now() - since)
    }
  }

  const all = () => {
    tellTimes()
    count()
  }
  all()
  document.addEventListener('mikado:fresh', all)
  // A page that is kept has no server, and nothing goes on in it.
  if (document.body.dataset.boot !== undefined) setInterval(count, 1000)
}
