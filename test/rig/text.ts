/** Documents and tasks for tests, and printed text made comparable. */
import { resolve } from 'node:path'

/** A card as a document. */
export function card(
  options: { title?: string; requires?: string[]; front?: string; checks?: string[]; complete?: boolean } = {},
): string {
  const { title = 'A card', requires = [], front = '', checks = ['It is done'], complete = false } = options
  const list = requires.length === 0 ? '' : `requires:\n${requires.map((id) => `  - ${id}\n`).join('')}`
  const boxes = checks.map((line) => `- [ ] ${line}\n`).join('')
  return `---\ntitle: ${title}\n${complete ? '' : 'status: active\n'}${list}${front}---\n\n# ${title}\n\n## Verification\n\n${boxes}`
}

/** A task module whose work makes the file `<name>.done`, and whose check sees it. `work` comes before; `checks` are further ones, with their bodies. */
export function task(name: string, work = '', checks: Record<string, string> = {}): string {
  const further = Object.entries(checks).map(([line, body]) => `    '${line}': async () => { ${body} },\n`)
  return `import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
export default {
  apply: async ({ $, step, log, note, inputs, secret, exclusive, signal }) => {
    ${work}
    writeFileSync('${name}.done', '')
  },
  verify: {
    'It is done': () => {
      if (!existsSync('${name}.done')) throw new Error('${name}.done is not there')
    },
${further.join('')}  },
}
`
}

/** For a task's work: goes on when the file is there. */
export function waitsFor(file: string): string {
  return `while (!existsSync('${file}')) await new Promise((done) => setTimeout(done, 10))`
}

/** A goal and two cards that it requires, which can be worked side by side: what the task of each does, by its name and that of the other. */
export function sideBySide(work: (own: string, other: string) => string): Record<string, string> {
  return {
    'docs/goal.md': card({ requires: ['one', 'two'], checks: [] }),
    'docs/one.md': card(),
    'docs/two.md': card(),
    'tasks/one.ts': task('one', work('one', 'two')),
    'tasks/two.ts': task('two', work('two', 'one')),
    'tasks/goal.sh*': '#!/bin/sh\n',
  }
}

const runner = resolve(import.meta.dirname, '../../scripts')

/** What changes from run to run, replaced: times, durations, run names, the place of the runner. */
export function steady(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{8}/g, 'RUN')
    .replace(/\b\d+(?:\.\d)? s\b/g, 'N s')
    .replace(/node \S*scripts\/mikado\.mjs/g, 'mikado')
    .replaceAll(runner, 'RUNNER')
}
