/** Calls the command line in one case's repository, perhaps with a blow, and holds everything that must be true after it against it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chooseBlow, learnPace } from './driver-blow.ts'
import { type Chain, layOut } from './driver-chain.ts'
import type { Dice } from './driver-dice.ts'
import { type Call, judge, judgeWork } from './driver-oracle.ts'
import { type Blow, call, commandOf, type Place, processesOf } from './driver-program.ts'
import { ask } from './driver-reader.ts'
import { deedsIn, Finding, look, namesIn, refuseSecrets, type Sight } from './driver-sight.ts'
import { phaseOf, type Tally } from './driver-tally.ts'
import { tidy } from './driver-tidy.ts'

export class Caller {
  /** What was called, and what became of it. */
  readonly story: string[] = []
  readonly calls: Call[] = []
  /** Cards for which a person's word was given since they were active last. */
  readonly words = new Set<string>()
  /** Cards whose truth was taken away behind the runner's back. */
  readonly drifted = new Set<string>()
  /** Where the tasks leave what they did. */
  readonly outside: string
  readonly #chain: Chain
  readonly #dice: Dice
  readonly #tally: Tally
  readonly #more: () => boolean
  readonly #place: Place
  readonly #temporary: string
  /** Names the processes of this case. */
  readonly #name: string
  /** Nothing of an earlier call can still be at work. */
  #alone = true

  /** `more`: whether further kills are wanted. */
  constructor(name: string, chain: Chain, base: string, dice: Dice, tally: Tally, more: () => boolean) {
    this.#name = `${process.pid}-${name}:`
    this.#chain = chain
    this.#dice = dice
    this.#tally = tally
    this.#more = more
    this.outside = join(base, 'outside')
    const root = join(base, 'repository')
    this.#temporary = join(base, 'tmp')
    for (const folder of [this.outside, root, this.#temporary]) mkdirSync(folder, { recursive: true })
    const { PATH, HOME, NODE_COMPILE_CACHE } = process.env
    const git = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', USER: 'tester' }
    const env = { PATH, HOME, NODE_COMPILE_CACHE, TMPDIR: this.#temporary, CRASH_TRUTH: this.outside, ...git }
    this.#place = { root, env }
    layOut(chain, root)
    if (chain.commits) this.#branch()
  }

  /** One call, perhaps with a blow, and everything that must hold after it. */
  async call(args: string[], tries: number, forced: ReadonlySet<string> = new Set()): Promise<Call> {
    if (this.#chain.commits) {
      await this.settle()
      tidy(this.#place, this.#chain.goal)
    }
    const before = this.sight()
    const left = this.#chain.cards.length - before.complete.size
    const blow = this.#more() ? chooseBlow(this.#dice, args, left, tries) : null
    const alone = this.#alone
    const name = `${this.#name}${this.calls.length};`
    this.story.push(`${args.join(' ')}${blow ? `   ${JSON.stringify(blow)}` : ''}`)
    const ended = await call(this.#place, name, args, blow)
    this.story.push(`  ${ended.hit === null ? `exit ${ended.code}` : `killed: ${ended.hit}, exit ${ended.code}`}`)
    const after = this.sight()
    const made = { ended, before, after, events: after.journal.slice(before.journal.length), forced, alone }
    this.calls.push(made)
    this.#alone = false
    this.#remember(made)
    await this.#judge(made, blow)
    return made
  }

  async #judge(made: Call, blow: Blow | null): Promise<void> {
    const { ended, after, events } = made
    judge(this.#chain, made, { words: this.words, drifted: this.drifted })
    judgeWork(this.#chain, made, deedsIn(this.#chain, this.outside))
    refuseSecrets(this.#place.root, ended.stdout + ended.stderr)
    const done = events.filter(({ event }) => event === 'card-completed').length
    if (blow === null) learnPace(ended.args, ended.milliseconds, done)
    this.#tally.calls++
    if (ended.hit === null) {
      await this.settle()
      if (after.temporary.length > 0) throw new Finding(`temporary files are left: ${after.temporary.join(', ')}`)
      return
    }
    if (after.temporary.length > 3) throw new Finding(`temporary files pile up: ${after.temporary.join(', ')}`)
    this.#tally.hit(ended.hit, phaseOf(this.#chain, made, deedsIn(this.#chain, this.outside)))
    // Either at once, with the last words of the killed call still in the air, or after a look around.
    if (this.#dice.chance(0.5)) return
    if (this.#dice.chance(0.5)) await this.settle()
    await this.#read(after)
    await this.settle()
  }

  async #read(sight: Sight): Promise<void> {
    const readers = ['list', 'log', 'lint', 'show'] as const
    for (const reader of this.#dice.chance(0.15) ? readers : [this.#dice.pick(readers)]) {
      // What is finalized may be no card any more.
      if (reader === 'show' && sight.states.get(this.#chain.goal) === 'final') continue
      await ask(reader, this.#chain, this.#place, `${this.#name}reader;`, sight)
      this.#tally.readers++
    }
  }

  /** What is there now. */
  sight(): Sight {
    return look(this.#chain, this.#place.root, this.outside)
  }

  /** What the call has changed in what is known. */
  #remember({ before, after }: Call): void {
    for (const { id } of this.#chain.cards) {
      if (before.complete.has(id) && !after.complete.has(id)) this.words.delete(id)
      if (after.truths.has(id)) this.drifted.delete(id)
    }
  }

  /** Waits until nothing of any call is left. @throws Finding when something stays. */
  async settle(): Promise<void> {
    const began = performance.now()
    for (let left = processesOf(this.#name); left.length > 0; left = processesOf(this.#name)) {
      if (performance.now() - began > 20_000) throw new Finding(`still there: ${left.map(commandOf).join('; ')}`)
      await new Promise((done) => setTimeout(done, 10))
    }
    this.#tally.lingered(performance.now() - began)
    this.#alone = true
  }

  /** The last look: with nothing alive any more, all that the tasks wrote down is judged again. */
  async judgeAll(): Promise<void> {
    await this.settle()
    const deeds = deedsIn(this.#chain, this.outside)
    for (const made of this.calls) judgeWork(this.#chain, made, deeds)
    const litter = [...this.sight().temporary, ...namesIn(this.#temporary)]
    if (litter.length > 0) throw new Finding(`the end leaves temporary files: ${litter.join(', ')}`)
  }

  /** The chain's own branch, with the plan committed. */
  #branch(): void {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: this.#place.root, env: this.#place.env, stdio: 'ignore' })
    git('init', '-b', 'main')
    git('config', 'user.email', 'tester@example.org')
    git('config', 'user.name', 'tester')
    git('commit', '--allow-empty', '-m', 'Begin')
    git('switch', '-c', `mikado/${this.#chain.goal}`)
    git('add', '-A')
    git('commit', '-m', `C2(${this.#chain.goal}): plan all of it`)
  }
}
