/** Workflow commands: ours are read as they were meant, and nobody else's words are taken for one. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ciOf, inert, jsonOf, plain, visible } from '../../scripts/core/plain.ts'
import { commandLine } from '../../scripts/core/workflow-command.ts'
import { actActs, actCommand, forgejoLine, githubCommand } from './grammar.ts'

describe('who reads the output', () => {
  test.each([
    [{ GITHUB_ACTIONS: 'true', CI: 'true' }, 'actions'],
    [{ FORGEJO_ACTIONS: 'true', GITHUB_ACTIONS: 'true' }, 'actions'],
    [{ GITEA_ACTIONS: 'true' }, 'actions'],
    [{ GITHUB_ACTIONS: 'false', CI: 'true' }, 'other'],
    [{ CI: '1' }, 'other'],
    [{ CI: 'false' }, null],
    [{ CI: '' }, null],
    [{}, null],
    // Called by a task of a run, which is told by that run.
    [{ GITHUB_ACTIONS: 'true', CI: 'true', MIKADO_SESSION: '1:/r' }, null],
  ])('%j: %s', (env, ci) => {
    expect(ciOf(env)).toBe(ci)
  })
})

/** Words that are near to commands, in any order. */
const hostile = fc
  .array(
    fc.constantFrom(
      ...['::', ':', '##[', '##', '#', '[', ']', ' ', '\t', '\n', '\r', '%0A', '%25', '%', ',', '=', 'error', 'group'],
      ...[
        'endgroup',
        'set-output name=a',
        'add-mask',
        'stop-commands',
        '\u00ad',
        '\u200b',
        '\ufeff',
        '\u2028',
        '\u00a0',
      ],
      ...[':\u00ad:', '\u200b::', '#\u00ad#[', '\u001b[31m', '\u0085', 'x', '▶', 'file=a', '\ud800', 'é'],
    ),
    { maxLength: 12 },
  )
  .map((words) => words.join(''))

test('what we command is read as it was meant, whatever is in it', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (file, title, message) => {
      const line = commandLine('error', { file, line: 3, col: null, title }, message)
      expect(line).not.toMatch(/[\r\n]/)
      const read = githubCommand(line)
      const clean = (text: string) => text.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
      const meant = (text: string) => clean(inert(plain(text)))
      expect(read?.name).toBe('error')
      expect(read?.properties.line).toBe('3')
      expect(read?.message).toBe(meant(message))
      if (meant(file) !== '') expect(read?.properties.file).toBe(meant(file))
      expect(['error', null]).toContain(actCommand(line)?.split('::')[0] ?? null)
    }),
    { numRuns: 3000 },
  )
})

test('a title of a fold stays one line, and no other command', () => {
  fc.assert(
    fc.property(hostile, (title) => {
      const line = commandLine('group', {}, title)
      expect(githubCommand(line)?.name).toBe('group')
      expect(actActs.has(actCommand(line) ?? '')).toBe(false)
      expect(forgejoLine(line)).toMatch(/^##\[group\]/)
    }),
    { numRuns: 3000 },
  )
})

test('text of others is never taken for a command', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const line of inert(visible(text)).split('\n')) {
        expect(githubCommand(line), JSON.stringify(line)).toBeNull()
        expect(actCommand(line), JSON.stringify(line)).toBeNull()
      }
    }),
    { numRuns: 20_000 },
  )
})

test('JSON is never taken for a command, and says the same', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const line = jsonOf({ [text]: text })
      expect(githubCommand(line), line).toBeNull()
      expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ [text]: text })))
    }),
    { numRuns: 3000 },
  )
})

test('text without commands is left as it is', () => {
  for (const text of [
    'std::vector',
    'a: b',
    '## Heading',
    '#[derive(Debug)]',
    'x ## [link]',
    ':: x',
    'see :: here',
    '\n: a',
  ])
    expect(inert(text)).toBe(text.replace(/^:: /, ': : '))
})
