/**
 * One case of the crash test: a random chain is worked by the real command line, which is killed again and again, until it is
 * complete, and then through what comes after: drift, work done again, cards opened again, the end of the chain.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { chooseBlow, learnPace } from './driver-blow.ts'
import { type Chain, growChain, layOut } from './driver-chain.ts'
import { Dice } from './driver-dice.ts'
import { type Call, judge, judgeWork } from './driver-oracle.ts'
import { type Blow, call, commandOf, type Place, processesOf } from './driver-program.ts'
import { ask } from './driver-reader.ts'
import { deedsIn, Finding, look, refuseSecrets, type Sight } from './driver-sight.ts'
import { phaseOf, type Tally } from './driver-tally.ts'
import { tidy } from './driver-tidy.ts'

/** How many calls a chain may need; far more than chance would ever ask for. */
const enough = 200

/** A random chain, from its first run to its end. `more`: whether further kills are wanted. @throws Finding. */
export class Attack {
  readonly chain: Chain
  /** What was called, and what became of it. */
  readonly story: string[] = []
  readonly #dice: Dice
  readonly #tally: Tally
  readonly #more: () => boolean
  readonly #place: Place
  readonly #outside: string
  /** Names the processes of this case. */
  readonly #name: string
  readonly #calls: Call[] = []
  readonly #words = new Set<string>()
  readonly #drifted = new Set<string>()
  /** Processes of an earlier call may still be there. */
  #alone = true

