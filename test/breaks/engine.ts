// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code that is broken has templates
/** Breaks of what is promised for cards on other machines. */
import type { Break } from './break.ts'

const dispatch = 'scripts/engine/dispatch.ts'
const worker = 'scripts/engine/worker.ts'

export const breaks: readonly Break[] = [
  {
    row: 'M1',
    file: dispatch,
    from: '    void this.#engine.offer({ queue, id: job, body }).catch(() => {})\n',
    to: "    void this.#engine.offer({ queue, id: job, body }).catch(() => {})\n    this.#engine.post('nobody', Buffer.from(JSON.stringify(offer.description)))\n",
  },
  {
    row: 'M2',
    edits: [
      {
        file: 'scripts/engine/seal.ts',
        from: '    cipher.setAAD(Buffer.concat([front, Buffer.from(bound)]))\n',
        to: '    cipher.setAAD(bound ? front : front)\n',
      },
      {
        file: 'scripts/engine/seal.ts',
        from: '    decipher.setAAD(Buffer.concat([front, Buffer.from(bound)]))\n',
        to: '    decipher.setAAD(bound ? front : front)\n',
      },
    ],
  },
  {
    row: 'M3',
    file: worker,
    from: "      this.#mail.refuse('jobs', `job ${job} in the queue ${queue}, which was not sealed with this key`)\n",
    to: '',
  },
  {
    row: 'M4',
    file: dispatch,
    from: '      if (now - since < patience) continue\n',
    to: '      if (now - since >= 0) continue\n',
  },
  { row: 'M5', file: 'scripts/engine/mail.ts', from: 'if (count <= (this', to: 'if (count < 0 * (this' },
  { row: 'M6', file: 'scripts/io/fingerprint.ts', from: '      open.push(...source.imports)\n', to: '' },
  { row: 'M7', file: 'scripts/view/workers-text.ts', from: '(unreadable === 0', to: '(unreadable >= 0' },
  {
    row: 'M8',
    file: dispatch,
    from: '    const holder = this.#holderOf(job)\n',
    to: '    const holder = job && null\n',
  },
  {
    row: 'M9',
    file: dispatch,
    from: '      if (!this.#crew.alive(process.seat.address)) process.lose()\n      else process.insist()\n',
    to: '      process.insist()\n',
  },
  {
    row: 'M10',
    file: 'scripts/work.ts',
    from: "      if (reason === 'lost') return await again(reopened)\n",
    to: "      if (reason === 'lost') return await attempt(card, 'forced', task, world, signal)\n",
  },
  { row: 'M11', file: 'scripts/engine/bullmq.ts', from: "    this.#ear.on('ready', subscribe)\n", to: '' },
  {
    row: 'M12',
    file: dispatch,
    from: '    for (const [job, sought] of this.#sought) this.#seek(job, sought)\n',
    to: '',
  },
  {
    row: 'M13',
    file: worker,
    from: 'duty.description.desk !== desk && this',
    to: "duty.description.desk === '' && this",
  },
  {
    row: 'M14',
    file: dispatch,
    from: "      this.#mail.refuse('messages', `a late word about job ${job}, which is worked elsewhere by now`)\n",
    to: '',
  },
  {
    row: 'M15',
    file: 'scripts/engine/line.ts',
    from: '    if (seq !== this.#heard + 1) return false\n',
    to: '    if (seq > this.#heard + 1) return false\n',
  },
  {
    row: 'M16',
    file: 'scripts/engine/crew.ts',
    from: '    if (missed > beat) for (const known of this.#known.values()) known.heard += missed\n',
    to: '    void missed\n',
  },
  {
    row: 'M17',
    edits: [
      {
        file: 'scripts/engine/duty.ts',
        from: '        if (this.#process) this.#process.end(order.grace)\n        else this.#kill()\n        break\n',
        to: '        break\n',
      },
      {
        file: 'scripts/engine/duty.ts',
        from: "      case 'kill':\n        this.#kill()\n        break\n",
        to: "      case 'kill':\n        break\n",
      },
    ],
  },
  {
    row: 'M18',
    file: 'scripts/commands/elsewhere.ts',
    from: "  const connecting = import('../engine/connect.ts')",
    to: "  session.remark(`${url}\\n`)\n  const connecting = import('../engine/connect.ts')",
  },
  {
    row: 'M19',
    file: 'scripts/engine/shift.ts',
    from: '    await atMost(closed, patience, this.#clock.after)\n',
    to: '    await closed\n',
  },
  {
    row: 'M21',
    file: 'scripts/worker/context.ts',
    from: 'if (!open.turns) return await alone()',
    to: 'return await alone()',
  },
  {
    row: 'M22',
    file: 'scripts/io/host.ts',
    from: '    this.#around.turns?.leaveAll(used)\n',
    to: '',
  },
  {
    row: 'M23',
    file: 'scripts/core/turns.ts',
    from: 'void this.#opening.then(() => this.#queues.get(name)?.[0]?.begin())',
    to: 'this.#queues.get(name)?.[0]?.begin()',
  },
  {
    row: 'M24',
    file: 'scripts/engine/preflights.ts',
    from: 'findings.filter(({ ok }) => !ok)',
    to: 'findings.filter(() => false)',
  },
  {
    row: 'M25',
    file: 'scripts/engine/worker.ts',
    from: '      if (behind) this.#shift?.rest(patience.behind)\n',
    to: '',
  },
  {
    row: 'M26',
    file: 'scripts/engine/duty.ts',
    from: '    this.#left = true\n    this.#place.resolve()\n',
    to: '    this.#end()\n',
  },
  {
    row: 'M27',
    file: 'scripts/worker/main.ts',
    from: 'loadTask(request.file, request.code)',
    to: 'loadTask(request.file, null)',
  },
  {
    row: 'M20',
    file: 'scripts/commands/elsewhere.ts',
    from: '  session.closing.push(async () => (await connected)?.engine.close())\n',
    to: '',
  },
]
