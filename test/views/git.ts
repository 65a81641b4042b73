/** git for tests of the views: a repository whose commits have nobody's name. */
import { execFileSync } from 'node:child_process'
import { plainEnvironment, type TestRepository } from '../rig/repository.ts'

/** Calls git in a test's repository. @returns what it printed. */
export function git(repository: TestRepository, ...args: string[]): string {
  const who = ['-c', 'user.name=tester', '-c', 'user.email=tester@example.org', '-c', 'commit.gpgsign=false']
  return execFileSync('git', ['-C', repository.root, ...who, ...args], {
    env: plainEnvironment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Makes it a git repository, with all its files in the first commit of main. */
export function startMain(repository: TestRepository): void {
  git(repository, 'init', '-q', '-b', 'main')
  git(repository, 'add', '-A')
  git(repository, 'commit', '-qm', 'The beginning')
}

/** A commit of that subject that changes nothing. */
export function commit(repository: TestRepository, subject: string): void {
  git(repository, 'commit', '-q', '--allow-empty', '-m', subject)
}
