/** Broken builds that the promises about files and disks must notice. */
import type { Break } from './break.ts'

const unsynced = { file: 'scripts/io/replace.ts', from: '      syncOpenFolder(folder)\n', to: '' }

export const breaks: Break[] = [
  {
    row: 'F1',
    file: 'scripts/io/replace.ts',
    from: '      write(temporary, text, like)\n',
    to: '      temporary = target\n      write(temporary, text, like)\n',
  },
  {
    row: 'F2',
    file: 'scripts/io/replace.ts',
    from: 'if (statSync(scratch).dev === fstatSync(folder).dev) return',
    to: 'if (statSync(scratch).dev === fstatSync(folder).dev || true) return',
  },
  { row: 'F3', file: 'scripts/io/marks.ts', from: "message.split(', ', 1)[0] ?? message", to: 'message' },
  {
    row: 'F4',
    file: 'scripts/io/folder.ts',
    from: 'mkdirSync(path, { mode: 0o700 })',
    to: 'mkdirSync(path, { mode: 0o700, recursive: true })',
  },
  { row: 'F5', file: 'scripts/io/replace.ts', from: "code !== 'EXDEV') throw error", to: "code !== '') throw error" },
  {
    row: 'F6',
    file: 'scripts/io/marks.ts',
    from: "still(edited.text) ? 'is marked, but may not outlive a power cut' : 'cannot be written'",
    to: "'cannot be written'",
  },
  { row: 'F6', ...unsynced },
  {
    row: 'F7',
    file: 'scripts/mikado.ts',
    from: "return error instanceof Error && 'syscall' in error && 'code' in error",
    to: "return error instanceof Error && 'syscall' in error && 'code' in error && error.code !== 'EMFILE'",
  },
  { row: 'F8', file: 'scripts/io/replace.ts', from: '    return realpathSync(path)\n', to: '    return path\n' },
  {
    row: 'F9',
    file: 'scripts/io/documents.ts',
    from: "if (!found.isFile()) return { text: null, why: found.isDirectory() ? 'is a folder' : 'is no file' }",
    to: "if (found.isDirectory()) return { text: null, why: 'is a folder' }",
  },
  {
    row: 'F10',
    file: 'scripts/io/documents.ts',
    from: "code === 'ENOENT' && isThere(path) ? 'is a link that leads nowhere' : 'is gone'",
    to: "'is gone or no longer UTF-8 text'",
  },
  {
    row: 'F11',
    file: 'scripts/io/documents.ts',
    from: '  if (text !== null && !/\\S/.test(text)) return null\n',
    to: '',
  },
  {
    row: 'F12',
    file: 'scripts/core/edit.ts',
    from: '  if (line) return',
    to: '  if (line && !line.checked) return',
  },
  {
    row: 'F12',
    file: 'scripts/core/edit.ts',
    from: "  if (text.trim() === '') return 'it is empty now'\n",
    to: '',
  },
  {
    row: 'F12',
    file: 'scripts/core/edit.ts',
    from: 'find((each) => !required.includes(String(each)))',
    to: 'find((each) => required.length < 0 && each)',
  },
  {
    row: 'F13',
    file: 'scripts/io/replace.ts',
    from: '      if (!still()) {',
    to: '      if (path === text) {',
  },
  { row: 'F14', file: 'scripts/io/replace.ts', from: '      fchownSync(file, owner, gid)\n', to: '' },
  {
    row: 'F15',
    file: 'scripts/io/documents.ts',
    from: "if (entry.name.startsWith('.') ||",
    to: 'if (',
  },
  {
    row: 'F16',
    file: 'scripts/io/store.ts',
    from: '  makeDataFolder(repository) //',
    to: '  //',
  },
  {
    row: 'F17',
    file: 'scripts/io/journal.ts',
    from: 'makeOneFolder(repository.data)',
    to: 'openFolder(repository.data)',
  },
  {
    row: 'F18',
    file: 'scripts/commands/commits.ts',
    from: '    if (away !== null) return no(away)\n',
    to: '',
  },
  {
    row: 'F19',
    file: 'scripts/commands/commits.ts',
    from: '    if (away !== null) return no(`${away}: ${card.id} was left active`)\n',
    to: '',
  },
  {
    row: 'F20',
    file: 'scripts/core/graph.ts',
    from: 'card.id.normalize().toLowerCase()',
    to: 'card.id',
  },
  {
    row: 'F21',
    file: 'scripts/io/store.ts',
    from: 'Buffer.byteLength(card) > 200 ?',
    to: 'card === null ?',
  },
]
