/** Keys that are typed into any shell, and the words that come of them. */
import { card } from '../rig/repository.ts'

export const title = 'Runs $(touch ran) `touch ran`; touch ran'
/** Ids that a shell reads as more than a word; each would leave the file `ran` if anything of it ran. */
export const hostile = [
  'how to deploy',
  "it's",
  'say "it"',
  'x$(touch ran)',
  'back`touch ran`',
  'semi;touch ran',
  'pipe|touch ran&',
  'slash\\es',
  'star*?[x]',
  '{a,b}',
  '~home',
  '#hash',
  '!bang',
  '%s%n',
  'eq=al',
  'co:lon',
  'größe',
  '-dash',
]
export const documents = {
  'docs/deploy.md': card({ title, requires: ['base'] }),
  'docs/base.md': card({ title, complete: true }),
  ...Object.fromEntries(hostile.map((id) => [`docs/${id}.md`, card({ title })])),
  'sub dir/file one': '',
}

/** What is typed, with a tab for the key, and the words that come of it. */
export const alike: [keys: string, words: string[]][] = [
  ['ru\t dep\t', ['run', 'deploy']],
  ['reop\t \t', ['reopen', 'base']],
  ['run --outp\t str\t', ['run', '--output', 'stream']],
  ['run --output=str\t', ['run', '--output=stream']],
  ['run --color=al\t dep\t', ['run', '--color=always', 'deploy']],
  ['run -- dep\t', ['run', '--', 'deploy']],
  ['run --force bas\t dep\t', ['run', '--force', 'base', 'deploy']],
  ['-C docs show dep\t', ['-C', 'docs', 'show', 'deploy']],
  ['why how\t', ['why', 'how to deploy']],
  ['why how\\ t\t', ['why', 'how to deploy']],
  ['why "how t\t', ['why', 'how to deploy']],
  ["why 'how t\t", ['why', 'how to deploy']],
  ['why it\t', ['why', "it's"]],
  ['why say\t', ['why', 'say "it"']],
  ['why x\t', ['why', 'x$(touch ran)']],
  ['why back\t', ['why', 'back`touch ran`']],
  ['why semi\t', ['why', 'semi;touch ran']],
  ['why pipe\t', ['why', 'pipe|touch ran&']],
  ['why slash\t', ['why', 'slash\\es']],
  ['why star\t', ['why', 'star*?[x]']],
  ['why \\{\t', ['why', '{a,b}']],
  ['why \\~\t', ['why', '~home']],
  ['why \\#\t', ['why', '#hash']],
  ['why \\!\t', ['why', '!bang']],
  ['why %\t', ['why', '%s%n']],
  ['why eq=\t', ['why', 'eq=al']],
  ['why co:\t', ['why', 'co:lon']],
  ['why gr\t', ['why', 'größe']],
  ['why ./-\t', ['why', './-dash.md']],
  ['why docs/dep\t', ['why', 'docs/deploy.md']],
  ['hook commit-msg sub\tfile\t', ['hook', 'commit-msg', 'sub dir/file one']],
]

/** Enough to see that a script works at all. */
export const some = alike.filter(([keys]) =>
  /^(?:ru|run --output=|run --force|-C|why "how|why x|why semi|hook)/.test(keys),
)
