/**
 * One case of the crash test: a random chain is worked by the real command line, which is killed again and again, until it is
 * complete, and then through what comes after: drift, work done again, cards opened again, the end of the chain.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Caller } from './driver-caller.ts'
import { type Chain, growChain } from './driver-chain.ts'
import { Dice } from './driver-dice.ts'
import type { Call } from './driver-oracle.ts'
import { deedsIn, Finding } from './driver-sight.ts'
import type { Tally } from './driver-tally.ts'

/** How many calls a chain may need; far more than chance would ever ask for. */
const enough = 200

/** A random chain, from its first run to its end. `more`: whether further kills are wanted. @throws Finding. */
export class Attack {
  readonly chain: Chain
  readonly #dice: Dice
  readonly #tally: Tally
  readonly #caller: Caller

  constructor(seed: number, base: string, tally: Tally, more: () => boolean) {
    this.#dice = new Dice(seed)
    this.#tally = tally
    this.chain = growChain(this.#dice)
    this.#caller = new Caller(String(seed), this.chain, base, this.#dice, tally, more)
  }

  get story(): readonly string[] {
    return this.#caller.story
  }

  async live(): Promise<void> {
    const { chain } = this
    await this.#finish()
    if (!chain.commits) {
      for (const deed of this.#dice.some(['drift', 'reopen', 'force', 'force'] as const, 3)) {
        if (deed === 'drift') await this.#drift()
        if (deed === 'reopen') await this.#reopen()
        if (deed === 'force') await this.#force()
        await this.#finish()
      }
    }
    if (this.#dice.chance(0.6)) await this.#finalize()
    await this.#caller.judgeAll()
    this.#tally.completed(chain, deedsIn(chain, this.#caller.outside))
  }

  /** Runs the goal until it is complete; a person gives the words that are waited for. */
  async #finish(): Promise<void> {
    const { goal, commits } = this.chain
    const jobs = commits ? ['--commit'] : ['-j', String(1 + this.#dice.int(3))]
    for (let tries = 0; tries < enough; tries++) {
      const verb =
        this.#caller.calls.length > 0 && this.#dice.chance(0.2) && !this.#caller.sight().complete.has(goal)
          ? 'resume'
          : 'run'
      const further = commits ? [] : this.#dice.some(['-k'], 1)
      const made = await this.#caller.call([verb, goal, '--json', ...jobs, ...further], tries)
      if (made.ended.hit !== null && made.ended.hit !== 'task') continue
      if (made.ended.code === 0) return this.#allTrue(made)
      this.#expectTrouble(made)
      if (made.ended.code === 3) await this.#giveWords(made)
    }
    throw new Finding(`not complete after ${enough} runs`)
  }

  #allTrue({ after, events }: Call): void {
    const open = this.chain.cards.find(({ id }) => !after.complete.has(id))
    if (open) throw new Finding(`it ended with 0, and ${open.id} is active`)
    const drifted = events.length > 0 && [...this.#caller.drifted].find((id) => this.#noticed(id))
    if (drifted) throw new Finding(`it ended with 0, and ${drifted} is known to have drifted`)
  }

  /** Whether a `verify` has told that the card holds no more, and nothing has spoken for it since. */
  #noticed(id: string): boolean {
    const last = this.#caller
      .sight()
      .journal.findLast(
        ({ event, card, phase }) =>
          card === id && (event === 'card-completed' || (event === 'check-failed' && phase === 'verify')),
      )
    return last?.event === 'check-failed'
  }

  /** A run may end with a failure that was planned, with one that the blow made, or wait for a word that is needed. */
  #expectTrouble({ ended, events }: Call): void {
    const failed = events.filter(({ event }) => event === 'card-failed')
    const expected =
      /planned to fail|exit code 7/.source + (this.chain.commits ? '|files lie uncommitted that are not its own' : '')
    const strange = failed.find(({ message }) => !new RegExp(expected).test(String(message)))
    const waiting = events.filter(({ event }) => event === 'card-waiting').map(({ card }) => card)
    const byWord = this.chain.cards.filter((card) => card.byWord.length > 0).map(({ id }) => id)
    const idle = waiting.find((id) => !byWord.includes(id ?? ''))
    if (idle !== undefined) throw new Finding(`${idle} waits for nobody`)
    // Killed while it was only asked what it can do: then nothing was started.
    if (ended.hit === 'task' && [1, 3, 65].includes(ended.code ?? -1)) return
    if (strange) throw new Finding(`${strange.card} failed: ${strange.message}`)
    if (ended.code === 1 && failed.length > 0) return
    if (ended.code === 3 && waiting.length > 0 && failed.length === 0) return
    throw new Finding(`it ended with ${ended.code}\n${ended.stderr}`)
  }

  async #giveWords({ events }: Call): Promise<void> {
    for (const { event, card } of events) {
      if (event !== 'card-waiting' || card === undefined) continue
      this.#caller.words.add(card)
      const commit = this.chain.commits ? ['--commit'] : []
      for (let tries = 0; tries < enough; tries++) {
        const { ended, after } = await this.#caller.call(['close', card, '--yes', '--json', ...commit], tries)
        if (ended.code === 0 && !after.complete.has(card)) throw new Finding(`${card} was closed, and is active`)
        if (ended.code === 0) break
        // The checks have to hold for a word to count.
        if (ended.code === 1 && /planned to fail|requires/.test(ended.stderr)) break
        if (ended.code === 1 && ended.hit === 'task') continue
        if (ended.code !== null) throw new Finding(`${card} is not closed: ${ended.code}\n${ended.stderr}`)
      }
    }
  }

