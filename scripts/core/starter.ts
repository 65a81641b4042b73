/** What a repository without cards begins with: one card, its task, and a way to call the runner. */

export interface Starter {
  path: string
  text: string
  mode: number
}

export const exampleCard = 'try-mikado'

/** @param date `YYYY-MM-DD`. @param mise whether the repository has mise tasks. */
export function starters(docs: string, tasks: string, date: string, mise: boolean): Starter[] {
  const card = `---
title: Try Mikado
modified: ${date}
status: active
tags:
  - how-to
---

# Try Mikado

An example: its task, \`${tasks}/${exampleCard}.mjs\`, leaves a greeting in \`.mikado/hello.txt\`, which git ignores. Run it, look at what changed in this document, then delete both.

Write the next card beside this one. \`requires:\` in the frontmatter names the cards that must be complete before it.

## Verification

- [ ] The greeting is there
`
  const task = `/** The work and the proof of ${docs}/how-to/${exampleCard}.md. */
import { readFile, writeFile } from "node:fs/promises"

export default {
  apply: async ({ log }) => {
    await writeFile('.mikado/hello.txt', 'hello\\n')
    log('hello')
  },
  verify: {
    'The greeting is there': async () => (await readFile('.mikado/hello.txt', 'utf8')) === 'hello\\n',
  },
}
`
  const call = `#!/usr/bin/env sh
#MISE description="How-to cards: mise run mikado list"
#USAGE complete "args" descriptions=#true run=#"npx --no-install mikado complete --mise mikado -- {% for word in words %}{{word | shell_quote}} {% endfor %}"#
exec npx --no-install mikado "$@"
`
  return [
    { path: `${docs}/how-to/${exampleCard}.md`, text: card, mode: 0o644 },
    { path: `${tasks}/${exampleCard}.mjs`, text: task, mode: 0o644 },
    ...(mise ? [{ path: 'mise-tasks/mikado', text: call, mode: 0o755 }] : []),
  ]
}
