/** The command line as CI calls it, and what the runners there make of its output. */
import { readdirSync } from 'node:fs'
import type { Ran, TestRepository } from '../rig/repository.ts'
import { forgejoPage, githubPage, type Page } from './grammar.ts'

export const github = { GITHUB_ACTIONS: 'true', CI: 'true' }
export const forgejo = { FORGEJO_ACTIONS: 'true', GITEA_ACTIONS: 'true', GITHUB_ACTIONS: 'true', CI: 'true' }

export interface Shown extends Ran {
  page: Page
  /** A document as it was checked out. */
  before: (file: string) => string[]
}

/** Runs to the end; both streams as pages, and no word of them an order to either forge. */
export async function inCi(
  repository: TestRepository,
  args: string[],
  env: NodeJS.ProcessEnv = github,
): Promise<Shown> {
  const documents = new Map<string, string[]>()
  const names = readdirSync(repository.root, { recursive: true, encoding: 'utf8' })
  for (const name of names) if (name.endsWith('.md')) documents.set(name, repository.read(name).split('\n'))
  const before = (file: string) => documents.get(file) ?? []
  const ran = await repository.start(args, { GITHUB_WORKSPACE: repository.root, ...env }).ended
  const page = githubPage(ran.stderr)
  const printed = githubPage(ran.stdout)
  for (const { annotations, others } of [printed, { ...page, annotations: [] }]) {
    if (annotations.length + others.length > 0) throw new Error(`commands: ${JSON.stringify([annotations, others])}`)
  }
  forgejoPage(ran.stderr)
  forgejoPage(ran.stdout)
  for (const { properties } of page.annotations) {
    // As a forge does: what it cannot find it shows nowhere.
    const { file, line = '' } = properties
    if (file !== undefined && before(file)[Number(line) - 1] === undefined) throw new Error(`no line ${file}:${line}`)
  }
  return { ...ran, page, before }
}

/** An annotation in short: `error docs/goal.md:12 goal: what is wrong`, and the line that it stands beside. */
export function annotated(repository: TestRepository, { page, before }: Pick<Shown, 'page' | 'before'>): string[] {
  return page.annotations.map(({ name, properties, message }) => {
    const { file, line, title } = properties
    const place = file === undefined ? '' : ` ${file}:${line}`
    const beside = file === undefined ? '' : ` | ${before(file)[Number(line) - 1]}`
    return `${name}${place} ${title}: ${repository.steady(message)}${beside}`
  })
}