  /** Takes a truth away, and lets `verify` find out. */
  async #drift(): Promise<void> {
    const modules = this.chain.cards.filter(({ kind }) => kind === 'module')
    if (modules.length === 0) return
    const { id } = this.#dice.pick(modules)
    await this.#caller.settle()
    rmSync(join(this.#caller.outside, `${id}.truth`))
    this.#caller.drifted.add(id)
    await this.#verify()
  }

  async #verify(): Promise<void> {
    for (let tries = 0; tries < enough; tries++) {
      const { ended, before, after } = await this.#caller.call(['verify', this.chain.goal, '--json'], tries)
      if (!isDeepStrictEqual(before.states, after.states)) throw new Finding('verify changed a document')
      if (ended.hit !== null) continue
      if (this.#caller.drifted.size > 0 && ended.code !== 2)
        throw new Finding(`verify ended with ${ended.code} after a drift`)
      const flaky = /planned to fail/.test(ended.stdout)
      if (this.#caller.drifted.size === 0 && ended.code !== (flaky ? 2 : 0))
        throw new Finding(`verify ended with ${ended.code}\n${ended.stdout}`)
      return
    }
  }

  async #reopen(): Promise<void> {
    const { id } = this.#dice.pick(this.chain.cards)
    for (let tries = 0; tries < enough; tries++) {
      const { ended, after } = await this.#caller.call(['reopen', id, '--json'], tries)
      if (ended.code === null) continue
      const open = new Set([id])
      for (const card of this.chain.cards) if (card.requires.some((other) => open.has(other))) open.add(card.id)
      const wrong = this.chain.cards.find((card) => open.has(card.id) === after.complete.has(card.id))
      if (ended.code !== 0 || wrong) throw new Finding(`reopen ${id} ended with ${ended.code}: ${wrong?.id}`)
      return
    }
  }

  async #force(): Promise<void> {
    const { goal, cards } = this.chain
    const { id } = this.#dice.pick(cards)
    const downstream = this.#dice.chance(0.3)
    const forced = new Set([id])
    for (const card of downstream ? cards : [])
      if (card.requires.some((other) => forced.has(other))) forced.add(card.id)
    for (let tries = 0; tries < enough; tries++) {
      const words = ['run', goal, '--json', '--force', id, ...(downstream ? ['--downstream'] : [])]
      const made = await this.#caller.call(words, tries, forced)
      if (made.ended.hit !== null && made.ended.hit !== 'task') continue
      if (made.ended.code === 0) return
      this.#expectTrouble(made)
      if (made.ended.code === 3) return await this.#giveWords(made)
    }
  }

  async #finalize(): Promise<void> {
    const commit = this.chain.commits ? ['--commit'] : []
    for (let tries = 0; tries < enough; tries++) {
      const { ended, after } = await this.#caller.call(['finalize', this.chain.goal, '--json', ...commit], tries)
      if (ended.code === null) continue
      const left = this.chain.cards.find(({ id, texts }) => texts[after.states.get(id) ?? 'active'] !== texts.final)
      if (ended.code !== 0 || left) throw new Finding(`finalize ended with ${ended.code}: ${left?.id}\n${ended.stderr}`)
      break
    }
    if (!this.chain.commits) await this.#verify()
  }
}
