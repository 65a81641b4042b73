/** Real git repositories for tests. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { plainEnvironment, TestRepository } from '../rig/repository.ts'
import type { Files, History, Step } from './histories.ts'

const person = { GIT_AUTHOR_NAME: 'tester', GIT_AUTHOR_EMAIL: 'tester@example.org' }
const identity = { ...person, GIT_COMMITTER_NAME: 'tester', GIT_COMMITTER_EMAIL: 'tester@example.org' }

/** What git prints; fails when git does. */
export function git(folder: string, args: readonly string[], input = ''): string {
  const env = { ...plainEnvironment(), ...identity }
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', input, stdio: 'pipe' }).trimEnd()
}

export class GitRepository extends TestRepository {
  constructor(files: Files = {}) {
    super()
    this.git('init', '--quiet', '--initial-branch=main')
    this.write({ '.git/config': `${this.read('.git/config')}[user]\n\tname = tester\n\temail = tester@example.org\n` })
    if (Object.keys(files).length > 0) this.commit('Begin', { '.gitignore': '.mikado/\n', ...files })
  }

  git(...args: string[]): string {
    return git(this.root, args)
  }

  /** Writes files and deletes those that are null. */
  change(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      if (text === null) rmSync(this.path(name))
      else {
        mkdirSync(dirname(this.path(name)), { recursive: true })
        writeFileSync(this.path(name), text)
      }
    }
  }

  /** Commits all there is, past every hook. */
  commit(message: string, files: Files = {}): void {
    this.change(files)
    this.git('add', '--all')
    this.git('commit', '--quiet', '--allow-empty', '--no-verify', '-m', message)
  }

  /** The subjects since main, oldest first. */
  subjects(range = 'main..HEAD'): string[] {
    return this.git('log', '--reverse', '--format=%s', range).split('\n').filter(Boolean)
  }

  /** What a commit changed: `M docs/a.md`. */
  changedIn(commit: string): string[] {
    const listed = this.git('show', '--format=', '--name-status', '--no-renames', commit)
    return listed
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace('\t', ' '))
  }

  /** What lies uncommitted. */
  dirty(): string[] {
    return this.git('status', '--porcelain', '--untracked-files=all').split('\n').filter(Boolean)
  }
}

/** The repository of a history, its branch checked out. What comes in is staged; its message is in the file `message`. */
export function build(history: History): { repository: GitRepository; message: string | null } {
  const repository = new GitRepository()
  const { branch, commits, incoming, main } = history
  const last = incoming ? commits.at(-1) : undefined
  const made = incoming ? commits.slice(0, -1) : commits
  const first = stream('main', [{ says: 'Begin', files: main }])
  const start = branch === 'main' ? '' : `reset refs/heads/${branch}\nfrom refs/heads/main\n\n`
  git(repository.root, ['fast-import', '--quiet'], first + start + stream(branch, made))
  repository.git('symbolic-ref', 'HEAD', `refs/heads/${branch}`)
  repository.git('reset', '--quiet', '--hard')
  if (!last) return { repository, message: null }
  repository.change(last.files)
  repository.git('add', '--all')
  const message = repository.path('.git/COMMIT_EDITMSG')
  writeFileSync(message, `${last.says}\n`)
  return { repository, message }
}

/** Commits in the language of `git fast-import`. */
function stream(branch: string, commits: readonly Step[]): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`
  return commits
    .map(({ says, files }) => {
      const changes = Object.entries(files).map(([path, text]) =>
        text === null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(text)}`,
      )
      const head = `commit refs/heads/${branch}\ncommitter tester <tester@example.org> 1790000000 +0000\n`
      return `${head}${data(`${says}\n`)}${changes.join('')}\n`
    })
    .join('')
}
