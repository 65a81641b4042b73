/** That what the help tells of each command is so. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { commands, everywhere } from '../../scripts/commands/table.ts'
import { exit } from '../../scripts/core/exit.ts'
import { commandAt, kindOf, type Options, operandsOf, type Usage } from '../../scripts/core/usage.ts'
import { widthOf } from '../../scripts/view/fit.ts'
import { commandPage } from '../../scripts/view/help-page.ts'
import { helpText } from '../../scripts/view/help-text.ts'
import { plainPaint } from '../../scripts/view/style.ts'
import { TestRepository } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

const repository = new TestRepository(diamond)
afterAll(() => repository[Symbol.dispose]())

const usages = await Promise.all(
  Object.entries(commands).map(async ([name, { load }]) => ({ name, usage: (await load()).command as Usage })),
)

describe.each(usages)('what is told of $name', ({ name, usage }) => {
  const { operands, takes, about, options, examples, exits = {}, see = [] } = usage

  it('is whole: sentences, a word on each operand and option, two examples or more', () => {
    expect(about).toMatch(/^[A-Z][\s\S]*\.$/)
    expect(Object.values(operands).filter((text) => text === '')).toEqual([])
    for (const [option, { help }] of Object.entries(options)) {
      expect(help, option).toMatch(/^[a-z-](?!.*\.(?:\s|$)).*\S$/)
    }
    expect(Object.keys(examples).length).toBeGreaterThanOrEqual(2)
    expect(Object.values(examples).filter((text) => !/^\S.*[^.\s]$/.test(text))).toEqual([])
    expect(Object.keys(operands).length === 0).toBe(takes[1] === 0)
  })

  it('is the same where it is told without loading what works', async () => {
    const told = await commands[name]?.usage?.()
    if (told) expect(usage).toEqual(expect.objectContaining(told))
  })

  it('has examples that can be typed: the command is named, the options are there, and so many operands it takes', () => {
    for (const example of Object.keys(examples)) {
      const [program, ...words] = wordsOf(example)
      expect(program, example).toBe('mikado')
      const at = commandAt(words, commands, everywhere)
      expect(words[at] ?? 'list', example).toBe(name)
      const args = words.filter((_, place) => place !== at)
      const all: Options = { ...everywhere, ...options }
      const { positionals, values } = parseArgs({ args, options: all, allowPositionals: true, strict: true })
      expect(positionals.length, example).toBeGreaterThanOrEqual(takes[0])
      expect(positionals.length, example).toBeLessThanOrEqual(takes[1])
      for (const [option, value] of Object.entries(values)) {
        const { values: known } = all[option] ?? {}
        if (known) expect(Object.keys(known), example).toContain(value)
      }
    }
  })

  it('names commands, pages and exit codes that are there', () => {
    const missing = see.filter((page) => {
      return page.includes('/')
        ? !existsSync(resolve(import.meta.dirname, '../..', page))
        : commands[page]?.hidden !== undefined || !commands[page]
    })
    expect(missing).toEqual([])
    expect(Object.keys(exits).filter((code) => !Object.hasOwn(exit, code))).toEqual([])
  })

  it('has no short name twice, none that every command has, and values that can be told', () => {
    const all = [...Object.entries(everywhere), ...Object.entries(options)]
    const letters = all.flatMap(([, { short }]) => short ?? [])
    expect(new Set(letters).size).toBe(letters.length)
    expect(Object.keys(options).filter((option) => Object.hasOwn(everywhere, option))).toEqual([])
    for (const [option, { type, value, values, default: without }] of all) {
      expect(value === undefined, option).toBe(type === 'boolean')
      if (values && without !== undefined) expect(Object.keys(values)).toContain(without)
      expect(kindOf(value) === null || values === undefined, option).toBe(true)
    }
  })

  it.each([40, 60, 80, 100, 200, Number.POSITIVE_INFINITY])(
    'fits %d columns, and is never wider than 100',
    (columns) => {
      const page = commandPage(name, usage, everywhere)
      const lines = helpText(page, columns, plainPaint).split('\n')
      // A word that is longer than the line stands on one of its own.
      const long = lines.filter((line) => widthOf(line) > Math.min(columns, 100) && line.trim().includes(' '))
      expect(long).toEqual([])
      expect(lines.filter((line) => line !== line.trimEnd())).toEqual([])
      // Whatever the width, it is the same text.
      const words = (text: string) => text.replace(/ \\\n/g, ' ').replace(/\s+/g, ' ')
      expect(words(lines.join('\n'))).toBe(words(helpText(page, 1000, plainPaint)))
    },
  )

  it('is what --help tells', async () => {
    const { code, stdout, stderr } = await repository.mikado(name, '--help')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(helpText(commandPage(name, usage, everywhere), 1000, plainPaint))
    expect(stdout.split('\n')[0]).toBe(
      `Usage: mikado ${[name, operandsOf(usage), '[OPTIONS]'].filter(Boolean).join(' ')}`,
    )
  })
})

/** As a shell parts a line that has no more than quotes in it. */
function wordsOf(line: string): string[] {
  return [...line.replace(/ (?:> ?\S+|\| .*)$/, '').matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) =>
    word.replaceAll('"', ''),
  )
}
