/**
 * Somebody who goes on writing while the chain is worked: words, lines, cards that come and go, marks set by hand, and git. All
 * that is written down is remembered, to be compared with what is there at the end.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Dice } from '../crash/driver-dice.ts'
import { add, documentOf, goal, type Place, remove, withoutMarks } from './chain.ts'

type Deed = 'words' | 'line' | 'tick' | 'open' | 'claim' | 'add' | 'remove' | 'rename' | 'commit' | 'stash' | 'switch'

const habits: readonly Deed[] = [
  ...(['words', 'words', 'words', 'words', 'line', 'line', 'tick', 'tick', 'open', 'claim'] as const),
  ...(['add', 'add', 'remove', 'rename', 'commit', 'commit', 'stash', 'switch'] as const),
]

export class Person {
  /** The documents as they must be at the end, marks aside, by id. */
  readonly documents: Map<string, string>
  /** How often what was done. */
  readonly deeds = new Map<string, number>()
  readonly #place: Place
  readonly #dice: Dice
  /** Cards that were called complete by hand: of what had been proved before, nobody ticks the boxes again. */
  readonly claimed = new Set<string>()
  /** Cards of the person's own. */
  readonly #own: string[] = []
  #written = 0

  constructor(place: Place, documents: Map<string, string>, dice: Dice) {
    this.#place = place
    this.documents = documents
    this.#dice = dice
  }

  /** One thing or another; `busy`: cards that are worked right now, at which the person likes to look. */
  async act(busy: readonly string[]): Promise<void> {
    const deed = this.#dice.pick(habits)
    this.deeds.set(deed, (this.deeds.get(deed) ?? 0) + 1)
    const near = busy.filter((other) => this.documents.has(other) && other !== goal)
    const all = [...this.documents.keys()].filter((other) => other !== goal)
    const id = near.length > 0 && this.#dice.chance(0.5) ? this.#dice.pick(near) : this.#dice.pick(all)
    this.#written++
    switch (deed) {
      case 'words':
        return this.#write(id, (text) => text.replace(/^# .*$/m, `$&\n\nWords ${this.#written} of a person: ü 漢.`))
      case 'line':
        return this.#write(id, (text) => `${text}\nBelow, ${this.#written}.\n`)
      case 'tick':
        return this.#write(id, (text) => text.replace(/^- \[ \] /m, '- [x] '))
      case 'open':
        return this.#write(id, (text) =>
          /^status:/m.test(text) ? text : text.replace(/^title:.*$/m, '$&\nstatus: active'),
        )
      case 'claim':
        this.claimed.add(id)
        return this.#write(id, (text) => text.replace(/^status: active\n/m, ''))
      case 'add':
        // Not above one that may be taken away again.
        return this.#add(this.#own.includes(id) ? goal : id)
      case 'remove':
        return this.#remove()
      case 'rename':
        return this.#rename()
      case 'commit':
        return this.#commit()
      case 'stash':
        return await this.#stash()
      case 'switch':
        return await this.#switch()
    }
  }

  /** Changes a document as an editor does: some write into the file, some put another in its place. */
  #write(id: string, edit: (text: string) => string): void {
    const file = documentOf(this.#place, id)
    const text = edit(readFileSync(file, 'utf8'))
    if (this.#dice.chance(0.5)) writeFileSync(file, text)
    else {
      writeFileSync(`${file}.swp`, text)
      renameSync(`${file}.swp`, file)
    }
    this.documents.set(id, withoutMarks(edit(this.documents.get(id) ?? '')))
  }

  /** A card of the person's own, which another one requires from now on. */
  #add(above: string): void {
    const id = `own-${this.#written}`
    this.documents.set(id, add(this.#place, id, []))
    this.#own.push(id)
    this.#write(above, (text) => required(text, id))
  }

  #remove(): void {
    const id = this.#own.shift()
    if (id === undefined) return
    this.#unrequire(id, (text) => text.replace(`  - ${id}\n`, '').replace('requires:\n---', '---'))
    remove(this.#place, id)
    this.documents.delete(id)
  }

  #rename(): void {
    const id = this.#own.shift()
    if (id === undefined) return
    const name = `own-${this.#written}`
    this.documents.set(name, add(this.#place, name, []))
    this.#own.push(name)
    this.#unrequire(id, (text) => text.replace(`  - ${id}\n`, `  - ${name}\n`))
    remove(this.#place, id)
    this.documents.delete(id)
  }

  #unrequire(id: string, edit: (text: string) => string): void {
    for (const [other, text] of this.documents) if (text.includes(`  - ${id}\n`)) this.#write(other, edit)
  }

  #commit(): void {
    this.#git('add', '--all')
    this.#git('commit', '--quiet', '--message', `As it is, ${this.#written}`)
  }

  /** Puts the marks aside for a moment; where they no longer fit, they are gone. */
  async #stash(): Promise<void> {
    this.#commit()
    await this.#pause()
    if (!this.#git('stash').includes('Saved')) return
    await this.#pause()
    if (!this.#git('stash', 'pop').includes('Dropped')) {
      this.#git('checkout', '--force', '--', '.')
      this.#git('stash', 'drop')
    }
  }

  /** Looks at an older state for a moment; marks that were made there are gone. */
  async #switch(): Promise<void> {
    this.#commit()
    this.#git('checkout', '--force', '--detach', 'HEAD~3')
    await this.#pause()
    this.#git('checkout', '--force', 'main')
  }

  #git(...args: string[]): string {
    const { root, env } = this.#place
    const { stdout, stderr } = spawnSync('git', args, { cwd: root, env, encoding: 'utf8' })
    return `${stdout}${stderr}`
  }

  async #pause(): Promise<void> {
    await new Promise((done) => setTimeout(done, 100 + this.#dice.int(600)))
  }

  /** Documents that are not as the person left them, marks aside. */
  strange(): string[] {
    return [...this.documents]
      .filter(([id, text]) => {
        const file = documentOf(this.#place, id)
        return !existsSync(file) || withoutMarks(readFileSync(file, 'utf8')) !== text
      })
      .map(([id]) => join('docs', `${id}.md`))
  }
}

function required(text: string, id: string): string {
  return text.includes('\nrequires:\n')
    ? text.replace('\nrequires:\n', `\nrequires:\n  - ${id}\n`)
    : text.replace('\n---\n', `\nrequires:\n  - ${id}\n---\n`)
}
