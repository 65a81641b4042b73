/** The commits of a run: what a card's task changed is an impl, what we wrote into documents a close, a plan or a finalize. */
import { join } from 'node:path'
import { type Commit, commitOf, isCard, subjectOf, type Verb } from '../core/branch.ts'
import type { Card } from '../core/card.ts'
import { complete } from '../core/edit.ts'
import type { RunEvent } from '../core/event.ts'
import type { WriteBack } from '../core/world.ts'
import { commitChanges, commitFiles, toldBy } from '../io/commit.ts'
import { readText } from '../io/documents.ts'
import { changedFiles, committedText, type WorkTree } from '../io/git.ts'
import { checkedOut } from '../io/head.ts'
import { remember } from '../io/marks.ts'
import type { Session } from './command.ts'

type Emit = (event: RunEvent) => void

export class Branch {
  readonly goal: string
  readonly #session: Session
  /** Top of the working tree, and the way from there to the repository of the cards. */
  readonly #top: string
  readonly #prefix: string
  #commits: readonly Commit[]
  /** The document of the card that is worked now, as it is without a mark. */
  #document: string | null = null

  constructor(session: Session, goal: string, tree: WorkTree, commits: readonly Commit[]) {
    this.#session = session
    this.goal = goal
    this.#top = tree.top
    this.#prefix = tree.prefix
    this.#commits = commits
  }

