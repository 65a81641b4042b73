/** Who is there on an engine, as people read it. */
import { formatElapsed } from '../core/duration.ts'
import type { Member } from '../core/member.ts'
import { count, marks, oneLine, type Paint } from './style.ts'

/** A member as it is told: `lastHeartbeat` is the last time that it said. */
export type Present = Omit<Member, 'since' | 'time'> & { alive: boolean; lastHeartbeat: string }

/** `unreadable`: how many have another key. */
export function workersText(present: readonly Present[], unreadable: number, now: number, paint: Paint): string {
  const workers = present.filter(({ kind }) => kind === 'worker')
  const runs = present.filter(({ kind }) => kind === 'run')
  const lines = [
    ...(workers.length === 0 ? ['No worker is there. Start one in a checkout: mikado worker --engine …'] : []),
    ...workers.flatMap((worker) => told(worker, now, paint)),
    ...runs.flatMap((run) => told(run, now, paint)),
    ...(unreadable === 0
      ? []
      : [
          paint.red(
            `${marks.failed} ${count(unreadable, 'participant')} cannot be read: another MIKADO_KEY, or a runner of another kind`,
          ),
        ]),
  ]
  return `${lines.join('\n')}\n`
}

function told(present: Present, now: number, { green, red, yellow, dim, bold }: Paint): string[] {
  const { kind, name, host, pid, labels, slots, works, runner, node, commit, draining, alive } = present
  const ago = formatElapsed(now - Date.parse(present.lastHeartbeat))
  const mark = !alive ? red(marks.failed) : draining ? yellow(marks.waiting) : green(marks.done)
  const heard = alive ? (draining ? 'finishing' : `heard ${ago} ago`) : red(`lost, last heard ${ago} ago`)
  const load = kind === 'run' ? 'a run' : `${works.length} of ${slots}`
  const where = `${oneLine(host)}, process ${pid}`
  const bears = labels.length === 0 ? '' : `, ${labels.join(', ')}`
  const lines = [`${mark} ${bold(oneLine(name))}${bears}  ${load}  ${heard}`]
  lines.push(dim(`  ${where}; runner ${runner}, node ${node}, commit ${commit ?? 'unknown'}`))
  if (works.length > 0) {
    const cards = works.slice(0, 8).map(({ card }) => oneLine(card))
    lines.push(`  works ${cards.join(', ')}${works.length > 8 ? ` and ${works.length - 8} more` : ''}`)
  }
  const { jobs, messages, last } = present.refused
  if (jobs + messages > 0)
    lines.push(
      yellow(`  refused ${count(jobs, 'job')} and ${count(messages, 'message')}, last: ${oneLine(last ?? 'unknown')}`),
    )
  return lines
}
