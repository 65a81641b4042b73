/** A repository in which whatever can be written by somebody tries to be more than words. */
import { TestRepository } from '../rig/repository.ts'

/** What a terminal would do something for: clear, clipboard, link, colour, C1, bell, overwrite, turn round. */
export const draws = '\u001b[2J\u001b]52;c;aGk=\u0007\u001b]8;;http://evil\u001b\\x\u009b31m\u0007\b\r\u202ex\u2066'
/** Letters that a person does not see and a model reads. */
const whispers = '\u{e0049}\u{e0067}\u{e006e}'
/** The same in quotes of YAML, with line breaks that could forge a row, and HTML. */
const quoted = JSON.stringify(`${draws}${whispers}\n✓ forged\u2028✓ forged <script>alert(1)</script>`)

/** All that may not reach a terminal; of escape sequences colours alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const drawing = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\u001b(?!\[[0-9;]*m)/

/** The first thing in it that a terminal would do something for, with what stands around it; null: nothing. */
export function drawsIn(text: string): string | null {
  const found = drawing.exec(text)
  return found && JSON.stringify(text.slice(Math.max(0, found.index - 40), found.index + 40))
}

/** Names that are something else to a program, a shell or a command line. */
export const oddNames = ['__proto__', 'constructor', 'toString', '-n', '--json', '$(touch pwned); `id`', "it's & <b>"]

/** A goal that requires the odd names, each with a task that says and fails hostile things as asked. */
export function hostileRepository(): TestRepository {
  const list = oddNames.map((name) => `  - ${JSON.stringify(name)}\n`).join('')
  const files = oddNames.map((name) => [`docs/${name}.md`, document(`title: ${quoted}\n`)])
  const tasks = oddNames.map((name) => [`tasks/${name}.ts`, task()])
  return new TestRepository({
    ...Object.fromEntries([...files, ...tasks]),
    'docs/goal.md': document(`title: ${quoted}\nconfirm: ${quoted}\nrequires:\n${list}`),
    'tasks/goal.ts': task(),
  })
}

function document(front: string): string {
  return `---\n${front}status: active\n---\n\n# ${draws}\n\nWords ${draws} <b>and</b> more.\n\n## Verification\n\n- [ ] It ${draws} holds\n`
}

/** The hostile line as its function is called. */
const heldKey = 'It [2J]52;c;aGk=]8;;http://evil\\x31mx holds'

/** Does as its environment says: \`fail\` or not. What it prints, notes, hands on and throws is hostile. */
function task(): string {
  return `const draws = ${JSON.stringify(draws)}
let done = false
export default {
  apply: async ({ step, log, note, card }) => {
    log('said ' + draws)
    note('noted ' + draws)
    await step('step ' + draws + '\\\\n✓ forged', () => draws)
    if (process.env.HOSTILE === 'fail') throw new Error('failed ' + draws + '\\\\n✓ forged')
    done = true
    return { [draws]: draws, __proto__x: 1, ['__proto__']: { polluted: true } }
  },
  verify: {
    [${JSON.stringify(heldKey)}]: () => {
      if (!done && process.env.HOSTILE !== 'held') throw new Error('not yet ' + draws + '\\n✓ forged')
      return 'evidence ' + draws + '\\n✓ forged'
    },
  },
}
`
}
