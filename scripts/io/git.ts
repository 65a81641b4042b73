/** What git knows: the branch, its commits, what lies uncommitted, and who sits here. Asks only; `io/commit.ts` changes something. */
import { execFile } from 'node:child_process'
import { relative, resolve } from 'node:path'
import { type Commit, commitOf, isCard, type Violation, violationsOf } from '../core/branch.ts'
import { exit, Refusal } from '../core/exit.ts'
import { readText } from './documents.ts'

/** How a call of git ended. */
export interface Said {
  ok: boolean
  stdout: string
  /** What it said about trouble, else what it printed. */
  message: string
}

/** Calls git in a folder, never through a shell. `input` goes to its stdin. */
export function git(
  folder: string,
  args: readonly string[],
  input = '',
  encoding: BufferEncoding = 'utf8',
): Promise<Said> {
  return new Promise((done) => {
    const options = { env: environment, maxBuffer: 2 ** 30, encoding }
    const child = execFile('git', ['-C', folder, ...args], options, (error, stdout, stderr) => {
      const message = stderr.trim() || stdout.trim() || (error?.message ?? '')
      done({ ok: error === null, stdout, message })
    })
    child.stdin?.on('error', () => {}) // it ended without reading all
    child.stdin?.end(input)
  })
}

/** Inside a hook git names its files relative to the folder the hook is called in, which need not be the one asked about. */
const environment = {
  ...process.env,
  ...Object.fromEntries(
    ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_WORK_TREE', 'GIT_COMMON_DIR', 'GIT_OBJECT_DIRECTORY'].flatMap((name) =>
      process.env[name] ? [[name, resolve(process.env[name])]] : [],
    ),
  ),
}

/** What git answers. @throws Refusal (69) when it cannot: then nothing is known, and nothing may be concluded. */
async function tell(folder: string, args: readonly string[], input = '', encoding?: BufferEncoding): Promise<string> {
  const { ok, stdout, message } = await git(folder, args, input, encoding)
  if (ok) return stdout
  throw new Refusal(exit.missing, `git cannot tell: ${message}`, 'Mend what it says, then run this again.')
}

/** One word or line of git's; null: it has none to say. */
async function ask(folder: string, ...args: string[]): Promise<string | null> {
  const { ok, stdout } = await git(folder, args)
  return ok && stdout.trim() !== '' ? stdout.trim() : null
}

/** The branch that is checked out; null outside git or on no branch. */
export async function branchOf(root: string): Promise<string | null> {
  return (await ask(root, 'symbolic-ref', '-q', 'HEAD'))?.replace(/^refs\/heads\//, '') ?? null
}

/** The name that stands in commits, else the system's user. */
export async function personOf(root: string, env: NodeJS.ProcessEnv): Promise<string> {
  return (await ask(root, 'config', 'user.name')) ?? env.USER ?? env.LOGNAME ?? 'somebody'
}

/** Whether git leaves this path alone; null outside a git repository. */
export async function ignores(root: string, path: string): Promise<boolean | null> {
  if ((await ask(root, 'rev-parse', '--git-dir')) === null) return null
  return (await ask(root, 'check-ignore', path)) !== null
}

/** The top folder of a working tree, and the way from there to a folder in it (`sub/`, or empty). */
export interface WorkTree {
  top: string
  prefix: string
}

/** The working tree that a folder is in; null outside of one. */
export async function workTreeOf(folder: string): Promise<WorkTree | null> {
  const { ok, stdout } = await git(folder, ['rev-parse', '--show-toplevel', '--show-prefix'])
  const [top = '', prefix = ''] = stdout.split('\n')
  return ok && top !== '' ? { top, prefix } : null
}

/** Work put aside, the latest first, as git words it. */
export async function stashesOf(root: string): Promise<string[]> {
  return lines((await git(root, ['stash', 'list'])).stdout)
}

/** Where the branch is pushed to: the address of `origin`, else of the only remote. */
export async function remoteUrlOf(root: string): Promise<string | null> {
  const remotes = lines((await git(root, ['remote'])).stdout)
  const name = remotes.includes('origin') ? 'origin' : remotes.length === 1 ? remotes[0] : undefined
  return name === undefined ? null : await ask(root, 'remote', 'get-url', name)
}

/**
 * The commits of the checked-out branch since it left main, oldest first; null: no branch is found that could be main. Main is
 * `named` if given, else what the remote calls its HEAD, else `main`, else `master`; what any remote has of it counts as main, too.
 */
export async function commitsSinceMain(root: string, named: string | null = null): Promise<Commit[] | null> {
  if ((await headOf(root)) === null) return []
  const main = await mainRefs(root, named)
  if (main.length === 0) return null
  const format = ['--no-show-signature', '--no-color', '--encoding=UTF-8', '--format=%H %s']
  const log = await tell(root, ['log', ...format, 'HEAD', '--not', ...main, '--'])
  return lines(log)
    .map((line) => commitOf(line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)))
    .reverse()
}

/** The last commit; null: there is none yet. */
function headOf(root: string): Promise<string | null> {
  return ask(root, 'rev-parse', '-q', '--verify', 'HEAD^{commit}')
}

