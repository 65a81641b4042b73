import { describe, expect, onTestFinished, test } from 'vitest'
import type { Question, Reply } from '../../scripts/core/protocol.ts'
import { Crew } from '../../scripts/engine/crew.ts'
import { Dispatch } from '../../scripts/engine/dispatch.ts'
import type { Engine, Job } from '../../scripts/engine/engine.ts'
import type { Notice, Order, Report, Word } from '../../scripts/engine/letters.ts'
import { Mail } from '../../scripts/engine/mail.ts'
import { Seal } from '../../scripts/engine/seal.ts'
import type { Answer } from '../../scripts/io/answer.ts'
import { until } from '../rig/repository.ts'
import { description, key } from './rig.ts'

/** An engine in this process: what is posted is heard at once, and nobody takes a job by itself. */
class Wire {
  readonly offered: Job[] = []
  readonly #ears = new Map<string, (parcel: Buffer) => void>()
  readonly engine: Engine = {
    offer: async (job) => void this.offered.push(job),
    withdraw: async () => {},
    work: () => ({ drain: async () => {}, rest: () => {} }),
    post: (to, parcel) => this.#ears.get(to)?.(parcel),
    listen: async (address, hear) => void this.#ears.set(address, hear),
    announce: async () => {},
    leave: async () => {},
    present: async () => new Map(),
    down: false,
    close: async () => {},
  }
}

/** What is put off is not sent at all. */
const never = () => () => {}

/** A worker that says what the test wants said. */
class Puppet {
  readonly heard: Word[] = []
  readonly #mail: Mail
  readonly #run: string
  constructor(wire: Wire, run: string) {
    this.#mail = new Mail(wire.engine, new Seal(key), never, () => {})
    void this.#mail.open((_, word) => this.heard.push(word))
    this.#run = run
  }
  notice(job: string, notice: Notice): void {
    this.#mail.send(this.#run, { job, notice })
    this.#mail.flush()
  }
  say(job: string, epoch: number, seq: number, say: Report): void {
    this.#mail.send(this.#run, { job, epoch, seq, say })
    this.#mail.flush()
  }
  notices(): Notice[] {
    return this.heard.flatMap((word) => ('notice' in word ? [word.notice] : []))
  }
  orders(): Order[] {
    return this.heard.flatMap((word) => ('say' in word ? [word.say as Order] : []))
  }
}

async function scene() {
  const wire = new Wire()
  const seal = new Seal(key)
  const said: string[] = []
  const mail = new Mail(wire.engine, seal, never, (message) => said.push(message))
  const clock = {
    now: Date.now,
    after: (milliseconds: number, then: () => void) => {
      const timer = setTimeout(then, milliseconds)
      return () => clearTimeout(timer)
    },
  }
  const crew = new Crew(wire.engine, seal, { now: Date.now, after: () => () => {} }, [], null)
  const watch = { placed: (card: string, worker: string) => void said.push(`${card} on ${worker}`), warn: () => {} }
  const dispatch = new Dispatch(wire.engine, seal, mail, crew, clock, watch)
  await dispatch.begin()
  onTestFinished(() => dispatch.close())
  const offer = (...opening: Question[]) => dispatch.offer({ label: null, description: { ...description }, opening })
  return { wire, mail, said, offer, puppet: () => new Puppet(wire, seal.address) }
}

const taken = (name: string, stint = 1): Extract<Notice, { type: 'taken' }> => ({
  type: 'taken',
  name,
  stint,
  epoch: 0,
  said: null,
})

const opening: Question & { type: 'check' } = { type: 'check', keys: ['It is done'] }
const answered = (answer: Answer) => ({ type: 'answer' as const, to: 1, answer })
const opened = answered({ type: 'opened', works: true, checks: ['It is done'] })
const undone = answered({ type: 'checked', held: false, message: 'not yet' })
const note = { type: 'reply', reply: { type: 'note', text: 'looks well' } } as const
const numbered = (...reports: Report[]) => reports.map((say, at) => ({ seq: at + 1, say }))

/** A card whose offer brought a question, and which a worker took and told this of. */
async function placed(...said: Report[]) {
  const { wire, offer, puppet } = await scene()
  const process = offer(opening)
  const job = wire.offered[0]?.id ?? ''
  const indri = puppet()
  indri.notice(job, { ...taken('indri'), said: numbered(...said) })
  await process.placed
  return { process, job, indri }
}

