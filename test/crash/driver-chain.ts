/** Random chains: their graph, their documents in every state that they may be found in, and their tasks. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { oneModule } from '../rig/one-module.ts'
import type { Dice } from './driver-dice.ts'
import { planned, type Work } from './driver-task.ts'

export interface Chain {
  goal: string
  /** Requirements first. */
  cards: readonly Planted[]
  /** Worked on a branch, with commits. */
  commits: boolean
}

/** A card with everything that there is to know about it. */
export interface Planted {
  id: string
  /** `module`: proved by its checks. `script`: completed by its success. `hand`: completed by a person's word. */
  kind: 'module' | 'script' | 'hand'
  requires: readonly string[]
  /** Lines that need a person's word. */
  byWord: readonly string[]
  retries: number
  work: Work
  path: string
  texts: Texts
}

/** The document in every state: whatever happens, its bytes are one of these. */
export interface Texts {
  active: string
  complete: string
  reopened: string
  final: string
}

const pathOf = (id: string) => `docs/${id}.md`

export function growChain(dice: Dice): Chain {
  const commits = dice.chance(0.15)
  const count = 2 + dice.int(5)
  const cards: Planted[] = []
  for (let at = 0; at < count; at++) {
    const earlier = cards.map(({ id }) => id)
    // The last one is the goal: it requires whatever nothing else does.
    const free = earlier.filter((id) => !cards.some(({ requires }) => requires.includes(id)))
    const chosen = at === count - 1 ? free : dice.some(earlier, 3)
    cards.push(plant(dice, `card-${at}`, chosen, commits))
  }
  return { goal: `card-${count - 1}`, cards, commits }
}

function plant(dice: Dice, id: string, requires: readonly string[], commits: boolean): Planted {
  const kind = dice.pick(['module', 'module', 'module', 'module', 'module', 'script', 'hand'] as const)
  const checks =
    kind === 'module' ? ['It is done', 'It is `whole` (all of it)', 'It stays'].slice(0, 1 + dice.int(3)) : []
  const asked = kind === 'hand' ? 1 + dice.int(2) : dice.chance(0.1) ? 1 : 0
  const byWord = ['A person saw it', 'Another one, too'].slice(0, asked)
  const retries = kind === 'module' && dice.chance(0.06) ? 1 : 0
  const work: Work = {
    id,
    requires: Object.fromEntries(requires.map((other) => [other, pathOf(other)])),
    checks: checks.map((line) => line.replaceAll('`', '').replace(/ \(.*\)$/, '')),
    steps: dice.int(4),
    pace: dice.pick([0, 1, 10, 40, 120, 250]),
    secret: dice.chance(0.5),
    section: dice.chance(0.25) ? 'shared' : null,
    fails: dice.chance(0.15) ? 1 : 0,
    flakes: kind === 'module' && dice.chance(0.15) ? 1 + dice.int(2) : 0,
    busy: dice.chance(0.2) ? 1000 : 0,
    child: dice.pick([null, null, null, 'waited', 'left'] as const),
    makes: commits && dice.chance(0.8) ? `made/${id}.txt` : null,
  }
  const lines = [...checks, ...byWord]
  const texts = textsOf(dice, id, requires, lines, retries, kind === 'hand' && dice.chance(0.5))
  return { id, kind, requires, byWord, retries, work, path: pathOf(id), texts }
}

/** Writes one document in all its states, from parts: no edit of the runner is used. */
function textsOf(
  dice: Dice,
  id: string,
  requires: readonly string[],
  lines: readonly string[],
  retries: number,
  manual: boolean,
): Texts {
  const newline = dice.chance(0.2) ? '\r\n' : '\n'
  const bom = dice.chance(0.1) ? '\uFEFF' : ''
  const quote = dice.pick(['', '"', "'"])
  const extra = [
    ...dice.some(['tags: [a, b]', 'modified: 2026-11-23', '# a remark', 'owner: "Zoë 漢"'], 3),
    ...(retries > 0 ? [`retries: ${retries}`] : []),
    ...(manual ? ['run: manual'] : []),
  ]
  const list = requires.length > 0 ? ['requires:', ...requires.map((other) => `  - ${other}`)] : []
  const place = dice.pick(['canonical', 'canonical', 'first', 'last'] as const)
  const ticked = lines.map(() => dice.chance(0.1))
  const decoy = ['```', 'status: active', '- [ ] It is done', '```', '']
  const body = ['', `# The ${id}`, '', ...(dice.chance(0.5) ? decoy : []), 'Words. '.repeat(dice.int(400)).trim(), '']
  const after = dice.chance(0.5) ? ['', '## Notes', '', '- [ ] Not of the checklist'] : []

  const render = (status: 'first' | 'canonical' | 'last' | null, box: (at: number) => string, required = list) => {
    const line = (where: typeof status) => (status === where ? ['status: active'] : [])
    // Where the runner puts it back: before `requires`, else after the title.
    const middle =
      required.length > 0 ? [...extra, ...line('canonical'), ...required] : [...line('canonical'), ...extra]
    const front = [...line('first'), `title: ${quote}The ${id}${quote}`, ...middle, ...line('last')]
    const boxes = lines.map((text, at) => `- [${box(at)}] ${text}`)
    const verification = lines.length > 0 ? ['## Verification', '', ...boxes] : []
    return bom + ['---', ...front, '---', ...body, ...verification, ...after, ''].join(newline)
  }
  return {
    active: render(place, (at) => (ticked[at] ? 'x' : ' ')),
    complete: render(null, () => 'x'),
    reopened: render('canonical', () => ' '),
    final: render(null, () => 'x', []),
  }
}

const taskModule = join(import.meta.dirname, 'driver-task.ts')

/** Writes the documents and the tasks into a folder. */
export function layOut(chain: Chain, root: string): void {
  const write = (name: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text, { mode })
  }
  for (const { kind, path, texts, work } of chain.cards) {
    write(path, texts.active)
    if (kind === 'module') write(`tasks/${work.id}.ts`, moduleOf(work))
    if (kind === 'script') write(`tasks/${work.id}.sh`, scriptOf(work), 0o755)
  }
}

function moduleOf(work: Work): string {
  return oneModule([taskModule], `export default taskOf(${JSON.stringify(work, null, 2)})\n`)
}

/** The same work as a program; it has no steps and no checks. */
function scriptOf({ id, pace, fails, child, makes }: Work): string {
  const lines = [
    '#!/bin/sh',
    `say() { echo "$CRASH_CALL $$ $1" >> "$CRASH_TRUTH/${id}.log"; }`,
    'say apply',
    `rm -f "$CRASH_TRUTH/${id}.truth"`,
    ...(child === 'left' ? ['sleep 600 &'] : []),
    `sleep ${pace / 1000}`,
    `if [ "$(grep -c ' failed$' "$CRASH_TRUTH/${id}.log")" -lt ${fails} ]; then say failed; echo "${planned}"; exit 7; fi`,
    ...(makes === null ? [] : ['mkdir -p made', `date > ${makes}`]),
    `printf whole > "$CRASH_TRUTH/${id}.truth"`,
    'say whole',
  ]
  return `${lines.join('\n')}\n`
}
