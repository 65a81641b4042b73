/** Branch histories as data, valid and not: what each commit says and changes, and which rules are broken. */
import type { Rule } from '../../scripts/core/branch.ts'
import { card } from '../rig/text.ts'

/** Files by path; null: deleted. */
export type Files = Record<string, string | null>

export interface Step {
  says: string
  files: Files
}

export interface History {
  name: string
  /** On main when the branch leaves it. */
  main: Files
  branch: string
  commits: readonly Step[]
  /** The last one is not made yet: its message lies in a file, its changes are staged. */
  incoming: boolean
  /** The rules that are broken, oldest commit first. */
  breaks: readonly Rule[]
  /** Where the original of blumeops judges otherwise: why that is right here. */
  differs: string | null
}

const leaf = card({ title: 'Leaf' })
const done = card({ title: 'Leaf', complete: true })
const goal = card({ title: 'Goal', requires: ['leaf'], front: 'branch: mikado/goal\n' })
const page = '---\ntitle: A page\ntags: [x]\n---\n\n# A page\n'
const onMain: Files = { 'docs/goal.md': goal, 'docs/leaf.md': leaf, 'docs/page.md': page, 'code.txt': 'one\n' }

let at = 0
const say = (verb: string, words: string, files: Files): Step => ({ says: `C2(goal): ${verb} ${words}`, files })
const plan = (files: Files = { 'docs/new.md': card({ title: `New ${++at}` }) }) =>
  say('plan', 'write a card down', files)
const impl = (files: Files = { 'code.txt': `${++at}\n` }) => say('impl', 'work on it', files)
const close = (files: Files = { 'docs/leaf.md': `${done}${++at}\n` }) => say('close', 'leaf', files)
const finalize = (files: Files = { 'docs/goal.md': `${page}${++at}\n` }) => say('finalize', 'as documentation', files)
const saying = (says: string, files: Files = { 'code.txt': `${++at}\n` }): Step => ({ says, files })

type Extra = Partial<Pick<History, 'branch' | 'main' | 'incoming' | 'differs'>>
function history(name: string, commits: readonly Step[], breaks: readonly Rule[] = [], extra: Extra = {}): History {
  return { name, main: onMain, branch: 'mikado/goal', commits, incoming: false, breaks, differs: null, ...extra }
}
const incoming: Extra = { incoming: true }
/** The impl that changes these files, of a branch whose main has `before`: judged in history, and while it comes in. */
function touching(
  name: string,
  before: Files,
  after: Files,
  cards: number,
  differs: [made?: string | undefined, coming?: string] = [],
) {
  const breaks = Array<Rule>(cards).fill('no-card-in-impl')
  const main = { ...onMain, ...before }
  const [made = null, coming = null] = differs
  return [
    history(`impl: ${name}`, [impl(after)], breaks, { main, differs: made }),
    history(`impl coming in: ${name}`, [impl(after)], breaks, { main, differs: coming, incoming: true }),
  ]
}

const bothSides =
  'an impl that takes the last mikado key away closes a card in disguise: the original looks at the new text only'
