import { Graphviz } from '@hpcc-js/wasm-graphviz'
import fc from 'fast-check'
import { type HTMLElement, parse } from 'node-html-parser'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Drawing } from '../../scripts/core/drawing.ts'
import { dotOf } from '../../scripts/view/dot.ts'
import { labelOf } from '../../scripts/view/picture.ts'
import { allHostile, drawn, hostileDrawing } from './drawings.ts'

let graphviz: Graphviz
beforeAll(async () => {
  graphviz = await Graphviz.load()
})

/** What Graphviz draws: the texts in each box, and the arrows. */
function read(dot: string): { texts: string[][]; arrows: string[] } {
  const groups = parse(graphviz.layout(dot, 'svg', 'dot')).querySelectorAll('g')
  const drawn = (kind: string) => groups.filter((group) => group.classList.contains(kind))
  const number = (group: HTMLElement) => Number(group.querySelector('title')?.text.slice(1))
  return {
    texts: drawn('node')
      .sort((a, b) => number(a) - number(b))
      .map((group) => group.querySelectorAll('text').map(({ text }) => text)),
    arrows: drawn('edge').map((group) => group.querySelector('title')?.text ?? ''),
  }
}

function expectAllThere(drawing: Drawing): void {
  const { texts, arrows } = read(dotOf(drawing))
  const wanted = drawing.cards.map((card) => {
    const { name, about } = labelOf(card)
    // Graphviz writes a space that could be lost as one that is kept.
    return (about === null ? [name] : [name, about]).map((text) => text.replaceAll(' ', '\u00a0'))
  })
  expect(texts.map((lines) => lines.map((text) => text.replaceAll(' ', '\u00a0')))).toEqual(wanted)
  const place = (id: string) => `n${drawing.cards.findIndex((card) => card.id === id)}`
  expect(arrows.sort()).toEqual(drawing.edges.map(({ from, to }) => `${place(from)}->${place(to)}`).sort())
}

describe('as DOT, a drawing', () => {
  test('is a digraph with a legend', () => {
    const drawing = drawn({ goal: ['base'], base: ['done'], done: ['base'] }, ['done'], ['goal'])
    expect(dotOf(drawing)).toBe(`digraph mikado {
  graph [label="○ blocked   ✗ with an error   → requires   ⇢ closes a cycle", labelloc=b, fontname="sans-serif", fontsize=11]
  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=11]
  edge [color="#59636e"]
  n0 [label="✗ done\\nA page", fillcolor="#ffebe9", color="#cf222e", fontcolor="#660018"]
  n1 [label="✗ base\\nA page", fillcolor="#ffebe9", color="#cf222e", fontcolor="#660018"]
  n2 [label="○ goal\\nA page", fillcolor="#f6f8fa", color="#59636e", fontcolor="#1f2328", penwidth=3]
  n0 -> n1 [style=dashed, color="#cf222e", constraint=false]
  n1 -> n0
  n2 -> n1
}
`)
    expectAllThere(drawing)
  })

  test('shows any id and any title as text', () => {
    expectAllThere(allHostile)
    fc.assert(fc.property(hostileDrawing, expectAllThere), { numRuns: 150 })
  })
})