async function mainRefs(root: string, named: string | null): Promise<string[]> {
  const heads = lines(await tell(root, ['for-each-ref', '--format=%(refname) %(symref)', 'refs/remotes/*/HEAD']))
  const remote = heads.find((line) => line.startsWith('refs/remotes/origin/')) ?? heads[0] ?? ''
  const [head = '', target = ''] = remote.split(' ')
  const ofRemote = target.slice(head.length - 'HEAD'.length)
  for (const name of named === null ? [ofRemote, 'main', 'master'] : [named]) {
    if (name === '') continue
    const patterns = [`refs/heads/${name}`, `refs/remotes/${name}`, `refs/remotes/*/${name}`]
    const found = lines(await tell(root, ['for-each-ref', '--format=%(refname)', ...patterns]))
    const exact = found.filter((ref) => ref.endsWith(`/${name}`))
    if (exact.length > 0) return exact
  }
  return []
}

/** All that is against the rules in these commits of a goal's branch, the one that is being made among them. */
export async function violationsIn(root: string, commits: readonly Commit[], goal: string): Promise<Violation[]> {
  const impls = commits.filter(({ verb }) => verb === 'impl')
  const cards = await cardsTouchedBy(root, impls)
  return violationsOf(commits, goal, (commit) => cards.get(commit) ?? [])
}

/** The cards that each of these commits touches, by the commit: those that are cards in it, or were before it. */
export async function cardsTouchedBy(root: string, commits: readonly Commit[]): Promise<Map<Commit, string[]>> {
  const options = ['-r', '-z', '--no-renames']
  const made = commits.flatMap(({ sha }) => (sha === null ? [] : [`${sha}\n`])).join('')
  let listed = await tell(root, ['diff-tree', '--stdin', '--root', ...options, '--', markdown], made)
  if (commits.some(({ sha }) => sha === null)) {
    const head = (await headOf(root)) ?? (await ask(root, 'hash-object', '-t', 'tree', '--stdin')) ?? '' // the empty tree
    listed += `${pending}\0${await tell(root, ['diff-index', '--cached', ...options, head, '--', markdown])}`
  }
  const changes = changesIn(listed)
  const texts = await textsOf(root, new Set(changes.flatMap(({ blobs }) => blobs)))
  const cards = changes.filter(({ blobs }) => blobs.some((blob) => isCard(texts.get(blob) ?? '')))
  const paths = Map.groupBy(cards, ({ commit }) => commit)
  return new Map(commits.map((each) => [each, (paths.get(each.sha ?? pending) ?? []).map(({ path }) => path)]))
}

const markdown = ':(top,icase)*.md'
const pending = 'pending'

/** Reads what `diff-tree --stdin -z` lists: a commit, then modes and blobs of both sides and the path of each change. */
function changesIn(listed: string): { commit: string; path: string; blobs: string[] }[] {
  const words = listed.split('\0')
  const changes: { commit: string; path: string; blobs: string[] }[] = []
  let commit = ''
  for (let at = 0; at < words.length; at++) {
    const [first = '', , ...blobs] = (words[at] ?? '').split(' ')
    if (!first.startsWith(':')) commit = first
    else
      changes.push({ commit, path: words[++at] ?? '', blobs: blobs.slice(0, 2).filter((blob) => !/^0+$/.test(blob)) })
  }
  return changes
}

/** The texts of blobs, read by one process. Bytes that are not UTF-8 are read as something else; frontmatter is seen all the same. */
async function textsOf(root: string, blobs: ReadonlySet<string>): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  if (blobs.size === 0) return texts
  const read = await tell(root, ['cat-file', '--batch'], [...blobs].map((blob) => `${blob}\n`).join(''), 'latin1')
  for (let at = 0; at < read.length; ) {
    const end = read.indexOf('\n', at)
    const [name = '', kind, size = ''] = read.slice(at, end).split(' ')
    const next = kind === 'missing' ? end : end + 1 + Number(size)
    if (kind === 'blob') texts.set(name, Buffer.from(read.slice(end + 1, next), 'latin1').toString('utf8'))
    at = next + 1
  }
  return texts
}

/** Files that differ from the last commit, new ones among them, as paths from the top of the working tree. */
export async function changedFiles(top: string): Promise<string[]> {
  const status = await tell(top, ['status', '--porcelain', '-z', '--untracked-files=all', '--no-renames'])
  return status.split('\0').flatMap((entry) => (entry === '' ? [] : [entry.slice(3)]))
}

/** A file's text in the last commit; null: it is not in it. */
export async function committedText(top: string, path: string): Promise<string | null> {
  const { ok, stdout } = await git(top, ['cat-file', 'blob', `HEAD:${path}`])
  return ok ? stdout : null
}

/** The first line of a message as git will store it, comments left out; null: the file cannot be read as text. */
export async function subjectIn(root: string, file: string): Promise<string | null> {
  const text = readText(file)
  return text === null ? null : ((await tell(root, ['stripspace', '--strip-comments'], text)).split('\n', 1)[0] ?? '')
}

/** A merge waits to be committed. */
export async function isMerging(root: string): Promise<boolean> {
  return (await ask(root, 'rev-parse', '-q', '--verify', 'MERGE_HEAD')) !== null
}

/** Where git looks for hooks; `shared`: outside of this repository, where others may look as well. Null outside git. */
export async function hooksFolderOf(folder: string): Promise<{ path: string; shared: boolean } | null> {
  const tree = await workTreeOf(folder)
  const path = await ask(folder, 'rev-parse', '--git-path', 'hooks')
  const own = await ask(folder, 'rev-parse', '--git-common-dir')
  if (!tree || path === null || own === null) return null
  const inside = (place: string) => !relative(place, resolve(folder, path)).startsWith('..')
  return { path: resolve(folder, path), shared: !inside(tree.top) && !inside(resolve(folder, own)) }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
