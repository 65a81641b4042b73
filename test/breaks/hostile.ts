// biome-ignore-all lint/suspicious/noTemplateCurlyInString: code stands in quotes here
/** Broken builds that the promises about hostile documents must notice. */
import type { Break } from './break.ts'

const plain = 'scripts/core/plain.ts'
const edit = 'scripts/core/edit.ts'
const graph = 'scripts/core/graph.ts'

export const breaks: Break[] = [
  { row: 'H1', file: 'scripts/core/card.ts', from: 'sound = diagnostics.length === 0', to: 'sound = true' },
  {
    row: 'H2',
    file: 'scripts/core/checklist.ts',
    from: '[ \\t]+\\[([ xX])\\][ \\t]+(.*)$/s',
    to: '[ \\t]+\\[([ xX])\\][ \\t]+(.*)$/',
  },
  {
    row: 'H3',
    file: edit,
    from: 'result, changed)) return {',
    to: 'result, changed) || text) return {',
  },
  { row: 'H4', file: edit, from: 'if (line.checked) splices.push(', to: 'if (!line.checked) splices.push(' },
  {
    row: 'H5',
    file: edit,
    from: 'String(wanted)) return edited',
    to: 'String(wanted)) return edited\n  if (edited.ok) return edited',
  },
  {
    row: 'H6',
    file: 'scripts/core/finalize.ts',
    from: "=== 'active') return refused('it is active')",
    to: "=== 'never') return refused('it is active')",
  },
  { row: 'H7', file: graph, from: "else if (!other.sound) blockedBy.push({ id: required, why: 'unsound' })", to: '' },
  {
    row: 'H8',
    file: 'scripts/view/graph-text.ts',
    from: 'about: oneLine(graph.card(id).title)',
    to: 'about: graph.card(id).title',
  },
  { row: 'H9', file: plain, from: '    /[\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]/g,', to: '    /[\\u007f]/g,' },
  {
    row: 'H10',
    file: 'scripts/core/lint/checklist-rules.ts',
    from: 'keys.has(key) || goesOn(page.text, end) ||',
    to: '',
  },
  {
    row: 'H11',
    edits: [
      {
        file: 'scripts/core/frontmatter.ts',
        from: "if (language !== '' && !/^ya?ml$/i.test(language)) {",
        to: "if (language === '' && text === '') {",
      },
      { file: 'scripts/core/frontmatter.ts', from: 'matter(gapless, { engines })', to: 'matter(gapless)' },
    ],
  },
  {
    row: 'H12',
    file: 'scripts/core/discovery.ts',
    from: "parseDocument(text.slice(...span)).get('tags')",
    to: "(parseDocument(text.slice(...span)).toJS(), parseDocument(text.slice(...span)).get('tags'))",
  },
  {
    row: 'H13',
    file: 'scripts/core/frontmatter.ts',
    from: 'uniqueKeys: false',
    to: 'uniqueKeys: true',
  },
  { row: 'H14', file: 'scripts/core/graph-faults.ts', from: 'asked++ < suggestions', to: 'asked++ < 1_000_000' },
  {
    row: 'H15',
    file: 'scripts/core/frontmatter.ts',
    from: '  if (error) {\n',
    to: "  if (error && text === '') {\n",
  },
  {
    row: 'H16',
    file: 'scripts/io/documents.ts',
    from: 'if (!isName(entry.name)) found',
    to: "if (entry.name === '') found",
  },
  { row: 'H17', file: 'scripts/core/keys.ts', from: ' || !isName(item.value))', to: ')' },
  {
    row: 'H18',
    edits: [
      { file: graph, from: 'return `:${id}`', to: 'return id' },
      { file: graph, from: 'name.slice(1)', to: 'name' },
    ],
  },
  {
    row: 'H19',
    file: 'scripts/io/tasks.ts',
    from: "if (relative(this.#root, realpathSync.native(file)).startsWith('..'))",
    to: "if (relative(this.#root, file).startsWith('..'))",
  },
  { row: 'H20', file: plain, from: 'return /^[\\w.@/-]+$/.test(word) ? word :', to: 'return word !== "" ? word :' },
  { row: 'H21', file: 'scripts/core/branch.ts', from: '${verb} ${plainLine(words)}`', to: '${verb} ${words}`' },
  { row: 'H22', file: 'scripts/core/discovery.ts', from: "'`'.repeat(longest + 1)", to: "'`'.repeat(3)" },
  {
    row: 'H23',
    file: 'scripts/view/progress.ts',
    from: '${dim(oneLine(event.title))}',
    to: '${dim(plain(event.title))}',
  },
  {
    row: 'H24',
    file: 'scripts/commands/command.ts',
    from: 'const seen = visible(text)',
    to: 'const seen = `${text}\\u009b`',
  },
  { row: 'H25', file: 'scripts/mcp/answers.ts', from: ".replace(/[\\u{e0000}-\\u{e007f}]/gu, '')", to: '' },
  {
    row: 'H27',
    file: 'scripts/core/edit.ts',
    from: "const result = kept.join('') + text.slice(at)",
    to: "const result = [...kept.join(''), ...text.slice(at)].join('')",
  },
  {
    row: 'H28',
    file: 'test/fuzz/oracle-card.ts',
    from: 'must(gone >= 0 && whole,',
    to: 'must(true || whole,',
  },
  {
    row: 'H26',
    file: 'scripts/commands/plan.ts',
    from: '[entry.card.id, entry]',
    to: '[entry.card.id, { ...entry, before: prepared.plan.slice(0, prepared.plan.indexOf(entry)) }]',
  },
  {
    row: 'H29',
    file: 'scripts/view/page/markdown.ts',
    from: 'new MarkdownIt({ html: false,',
    to: 'new MarkdownIt({ html: true,',
  },
  {
    row: 'H30',
    file: 'scripts/view/page/markdown.ts',
    from: 'if (/^(?:https?:\\/\\/|mailto:)/i.test(written)) return written',
    to: 'if (/^(?:[a-z]+:|\\/)/i.test(written)) return written',
  },
  { row: 'H31', file: 'scripts/view/page/html.ts', from: 'replace(/[&<>"\']/g,', to: 'replace(/[&>"\']/g,' },
  {
    row: 'H32',
    file: 'scripts/io/page-server.ts',
    from: 'a.length === b.length && timingSafeEqual(a, b)',
    to: 'a.length === b.length && (timingSafeEqual(a, b) || true)',
  },
  {
    row: 'H33',
    file: 'scripts/io/page-server.ts',
    from: 'if (!own.includes(host.toLowerCase()))',
    to: "if (host === '' || own.length === 0)",
  },
  {
    row: 'H34',
    file: 'scripts/io/page-server.ts',
    from: 'if (!reads && request.headers.origin === undefined)',
    to: "if (!reads && request.headers.origin === '')",
  },
  { row: 'H35', file: 'scripts/view/svg.ts', from: ".replaceAll('<', '&lt;')", to: '' },
  { row: 'H36', file: 'scripts/view/mermaid.ts', from: '(sign) => `#${sign.codePointAt(0)};`', to: '(sign) => sign' },
  { row: 'H37', file: 'scripts/view/dot.ts', from: ".replaceAll('\"', '\\\\\"')", to: '' },
  { row: 'H38', file: 'scripts/view/markup.ts', from: 'replace(/[&<>"\']/g, (sign)', to: 'replace(/[<>"\']/g, (sign)' },
  { row: 'H39', file: 'scripts/core/plain.ts', from: "[${passedOver}]*:)`, 'gmu')", to: "[${passedOver}]*:)`, 'u')" },
  {
    row: 'H40',
    file: 'scripts/view/job-summary.ts',
    from: "'`'.repeat(longest + 1)",
    to: "'`'.repeat(longest ? 3 : 0)",
  },
]