describe('a card that is worked elsewhere', () => {
  test('is begun by the one who took it, and led in order', async () => {
    const { wire, said, offer, puppet } = await scene()
    const process = offer()
    const job = wire.offered[0]?.id ?? ''
    const indri = puppet()
    indri.notice(job, taken('indri'))
    await process.placed
    const answers = process.ask({ type: 'apply' })
    await until('it is asked', () => indri.orders().length === 1)
    expect([said, indri.notices()]).toEqual([['goal on indri'], [{ type: 'go', stint: 1, epoch: 1, heard: null }]])
    // What comes out of order waits until it comes again.
    indri.say(job, 1, 2, { type: 'ended', code: 0, signal: null, error: null })
    indri.say(job, 1, 1, { type: 'answer', to: 1, answer: { type: 'applied', outputs: 'out' } })
    expect(await answers.next()).toEqual({ type: 'applied', outputs: 'out' })
    expect(process.alive).toBe(true)
  })

  test('that was asked what its offer brought is not asked again', async () => {
    const { process, job, indri } = await placed(opened, note, undone)
    const heard: Reply[] = []
    process.holder = { hear: (reply) => void heard.push(reply), print: () => null }
    const first = process.ask(opening)
    expect([await first.next(), await first.next()]).toEqual([opened.answer, undone.answer])
    expect(heard).toEqual([note.reply])
    const second = process.ask({ type: 'apply' })
    await until('it is asked', () => indri.orders().length === 1)
    expect(indri.notices()).toEqual([{ type: 'go', stint: 1, epoch: 1, heard: 3 }])
    expect(indri.orders()).toEqual([{ type: 'ask', id: 2, questions: [{ type: 'apply' }] }])
    indri.say(job, 1, 4, { type: 'answer', to: 2, answer: { type: 'applied', outputs: 'out' } })
    expect(await second.next()).toEqual({ type: 'applied', outputs: 'out' })
  })

  test('goes on where its worker was when it was told of: what came later is heard in order', async () => {
    const { process, job, indri } = await placed(opened)
    indri.say(job, 1, 2, undone)
    const first = process.ask(opening)
    expect([await first.next(), await first.next()]).toEqual([opened.answer, undone.answer])
  })

  test('that died before its run could begin is heard of as any other', async () => {
    const { process } = await placed({ type: 'ended', code: 3, signal: null, error: null })
    expect(await process.ask(opening).next()).toEqual({ type: 'died', code: 3, signal: null })
    expect(process.alive).toBe(false)
  })

  test('that is given up before anything was asked ends when its worker says so', async () => {
    const { process, job, indri } = await placed(opened, undone)
    process.kill()
    await until('it is told', () => indri.orders().length === 1)
    expect(indri.orders()).toEqual([{ type: 'kill' }])
    indri.say(job, 1, 3, { type: 'ended', code: null, signal: 'SIGKILL', error: null })
    expect(await process.ended).toMatchObject({ signal: 'SIGKILL' })
  })

  test('that another offer brought answers for is asked from the beginning', async () => {
    const { wire, offer, puppet } = await scene()
    const process = offer()
    const job = wire.offered[0]?.id ?? ''
    const indri = puppet()
    process.ask(opening)
    indri.notice(job, { ...taken('indri'), said: numbered(opened, undone) })
    await until('it is asked', () => indri.orders().length === 1)
    expect(indri.notices()).toEqual([{ type: 'go', stint: 1, epoch: 1, heard: null }])
    expect(indri.orders()).toEqual([{ type: 'ask', id: 1, questions: [opening] }])
  })

  test('brings no questions that are long: they are asked when a worker has it', async () => {
    const { wire, offer } = await scene()
    offer({ ...opening, keys: ['x'.repeat(20_000)] })
    offer(opening)
    const [long, short] = wire.offered.map(({ body }) => body.length)
    expect(long).toBeLessThan(short ?? 0)
  })

  test('a late word of a worker that was lost is refused, and the worker is told', async () => {
    const { wire, mail, said, offer, puppet } = await scene()
    const first = offer()
    const job = wire.offered[0]?.id ?? ''
    const [indri, ringtail] = [puppet(), puppet()]
    indri.notice(job, taken('indri'))
    await first.placed
    indri.notice(job, { type: 'gone', epoch: 1 })
    expect(await first.ended).toMatchObject({ lost: 'indri' })
    const second = offer()
    ringtail.notice(job, taken('ringtail'))
    await second.placed
    const answers = second.ask({ type: 'apply' })
    indri.say(job, 1, 1, { type: 'answer', to: 1, answer: { type: 'applied', outputs: 'of the lost one' } })
    indri.say(job, 2, 1, { type: 'answer', to: 1, answer: { type: 'applied', outputs: 'of a liar' } })
    ringtail.say(job, 2, 1, { type: 'answer', to: 1, answer: { type: 'applied', outputs: 'of the second' } })
    expect(await answers.next()).toEqual({ type: 'applied', outputs: 'of the second' })
    expect(mail.refused.messages).toBeGreaterThanOrEqual(1)
    expect(said).toContain(`refused: a late word about job ${job}, which is worked elsewhere by now`)
    await until('it is told', () => indri.notices().some(({ type }) => type === 'superseded'))
  })

  test('that fell to a second worker while the first is there stays with the first', async () => {
    const { wire, offer, puppet } = await scene()
    const process = offer()
    const job = wire.offered[0]?.id ?? ''
    const [indri, ringtail] = [puppet(), puppet()]
    indri.notice(job, taken('indri'))
    await process.placed
    ringtail.notice(job, taken('ringtail'))
    await until('it is heard', () => process.seat !== null)
    expect([process.seat?.name, ringtail.notices()]).toEqual(['indri', []])
  })

  test('a job that this run has not offered is not begun', async () => {
    const { mail, puppet } = await scene()
    const indri = puppet()
    indri.notice('0'.repeat(32), taken('indri'))
    await until('it is told', () => indri.notices().length > 0)
    expect(indri.notices()).toEqual([{ type: 'unwanted', stint: 1, why: 'the run that it names has not offered it' }])
    expect(mail.refused.jobs).toBe(1)
  })
})
