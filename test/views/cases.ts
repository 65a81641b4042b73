/** The cases of docs/reference/from-docs-mikado.md: made-up documents, and what each program prints of them. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'vitest'

export interface Case {
  name: string
  files: Record<string, string>
  /** What is called, with what it prints; a line of `…` stands for any lines. */
  calls: { program: 'docs-mikado' | 'mikado'; words: string[]; output: string }[]
}

export function casesOfGuide(): Case[] {
  const guide = readFileSync(resolve(import.meta.dirname, '../../docs/reference/from-docs-mikado.md'), 'utf8')
  const wrong = guide.slice(guide.indexOf('\n## Where docs-mikado is wrong\n'))
  const [head = '', ...sections] = wrong.split('\n### ')
  const common = filesIn(head)
  return sections.map((section) => ({
    name: section.slice(0, section.indexOf('\n')),
    files: { ...common, ...filesIn(section) },
    calls: [...section.matchAll(/^```console\n\$ (docs-mikado|mikado) ?(.*)\n([\s\S]*?)^```$/gm)].map((found) => ({
      program: found[1] as 'docs-mikado' | 'mikado',
      words: (found[2] ?? '').split(' ').filter((word) => word !== ''),
      output: found[3] ?? '',
    })),
  }))
}

function filesIn(text: string): Record<string, string> {
  const blocks = [...text.matchAll(/^```markdown (\S+)\n([\s\S]*?)^```$/gm)]
  return Object.fromEntries(blocks.map((found) => [found[1] ?? '', found[2] ?? '']))
}

/** Fails when a program printed something else than the guide says; spaces at the ends of lines aside. */
export function expectPrinted(printed: string, output: string): void {
  const lines = (text: string) => text.split('\n').map((line) => line.trimEnd())
  const wanted = lines(output.trim())
  const told = lines(printed.replace(/^\s*\n|\s+$/g, ''))
  if (!wanted.includes('…')) expect(told).toEqual(wanted)
  const pattern = wanted
    .map((line) => (line === '…' ? '[\\s\\S]*' : line.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')))
    .join('\n')
  expect(told.join('\n')).toMatch(new RegExp(`^${pattern}$`))
}
