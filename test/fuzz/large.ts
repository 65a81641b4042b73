/** Large documents of every shape that a reader could be slow at. */

/** Seconds of the processor, whatever else runs on it. */
export function processorTime(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1e6
}

/** Documents of so many parts each, or ten times as many where a part is a character or a line, by what they are made of. */
export function large(parts: number): Record<string, string> {
  const many = 10 * parts
  const lines = (line: (at: number) => string, separator = '\n') =>
    Array.from({ length: parts }, (_, at) => line(at)).join(separator)
  const front = (text: string) => `---\nstatus: active\n${text}\n---\n# A\n\n## Verification\n\n- [ ] one\n`
  const body = (text: string) => `---\nstatus: active\n---\n# A\n\n## Verification\n\n${text}\n`
  return {
    'required names': front(`requires:\n${lines((at) => `  - b${at}`)}`),
    'required names, each quoted and with a remark': front(`requires:\n${lines((at) => `  - "b#${at}" # why`)}`),
    'required names with anchors': front(`requires:\n${lines((at) => `  - &a${at} b${at}`)}`),
    'keys of the owner': front(lines((at) => `k${at}: {a: b}`)),
    'the same key again': front(lines(() => 'k: [v]')),
    'empty lines in the frontmatter': front(`x: {}\n${'\n'.repeat(many)}y: 1`),
    'carriage returns in the frontmatter': front(`x: {}\n${'\r'.repeat(many)}\ny: 1`),
    'faulty escapes': front(`x: "${'\\q'.repeat(parts)}"`),
    'remarks in the frontmatter': front(`x: {}\n${'# c\n'.repeat(parts)}y: 1`),
    'checklist lines': body(lines((at) => `- [ ] line ${at}`)),
    'checklist lines that are the same': body(lines(() => '- [ ] same')),
    'lines of one checklist line': body(`- [ ] line\n${'  and on\n'.repeat(many)}`),
    'a checklist line of a megabyte': body(`- [ ] ${'a word (of) '.repeat(many)}`),
    parentheses: body(`- [ ] a ${'('.repeat(many)}${')'.repeat(many)}`),
    'spaces before and after': body(`${' '.repeat(many)}- [ ]${' '.repeat(many)}a${' '.repeat(many)}b`),
    'quotations in each other': body(`${'> '.repeat(many)}- [ ] a`),
    'fences that are never closed': body(lines(() => '```\n- [ ] a\n~~~')),
    'a heading that goes on': `---\nstatus: active\n---\n## Verification${' '.repeat(many)}x\n`,
    'verification again and again': `---\nstatus: active\n---\n${'# Verification '.repeat(many)}\n## Verification\n- [ ] a\n\n# b`,
    'spaces behind the checklist': `---\nstatus: active\n---\n## verification${' '.repeat(many)}\n- [ ] a\n${' '.repeat(many)}\n# b`,
  }
}
