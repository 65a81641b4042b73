/** A repository of ours that holds a graph: a document and a task for each card. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Graph, GraphCard } from './graph.ts'

/**
 * What a card's task does. `file`: writes an empty file, which its check looks for. `flag`: sets a variable, which its check reads.
 * `none`: nothing; its check holds from the start, so that the card is found true and never worked.
 */
export const works = ['file', 'flag', 'none'] as const
export type Work = (typeof works)[number] | { sleep: (card: GraphCard) => number }

export class Documents {
  readonly root: string
  readonly graph: Graph
  readonly #texts = new Map<string, string>()

  /** Writes the documents, all active. */
  constructor(root: string, graph: Graph) {
    this.root = root
    this.graph = graph
    this.#write('package.json', '{ "private": true, "type": "module" }\n')
    // A thousand to a folder, as nobody keeps more in one.
    for (const [at, card] of graph.cards.entries()) {
      const path = `docs/how-to/${Math.floor(at / 1000)}/${card.id}.md`
      this.#texts.set(path, documentOf(card))
    }
    this.activate()
  }

  /** Writes a task for each card. */
  addTasks(work: Work): void {
    for (const [at, card] of this.graph.cards.entries()) {
      this.#write(`tasks/${Math.floor(at / 1000)}/${card.id}.ts`, taskOf(card, work))
    }
    this.forgetWork()
  }

  /** Makes every card active again, with the work undone. The journal stays. */
  activate(): void {
    for (const [path, text] of this.#texts) {
      if (!existsSync(join(this.root, path)) || this.#read(path) !== text) this.#write(path, text)
    }
    this.forgetWork()
  }

  forgetWork(): void {
    rmSync(join(this.root, 'work'), { recursive: true, force: true })
    mkdirSync(join(this.root, 'work'), { recursive: true })
  }

  /** Deletes all run data: the journal and whatever was kept to be quicker. */
  forgetRuns(): void {
    rmSync(join(this.root, '.mikado'), { recursive: true, force: true })
  }

  /** What is missing when not each document is marked complete. */
  unmarked(): string | null {
    const active = [...this.#texts.keys()].filter((path) => /^status:/m.test(this.#read(path))).length
    return active > 0 ? `${active} documents are not marked complete` : null
  }

  /** The same, and whether each card's proof is in the journal. */
  unproved(how: 'ran' | 'found-true'): string | null {
    const active = this.unmarked()
    if (active !== null) return active
    const proved = this.journal().filter((event) => event.event === 'card-completed' && event.verified)
    const cards = new Set(proved.filter((event) => event.how === how).map((event) => event.card))
    const missing = this.graph.cards.length - cards.size
    return missing === 0 ? null : `the journal has no proof (${how}) of ${missing} cards`
  }

  journal(): JournalLine[] {
    return parseJournal(this.#read('.mikado/journal.jsonl'))
  }

  lastRun(): JournalLine[] {
    const journal = this.journal()
    return journal.slice(journal.findLastIndex(({ event }) => event === 'run-started'))
  }

  #read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  #write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }
}

/** What this needs of a line of the journal; docs/reference/json.md tells the rest. */
export interface JournalLine {
  time: string
  event: string
  card?: string
  check?: string
  phase?: 'before' | 'after' | 'verify'
  step?: string
  how?: string
  verified?: boolean
}

export function parseJournal(text: string): JournalLine[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as JournalLine)
}

const line = 'The work is done'

/** About as long as a how-to document is: a paragraph, a few steps, a table, a checklist. */
function documentOf({ id, requires }: GraphCard): string {
  const list = requires.length === 0 ? '' : `requires:\n${requires.map((card) => `  - ${card}\n`).join('')}`
  return `---
title: Set up ${id}
modified: 2026-02-20
status: active
${list}tags:
  - how-to
  - bench
---

# Set up ${id}

What stands here is prose of the usual length, so that reading a document costs what it costs elsewhere. Nobody will read it, and no part of it
is true: there is no such service, it has no port, and no key was ever made for it.

## How

1. Open the settings of \`${id}\` and look for what is set there already.
2. Change what must be changed, one line at a time, and keep the old lines at hand.
3. Start it again. It takes a few seconds until it answers:

\`\`\`sh
systemctl restart ${id}
\`\`\`

## Key files

| file | what it holds |
| --- | --- |
| \`tasks/${id}.ts\` | does this card and proves it |
| \`ansible/roles/${id}\` | the role that deploys it |

## Verification

- [ ] ${line} (\`systemctl status ${id}\`)

## Related

- the reference of the service, for what each setting means
`
}

function taskOf(card: GraphCard, work: Work): string {
  if (work === 'none') return `export default { verify: { '${line}': () => true } }\n`
  if (work === 'flag') {
    return `let done = false

export default {
  apply: () => {
    done = true
  },
  verify: { '${line}': () => done },
}
`
  }
  const sleep = work === 'file' ? '' : `    await new Promise((done) => setTimeout(done, ${work.sleep(card)}))\n`
  return `import { existsSync, writeFileSync } from 'node:fs'

export default {
  apply: async ({ root }: { root: string }) => {
${sleep}    writeFileSync(\`\${root}/work/${card.id}\`, '')
  },
  verify: { '${line}': ({ root }: { root: string }) => existsSync(\`\${root}/work/${card.id}\`) },
}
`
}
