/** A small chain to be recorded: a site that moves to a new host. Its tasks only sleep, print, and write files. */

interface Example {
  title: string
  requires?: string[]
  checks: string[]
  /** What it prints, a line at a time. */
  prints?: string[]
  /** Milliseconds between two lines. */
  pause?: number
}

const cards: Record<string, Example> = {
  'prepare-host': {
    title: 'Prepare the host',
    checks: ['The host answers', 'Its packages are installed'],
    prints: ['Reading package lists', 'Unpacking nginx', 'Unpacking certbot', 'Setting up nginx', 'Setting up certbot'],
    pause: 700,
  },
  'build-site': {
    title: 'Build the site',
    checks: ['The pages are built'],
    prints: [
      '142 pages',
      'docs/はじめに.md → /ja/start',
      'docs/start.md → /en/start',
      'images: 38 made smaller',
      'feed.xml',
    ],
    pause: 600,
  },
  'copy-pages': {
    title: 'Copy the pages to the host',
    requires: ['prepare-host', 'build-site'],
    checks: ['The host serves what was built'],
    prints: ['sending 142 pages', '  40 of 142', '  95 of 142', '  142 of 142', 'asking for /en/start: 200'],
    pause: 450,
  },
  'issue-certificate': {
    title: 'Issue the certificate',
    requires: ['prepare-host'],
    checks: ['The certificate is valid for more than 60 days'],
    prints: [
      'asking for a certificate',
      'waiting for the challenge',
      'the challenge is met',
      'the certificate is stored',
    ],
    pause: 800,
  },
  'check-links': {
    title: 'Check every link',
    requires: ['copy-pages'],
    checks: ['Every link leads somewhere'],
    prints: ['1204 links', '  400 of 1204', '  800 of 1204', '1204 of 1204'],
    pause: 500,
  },
  'switch-name': {
    title: 'Point the name at the new host',
    requires: ['check-links', 'issue-certificate'],
    checks: ['The name leads to the new host'],
  },
  'move-site': {
    title: 'Move the site to the new host',
    requires: ['switch-name'],
    checks: ['The site answers under its name', 'The old host serves nothing'],
    prints: ['asking both hosts'],
    pause: 600,
  },
}

/** The goal of the chain. */
export const goal = 'move-site'
/** What the work of a card leaves: take it away, and the work is to be done again. */
export const marks = Object.keys(cards).map((id) => `done/${id}`)
/** While this is there, `check-links` finds a link that leads nowhere. */
export const deadLink = 'dead-link'

/** The documents and tasks. */
export function exampleFiles(): Record<string, string> {
  const files: Record<string, string> = { 'package.json': '{ "private": true, "type": "module" }\n', 'done/.keep': '' }
  for (const [id, card] of Object.entries(cards)) {
    files[`docs/${id}.md`] = documentOf(card)
    files[`tasks/${id}.ts`] = taskOf(id, card)
  }
  return files
}

function documentOf({ title, requires = [], checks }: Example): string {
  const list = requires.length === 0 ? '' : `requires:\n${requires.map((id) => `  - ${id}\n`).join('')}`
  const boxes = checks.map((line) => `- [ ] ${line}\n`).join('')
  return `---\ntitle: ${title}\nstatus: active\n${list}---\n\n# ${title}\n\n## Verification\n\n${boxes}`
}

function taskOf(id: string, { checks, prints, pause = 0 }: Example): string {
  // A name is switched by hand: its task does nothing, and a person says whether it is true.
  if (prints === undefined) return 'export default { apply: async () => {} }\n'
  const check = (line: string) => `    ${JSON.stringify(line)}: () => proved(),\n`
  return `import { existsSync, writeFileSync } from 'node:fs'

const proved = () => {
  if (${id === 'check-links'} && existsSync('${deadLink}')) throw new Error('/en/start leads to /en/instal, which is not there')
  return existsSync('done/${id}')
}

export default {
  apply: async ({ log }: { log: (line: string) => void }) => {
    for (const line of ${JSON.stringify(prints)}) {
      log(line)
      await new Promise((done) => setTimeout(done, ${pause}))
    }
    writeFileSync('done/${id}', '')
  },
  verify: {
${checks.map(check).join('')}  },
}
`
}
