/** Recordings of the terminal: what is kept of them, and the pictures that are drawn. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { describe, expect, it, test } from 'vitest'
import { pictureOf } from '../../tasks/pictures/moving-picture.ts'
import { castOf, framesOf, type Recording, readCast } from '../../tasks/pictures/recording.ts'

const size = { columns: 20, rows: 4 }
const recorded = (...came: [number, string][]): Recording => ({ size, term: 'xterm-256color', came })
const words = async (recording: Recording) =>
  (await framesOf(recording)).frames.map(({ milliseconds, rows }) => [
    milliseconds,
    rows.map((row) => row.map(({ text }) => text).join(' ')).join('|'),
  ])

describe('a recording', () => {
  it('is kept as an asciicast, and read again', () => {
    const recording = recorded([0, '$ '], [1234, 'ls\r\n\u001b[31mred\u001b[0m'])
    const cast = castOf(recording, 'A title')
    expect(cast).toBe(`{"version":2,"width":20,"height":4,"title":"A title","env":{"TERM":"xterm-256color"}}
[0,"o","$ "]
[1.234,"o","ls\\r\\n\\u001b[31mred\\u001b[0m"]
`)
    expect(readCast(cast)).toEqual({ recording, title: 'A title' })
  })

  it('is seen screen by screen: what comes together is one, what changes nothing is none, long pauses are cut', async () => {
    const came = recorded([0, 'a'], [50, 'b'], [500, '\u001b[1m'], [700, '\r\nc'], [9000, '\u001b[2J\u001b[Hd'])
    expect(await words(came)).toEqual([
      [650, 'ab|||'],
      [1500, 'ab|c||'],
      [8000, 'd|||'],
    ])
  })

  it('that takes long is shown faster, with fewer screens', async () => {
    const came = Array.from({ length: 401 }, (_, at): [number, string] => [at * 1000, `\r${at}`])
    const { frames, speed } = await framesOf(recorded(...came))
    expect(speed).toBe(10)
    expect(frames.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBe(40_000 + 8000)
    expect(frames.at(-1)?.rows[0]?.[0]?.text).toBe('400')
  })
})

describe('a picture', () => {
  const hostile = recorded(
    [0, '\u001b[1m<script>\u001b[0m &amp; "'],
    [500, '\r\n\u001b[2m日本 ok\u001b[0m \u001b[32m✓\u001b[0m'],
  )

  it('has its text as text, nothing that runs, and nothing from elsewhere', async () => {
    const svg = await pictureOf(hostile, 'A <title> & more')
    expect(svg).toContain('<title id="title">A &lt;title&gt; &amp; more</title>')
    expect(svg).toContain('class="bold" textLength="67.2" lengthAdjust="spacingAndGlyphs">&lt;script&gt;</text>')
    expect(svg).toContain('class="dim" textLength="33.6" lengthAdjust="spacingAndGlyphs">日本</text>')
    expect(svg).not.toMatch(
      /<script|<foreignObject|<image|url\(|@import|\son\w+=|https?:(?!\/\/www\.w3\.org\/2000\/svg")/,
    )
  })

  it('refuses looks that it cannot show, so that none is missed', async () => {
    await expect(pictureOf(recorded([0, '\u001b[41mback\u001b[0m']), '')).rejects.toThrow(
      'a background that is not foreseen',
    )
    await expect(pictureOf(recorded([0, '\u001b[34mblue\u001b[0m']), '')).rejects.toThrow(
      'a colour that is not foreseen: 4',
    )
  })

  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  // Without Chromium nobody sees it here; any of these three programs will do.
  test.skipIf(!executablePath)(
    'moves, is dark where that is asked for, and still where motion is not wanted',
    async () => {
      const svg = await pictureOf(hostile, 'A title')
      await using browser = await chromium.launch({
        ...(executablePath ? { executablePath } : {}),
        args: ['--no-sandbox'],
      })
      const seen = async (options: { colorScheme?: 'light' | 'dark'; reducedMotion?: 'reduce' }, moment: number) => {
        const page = await browser.newPage(options)
        await page.goto(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`)
        return await page.evaluate(`(() => {
        for (const animation of document.getAnimations()) {
          animation.pause()
          animation.currentTime = ${moment}
        }
        const frame = document.querySelector('rect').getBoundingClientRect()
        const lefts = [...document.querySelectorAll('.film > g')].map((group) => group.getBoundingClientRect().left)
        const shown = lefts.findIndex((left) => left >= frame.left - 1 && left < frame.right - 1)
        return [shown, getComputedStyle(document.querySelector('rect')).fill, document.getAnimations().length]
      })()`)
      }
      expect(await seen({ colorScheme: 'light' }, 100)).toEqual([0, 'rgb(255, 255, 255)', 1])
      expect(await seen({ colorScheme: 'dark' }, 5000)).toEqual([1, 'rgb(13, 17, 23)', 1])
      expect(await seen({ reducedMotion: 'reduce' }, 100)).toEqual([1, 'rgb(255, 255, 255)', 0])
    },
  )
})

describe('the pictures of this repository', () => {
  const folder = resolve(import.meta.dirname, '../../docs/pictures')
  const casts = readdirSync(folder).filter((name) => /^terminal-.*\.cast$/.test(name))

  it('are of the main job, of three sizes, and of a dumb terminal', () => {
    const told = casts.map((name) => {
      const { recording } = readCast(readFileSync(join(folder, name), 'utf8'))
      return [name, recording.size.columns, recording.size.rows, recording.term]
    })
    expect(told.sort()).toEqual([
      ['terminal-160x45.cast', 160, 45, 'xterm-256color'],
      ['terminal-60x20.cast', 60, 20, 'xterm-256color'],
      ['terminal-dumb.cast', 80, 24, 'dumb'],
      ['terminal-main-job.cast', 100, 30, 'xterm-256color'],
    ])
  })

  it.each(casts)('%s is what its picture shows, in less than 300 kB, and tells nothing of a machine', async (name) => {
    const cast = readFileSync(join(folder, name), 'utf8')
    const svg = readFileSync(join(folder, name.replace(/cast$/, 'svg')), 'utf8')
    const { recording, title } = readCast(cast)
    expect(svg).toBe(await pictureOf(recording, title))
    expect(Buffer.byteLength(svg)).toBeLessThan(300_000)
    for (const word of [resolve(folder, '../..'), homedir(), hostname(), '/home/', '/root', '/work/main'])
      expect(cast).not.toContain(word)
  })

  it('show the main job complete', () => {
    const { recording } = readCast(readFileSync(join(folder, 'terminal-main-job.cast'), 'utf8'))
    const text = recording.came.map(([, part]) => part).join('')
    expect(text).toMatch(/harden-zot-registry is complete: 4 cards proved in /)
  })
})