  /** Files that lie uncommitted, run data aside, as paths from the top of the working tree. */
  async changed(): Promise<string[]> {
    return (await changedFiles(this.#top)).filter((path) => !path.startsWith(`${this.#prefix}.mikado/`))
  }

  /** The cards whose mark is all that is uncommitted in these files; empty when another change is among them. */
  async marksAmong(paths: readonly string[]): Promise<Card[]> {
    const cards = [...this.#session.graph.cards.values()]
    const marked: Card[] = []
    for (const path of paths) {
      const card = cards.find((each) => this.#prefix + each.path === path)
      const before = card && (await committedText(this.#top, path))
      if (!card || typeof before !== 'string') return []
      const keys = card.checklist.map((line) => line.key)
      const edited = complete(card.path, before, keys)
      if (!edited.ok || edited.text !== readText(join(this.#top, path))) return []
      marked.push(card)
    }
    return marked
  }

  /** Commits a mark that a run which was cut off has left. Null: committed. */
  async close(card: Card, emit: Emit): Promise<string | null> {
    return await this.#commitMarks('close', card.id, card, [this.#prefix + card.path], emit)
  }

  /** Before a card is worked: why it cannot be, or null. What lies uncommitted now would be taken for its work. */
  async begin(card: Card): Promise<string | null> {
    const away = await this.#away()
    if (away !== null) return `not started: ${away}`
    const changed = await this.changed()
    if (changed.length > 0) return `not started: files lie uncommitted that are not its own: ${listed(changed)}`
    this.reread(card)
    return null
  }

  /** The document changed by our own hand, and is not marked yet. */
  reread(card: Card): void {
    this.#document = readText(join(this.#top, this.#prefix, card.path))
  }

  /** A card's end: what its task changed is an impl, its mark a close. `secret`: what must not get into a commit. */
  async complete(card: Card, emit: Emit, secret: (text: string) => boolean, mark: () => WriteBack): Promise<WriteBack> {
    const away = await this.#away()
    if (away !== null) return no(`${away}: ${card.id} was left active`)
    const own = this.#prefix + card.path
    const files = (await this.changed()).filter((path) => path !== own)
    const cards = await this.#cardsAmong(files)
    if (readText(join(this.#top, own)) !== this.#document) cards.unshift(own)
    if (cards.length > 0) {
      return no(
        `cards changed while it ran, which only a plan may do: ${listed(cards)}. ${card.id} was left active and nothing was committed; take those changes back or commit them as a plan before any work`,
      )
    }
    let telling: string[]
    try {
      telling = files.filter((path) => secret(toldBy(this.#top, path)))
    } catch (error) {
      return no(`what changed cannot be searched for secrets: ${(error as Error).message}. ${card.id} was left active`)
    }
    if (telling.length > 0)
      return no(`a secret stands in ${listed(telling)}: nothing was committed, ${card.id} was left active`)
    if (files.length > 0) {
      const made = await this.#commit('impl', `${card.id}: ${card.title}`, card.id, files, emit)
      if (!made.ok) {
        return no(
          `${made.reason}\n${card.id} was left active; its files are staged: commit them as \`C2(${this.goal}): impl …\`, then go on`,
        )
      }
    }
    return await this.record('close', card.id, [card], emit, mark)
  }

  async #cardsAmong(files: readonly string[]): Promise<string[]> {
    const cards: string[] = []
    for (const path of files.filter((name) => /\.md$/i.test(name))) {
      const texts = [readText(join(this.#top, path)), await committedText(this.#top, path)]
      if (texts.some((text) => text !== null && isCard(text))) cards.push(path)
    }
    return cards
  }

  /** Writes documents and commits what changed in them, as one. When git refuses, they are as they were. */
  async record(
    verb: Exclude<Verb, 'impl'>,
    words: string,
    cards: readonly Card[],
    emit: Emit,
    write: () => WriteBack,
  ): Promise<WriteBack> {
    const documents = remember(
      this.#session.repository,
      cards.map((card) => card.path),
    )
    const [first] = cards
    const written = write()
    const marked = documents.marked()
    let reason = written.ok ? null : written.reason
    if (reason === null && first && marked.length > 0) {
      const paths = marked.map((path) => this.#prefix + path)
      const changed = await this.changed()
      reason = await this.#commitMarks(
        verb,
        words,
        first,
        paths.filter((path) => changed.includes(path)),
        emit,
      )
    }
    if (reason === null) return { ok: true }
    const edited = documents.putBack()
    const back = marked.filter((path) => !edited.includes(path))
    return no(
      back.length === 0 ? reason : `${reason}\n${listed(back)}: put back as before, mend that and run this again`,
    )
  }

  /** Null: committed. A close wants an impl before it, if only one that says that nothing had to change. */
  async #commitMarks(verb: Verb, words: string, card: Card, paths: string[], emit: Emit): Promise<string | null> {
    if (paths.length === 0) return null
    if (verb === 'close' && !this.#commits.some((commit) => commit.verb === 'impl')) {
      const empty = await this.#commit('impl', `${card.id}: ${card.title}`, card.id, [], emit)
      if (!empty.ok) return empty.reason
    }
    const made = await this.#commit(verb, words, card.id, paths, emit)
    return made.ok ? null : made.reason
  }

  /** Asked before each commit, since a hook may take its time: what a person has switched to meanwhile, or null. */
  async #away(): Promise<string | null> {
    const now = await checkedOut(this.#top)
    if (now === `mikado/${this.goal}`) return null
    return `${now === null ? 'no branch' : `the branch ${now}`} is checked out now, not mikado/${this.goal}`
  }

  async #commit(verb: Verb, words: string, card: string, paths: readonly string[], emit: Emit): Promise<WriteBack> {
    const away = await this.#away()
    if (away !== null) return no(away)
    const subject = subjectOf(this.goal, verb, words)
    const message = paths.length > 0 ? subject : `${subject}\n\nNothing in the repository had to change.`
    const commit = verb === 'impl' && paths.length > 0 ? commitChanges : commitFiles
    const made = await commit(this.#top, message, paths)
    if (!made.ok) return made
    this.#commits = [...this.#commits, commitOf(made.sha, subject)]
    emit({ event: 'commit', card, verb, sha: made.sha })
    return { ok: true }
  }
}

function no(reason: string): WriteBack {
  return { ok: false, reason }
}

/** A few of them by name. */
export function listed(paths: readonly string[]): string {
  const more = paths.length > 6 ? `, and ${paths.length - 6} more` : ''
  return `${paths.slice(0, 6).join(', ')}${more}`
}