const atOnce = 'the original takes it while it comes in (it filters deletions out), and refuses every commit after it'
const order: History[] = [
  history('nothing yet', []),
  history('plans only', [plan(), plan()]),
  history('no plan: cards were on main', [impl(), close()]),
  history('one cycle', [plan(), impl(), close()]),
  history('several impls in a cycle', [plan(), impl(), impl(), impl(), close()]),
  history('two cycles', [plan(), impl(), close(), impl(), close()]),
  history('two closes in one cycle', [impl(), close(), close()]),
  history('a close long after its impl', [impl(), close(), close(), close()]),
  history('finalized', [plan(), impl(), close(), finalize()]),
  history('finalized without anything before', [finalize()]),
  history('finalized after plans', [plan(), finalize()]),
  history('ends in an impl', [plan(), impl(), close(), impl()]),
  history('plan after impl', [impl(), plan()], ['plan-first']),
  history('plan after close', [impl(), close(), plan()], ['plan-first']),
  history('plan in between', [plan(), impl(), plan(), close()], ['plan-first']),
  history('two plans after impl', [impl(), plan(), plan()], ['plan-first', 'plan-first']),
  history('close first', [close()], ['impl-before-close']),
  history('close after a plan', [plan(), close()], ['impl-before-close']),
  history('two closes before any impl', [close(), close(), impl()], ['impl-before-close', 'impl-before-close']),
  history('close first, plan after', [close(), plan()], ['impl-before-close', 'plan-first']),
  history('impl after finalize', [impl(), close(), finalize(), impl()], ['finalize-last']),
  history('finalize twice', [impl(), close(), finalize(), finalize()], ['finalize-last']),
  history('plan after finalize', [finalize(), plan()], ['finalize-last']),
  history('close after finalize', [impl(), finalize(), close()], ['finalize-last']),
  history('empty impl before a close', [impl({}), close()]),
  history('a plan that changes code', [plan({ 'code.txt': 'planned\n' }), impl(), close()]),
  history('a close that changes code', [impl(), close({ 'code.txt': 'closed\n', 'docs/leaf.md': done })]),
]
const coming: History[] = [
  history('the first plan comes in', [plan()], [], incoming),
  history('an impl comes in', [plan(), impl()], [], incoming),
  history('a close comes in', [impl(), close()], [], incoming),
  history('a finalize comes in', [impl(), close(), finalize()], [], incoming),
  history('a plan comes in too late', [impl(), plan()], ['plan-first'], incoming),
  history('a close comes in too early', [plan(), close()], ['impl-before-close'], incoming),
  history('an impl comes in after finalize', [finalize(), impl()], ['finalize-last'], incoming),
  history('a good one comes in on a bad branch', [close(), impl()], ['impl-before-close'], incoming),
]
const words: History[] = [
  history('no convention', [saying('Fix a typo')], ['convention']),
  history('no convention comes in', [saying('Fix a typo')], ['convention'], incoming),
  history('unknown verb', [saying('C2(goal): fix a typo')], ['convention']),
  history('verb in capitals', [saying('C2(goal): Impl a typo')], ['convention']),
  history('no description', [saying('C2(goal): impl')], ['convention']),
  history('no description comes in', [saying('C2(goal): impl')], ['convention'], incoming),
  history('no space behind the colon', [saying('C2(goal):impl it')], ['convention']),
  history('several spaces behind the colon', [saying('C2(goal):   impl   it')]),
  history('no goal', [saying('C2(): impl it')], ['convention']),
  history('no brackets', [saying('C2 goal: impl it')], ['convention']),
  history('class C1', [saying('C1(goal): impl it')], ['convention']),
  history('verb and more in one word', [saying('C2(goal): implement it')], ['convention']),
  history('words before it', [saying('fixup! C2(goal): impl it')], ['convention']),
  history('a body below', [saying('C2(goal): impl it\n\nFix a typo\n\nSigned-off-by: me')]),
  history('other goal', [saying('C2(other): impl it')], ['chain']),
  history('other goal comes in', [saying('C2(other): impl it')], ['chain'], incoming),
  history('other goal in capitals', [saying('C2(Goal): impl it')], ['chain']),
  history('other goal, too late', [impl(), saying('C2(other): plan it')], ['chain', 'plan-first']),
  history('an impl for another goal counts as one', [saying('C2(other): impl it'), close()], ['chain']),
  history('a revert', [impl(), saying('Revert "C2(goal): impl work on it"')], ['convention']),
  history('comment lines above the message', [saying('# please\n\nC2(goal): impl it\n# more')], [], incoming),
  history('comments only', [saying('# nothing said\n')], [], incoming),
  history('blank lines above the message', [saying('\n\nC2(goal): impl it')], [], incoming),
  history('spaces before the message', [saying('  C2(goal): impl it')], ['convention'], {
    incoming: true,
    differs: 'git keeps the spaces, so the original takes it while it comes in, and refuses every commit after it',
  }),
  history('description on the next line comes in', [saying('C2(goal): impl\nit')], ['convention'], incoming),
  history('description on the next line, made', [saying('C2(goal): impl\nit')]),
  history(
    'other words and order at once',
    [close(), saying('wip'), plan()],
    ['impl-before-close', 'convention', 'plan-first'],
  ),
]
const branches: History[] = [
  history('on main', [saying('wip')], [], { branch: 'main' }),
  history('on a feature branch', [saying('wip'), close()], [], { branch: 'feature/goal' }),
  history('on a feature branch, coming in', [saying('wip')], [], { branch: 'feature/goal', incoming: true }),
  history('a branch that only begins like ours', [saying('wip')], [], { branch: 'mikadox/goal' }),
  history('a goal with a slash', [saying('C2(area/goal): impl it')], [], { branch: 'mikado/area/goal' }),
  history('a goal with dots', [saying('C2(v1.2_goal): impl it')], [], { branch: 'mikado/v1.2_goal' }),
  history('a goal with a bracket', [saying('C2(go)al): impl it')], ['convention'], { branch: 'mikado/go)al' }),
]
const cards: History[] = [
  ...touching('a page that is no card', {}, { 'docs/page.md': `${page}more\n` }, 0),
  ...touching('a page without frontmatter', {}, { 'docs/plain.md': '# Plain\n\nstatus: active\n' }, 0),
  ...touching('a rule in the text', {}, { 'docs/plain.md': '# Plain\n\n---\nstatus: active\n---\n' }, 0),
  ...touching('frontmatter that is not closed', {}, { 'docs/plain.md': '---\nstatus: active\n' }, 0),
  ...touching('an active card', {}, { 'docs/leaf.md': `${leaf}more\n` }, 1),
  ...touching('code and a card', {}, { 'docs/leaf.md': `${leaf}more\n`, 'code.txt': 'two\n' }, 1),
  ...touching('two cards', {}, { 'docs/goal.md': `${goal}more\n`, 'docs/leaf.md': `${leaf}more\n` }, 2),
  ...touching('a new card', {}, { 'docs/new.md': leaf }, 1),
  ...touching('a card outside of docs', {}, { 'notes/new.md': leaf }, 1),
  ...touching('a card that is no Markdown', {}, { 'docs/new.txt': leaf }, 0),
  ...touching('a complete card that requires', {}, { 'docs/new.md': card({ requires: ['leaf'], complete: true }) }, 1),
  ...touching('a card with a branch of ours', {}, { 'docs/new.md': '---\nbranch: mikado/x\n---\n' }, 1),
  ...touching('a page with another branch', {}, { 'docs/new.md': '---\nbranch: main\n---\n' }, 0),
  ...touching('another status word', {}, { 'docs/new.md': '---\nstatus: draft\n---\n' }, 1),
  ...touching('a status inside another key', {}, { 'docs/new.md': '---\nmeta:\n  status: draft\n---\n' }, 1),
  ...touching('a card with Windows line endings', {}, { 'docs/new.md': leaf.replaceAll('\n', '\r\n') }, 1),
  ...touching('a card that is not YAML', {}, { 'docs/new.md': '---\nstatus: [\n---\n' }, 1),
  ...touching('a deleted card', {}, { 'docs/leaf.md': null }, 1, [undefined, atOnce]),
  ...touching('a deleted page', {}, { 'docs/page.md': null }, 0),
  ...touching('a renamed card', {}, { 'docs/leaf.md': null, 'docs/twig.md': leaf }, 2),
  ...touching('a card renamed to a text file', {}, { 'docs/leaf.md': null, 'docs/leaf.txt': leaf }, 1, [
    undefined,
    atOnce,
  ]),
  ...touching('a card that becomes a page', {}, { 'docs/leaf.md': done }, 1, [bothSides, bothSides]),
  ...touching('a page that becomes a card', { 'docs/leaf.md': done }, { 'docs/leaf.md': leaf }, 1),
]
const blind = 'the original does not see that this is a card, and the runner does'
const unseen: History[] = [
  ...touching('a card with a byte order mark', {}, { 'docs/new.md': `\uFEFF${leaf}` }, 1, [blind, blind]),
  ...touching('a status in quotes', {}, { 'docs/new.md': '---\n"status": active\n---\n' }, 1, [blind, blind]),
  ...touching('frontmatter on one line', {}, { 'docs/new.md': '---\n{status: active}\n---\n' }, 1, [blind, blind]),
  ...touching('a card called .MD', {}, { 'docs/new.MD': leaf }, 1, [blind, blind]),
  ...touching('a card with an umlaut in its name', {}, { 'docs/über.md': leaf }, 1, [
    'git quotes such a name, and the original takes the quotation mark for its end',
    'git quotes such a name, and the original takes the quotation mark for its end',
  ]),
]

export const histories: readonly History[] = [...order, ...coming, ...words, ...branches, ...cards, ...unseen]
