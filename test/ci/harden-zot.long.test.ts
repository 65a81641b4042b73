/** The main job itself as CI runs it, with its real cards, tasks and sandbox: what GitHub and Forgejo make of its output. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Copy, worked } from '../chain/copy.ts'
import { type Fold, forgejoPage, githubPage } from './grammar.ts'
import { casesIn, readJunit } from './junit.ts'
import { forgejo, github } from './rig.ts'

test.each([
  ['GitHub', github],
  ['Forgejo', forgejo],
])('%s: a fold for each card, no annotation, a report and a summary', { timeout: 300_000 }, async (_, env) => {
  const folder = mkdtempSync(join(tmpdir(), 'mikado-ci-'))
  const [report, summary] = [join(folder, 'harden-zot.xml'), join(folder, 'summary.md')]
  const copy = new Copy({ ...env, GITHUB_STEP_SUMMARY: summary })
  try {
    const { code, stdout, stderr } = await copy.start('run', 'harden-zot-registry', '--junit', report).ended
    expect(code).toBe(0)
    const page = githubPage(stderr)
    expect([page.annotations, page.others]).toEqual([[], []])
    const folds = page.parts.filter((part): part is Fold => typeof part !== 'string')
    const titles = folds.map(({ title }) => title.split(' ')[1])
    expect(titles.toSorted()).toEqual(worked)
    expect([titles[0], titles.at(-1)]).toEqual(['register-zot-oidc-client', 'harden-zot-registry'])
    for (const { title, lines } of folds) expect(lines.length, title).toBeGreaterThan(0)
    expect(forgejoPage(stderr)).toEqual(page.parts)
    expect(githubPage(stdout)).toMatchObject({ annotations: [], others: [] })
    expect(stdout).toContain('harden-zot-registry is complete: ')

    const cases = casesIn(readJunit(readFileSync(report, 'utf8')))
    expect(cases.filter(({ children }) => children.length > 0)).toEqual([])
    expect(cases.length).toBeGreaterThan(15)
    const told = readFileSync(summary, 'utf8')
    expect(told).toMatch(/^<h2>✓ <code>harden-zot-registry<\/code> is complete: /)
    for (const id of worked) expect(told).toContain(`<td><code>${id}</code></td><td>✓ done</td>`)
  } finally {
    copy.remove()
    rmSync(folder, { recursive: true, force: true })
  }
})