  constructor(seed: number, base: string, tally: Tally, more: () => boolean) {
    this.#dice = new Dice(seed)
    this.#tally = tally
    this.#more = more
    this.chain = growChain(this.#dice)
    this.#outside = join(base, 'outside')
    this.#name = `${process.pid}-${seed}:`
    const root = join(base, 'repository')
    const temporary = join(base, 'tmp')
    for (const folder of [this.#outside, root, temporary]) mkdirSync(folder, { recursive: true })
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
    const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', USER: 'tester' }
    const env = { PATH, HOME, NODE_COMPILE_CACHE, TMPDIR: temporary, CRASH_TRUTH: this.#outside, ...git }
    this.#place = { root, env }
    layOut(this.chain, root)
    if (this.chain.commits) this.#branch()
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
    await this.#settle()
    const deeds = deedsIn(chain, this.#outside)
    for (const made of this.#calls) judgeWork(chain, made, deeds)
    if (this.#calls.at(-1)?.after.temporary.length) throw new Finding('the end leaves temporary files')
    this.#tally.chains++
    this.#tally.cards += chain.cards.length
  }

  /** Runs the goal until it is complete; a person gives the words that are waited for. */
  async #finish(): Promise<void> {
    const { goal, commits } = this.chain
    const jobs = commits ? ['--commit'] : ['-j', String(1 + this.#dice.int(3))]
    for (let tries = 0; tries < enough; tries++) {
      const verb =
        this.#calls.length > 0 && this.#dice.chance(0.2) && !this.#sight().complete.has(goal) ? 'resume' : 'run'
      const further = commits ? [] : this.#dice.some(['-k'], 1)
      const made = await this.#call([verb, goal, '--json', ...jobs, ...further], tries)
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
    const drifted = events.length > 0 && [...this.#drifted].find((id) => this.#noticed(id))
    if (drifted) throw new Finding(`it ended with 0, and ${drifted} is known to have drifted`)
  }

  /** Whether a `verify` has told that the card holds no more, and nothing has spoken for it since. */
  #noticed(id: string): boolean {
    const last = this.#sight().journal.findLast(
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
      this.#words.add(card)
      const commit = this.chain.commits ? ['--commit'] : []
      for (let tries = 0; tries < enough; tries++) {
        const { ended, after } = await this.#call(['close', card, '--yes', '--json', ...commit], tries)
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
    await this.#settle()
    rmSync(join(this.#outside, `${id}.truth`))
    this.#drifted.add(id)
    await this.#verify()
  }

  async #verify(): Promise<void> {
    for (let tries = 0; tries < enough; tries++) {
      const { ended, before, after } = await this.#call(['verify', this.chain.goal, '--json'], tries)
      if (!isDeepStrictEqual(before.states, after.states)) throw new Finding('verify changed a document')
      if (ended.hit !== null) continue
      if (this.#drifted.size > 0 && ended.code !== 2) throw new Finding(`verify ended with ${ended.code} after a drift`)
      const flaky = /planned to fail/.test(ended.stdout)
      if (this.#drifted.size === 0 && ended.code !== (flaky ? 2 : 0))
        throw new Finding(`verify ended with ${ended.code}\n${ended.stdout}`)
      return
    }
  }

  async #reopen(): Promise<void> {
    const { id } = this.#dice.pick(this.chain.cards)
    for (let tries = 0; tries < enough; tries++) {
      const { ended, after } = await this.#call(['reopen', id, '--json'], tries)
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
      const made = await this.#call(words, tries, forced)
      if (made.ended.hit !== null && made.ended.hit !== 'task') continue
      if (made.ended.code === 0) return
      this.#expectTrouble(made)
      if (made.ended.code === 3) return await this.#giveWords(made)
    }
  }

  async #finalize(): Promise<void> {
    const commit = this.chain.commits ? ['--commit'] : []
    for (let tries = 0; tries < enough; tries++) {
      const { ended, after } = await this.#call(['finalize', this.chain.goal, '--json', ...commit], tries)
      if (ended.code === null) continue
      const left = this.chain.cards.find(({ id, texts }) => texts[after.states.get(id) ?? 'active'] !== texts.final)
      if (ended.code !== 0 || left) throw new Finding(`finalize ended with ${ended.code}: ${left?.id}\n${ended.stderr}`)
      break
    }
    if (!this.chain.commits) await this.#verify()
  }

  /** One call, perhaps with a blow, and everything that must hold after it. */
  async #call(args: string[], tries: number, forced: ReadonlySet<string> = new Set()): Promise<Call> {
    if (this.chain.commits) {
      await this.#settle()
      tidy(this.#place, this.chain.goal)
    }
    const before = this.#sight()
    const left = this.chain.cards.length - before.complete.size
    const blow = this.#more() ? chooseBlow(this.#dice, args, left, tries) : null
    const alone = this.#alone
    const name = `${this.#name}${this.#calls.length};`
    this.story.push(`${args.join(' ')}${blow ? `   ${JSON.stringify(blow)}` : ''}`)
    const ended = await call(this.#place, name, args, blow)
    this.story.push(`  ${ended.hit === null ? `exit ${ended.code}` : `killed: ${ended.hit}, exit ${ended.code}`}`)
    const after = this.#sight()
    const made = { ended, before, after, events: after.journal.slice(before.journal.length), forced, alone }
    this.#calls.push(made)
    this.#alone = false
    this.#remember(made)
    await this.#judge(made, blow)
    return made
  }

  async #judge(made: Call, blow: Blow | null): Promise<void> {
    const { ended, after, events } = made
    judge(this.chain, made, { words: this.#words, drifted: this.#drifted })
    judgeWork(this.chain, made, deedsIn(this.chain, this.#outside))
    refuseSecrets(this.#place.root, ended.stdout + ended.stderr)
    const done = events.filter(({ event }) => event === 'card-completed').length
    if (blow === null) learnPace(ended.args, ended.milliseconds, done)
    this.#tally.calls++
    if (ended.hit === null) {
      await this.#settle()
      if (after.temporary.length > 0) throw new Finding(`temporary files are left: ${after.temporary.join(', ')}`)
      return
    }
    if (after.temporary.length > 3) throw new Finding(`temporary files pile up: ${after.temporary.join(', ')}`)
    this.#tally.hit(ended.hit, phaseOf(this.chain, made, deedsIn(this.chain, this.#outside)))
    // Either at once, with the last words of the killed call still in the air, or after a look around.
    if (this.#dice.chance(0.5)) return
    if (this.#dice.chance(0.5)) await this.#settle()
    await this.#read(after)
    await this.#settle()
  }

  async #read(sight: Sight): Promise<void> {
    const readers = ['list', 'log', 'lint', 'show'] as const
    for (const reader of this.#dice.chance(0.15) ? readers : [this.#dice.pick(readers)]) {
      // What is finalized may be no card any more.
      if (reader === 'show' && sight.states.get(this.chain.goal) === 'final') continue
      await ask(reader, this.chain, this.#place, `${this.#name}reader;`, sight)
      this.#tally.readers++
    }
  }

  #sight(): Sight {
    return look(this.chain, this.#place.root, this.#outside)
  }

  /** What the call has changed in what is known. */
  #remember({ before, after }: Call): void {
    for (const { id } of this.chain.cards) {
      if (before.complete.has(id) && !after.complete.has(id)) this.#words.delete(id)
      if (after.truths.has(id)) this.#drifted.delete(id)
    }
  }

  /** Waits until nothing of any call is left. @throws Finding when something stays. */
  async #settle(): Promise<void> {
    const began = performance.now()
    for (let left = processesOf(this.#name); left.length > 0; left = processesOf(this.#name)) {
      if (performance.now() - began > 20_000) throw new Finding(`still there: ${left.map(commandOf).join('; ')}`)
      await new Promise((done) => setTimeout(done, 10))
    }
    this.#tally.lingered(performance.now() - began)
    this.#alone = true
  }

  /** The chain's own branch, with the plan committed. */
  #branch(): void {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: this.#place.root, env: this.#place.env, stdio: 'ignore' })
    git('init', '-b', 'main')
    git('config', 'user.email', 'tester@example.org')
    git('config', 'user.name', 'tester')
    git('commit', '--allow-empty', '-m', 'Begin')
    git('switch', '-c', `mikado/${this.chain.goal}`)
    git('add', '-A')
    git('commit', '-m', `C2(${this.chain.goal}): plan all of it`)
  }
}
