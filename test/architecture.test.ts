/** The table of scripts/README.md, held: which room may import which. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Every import of a file; whether it is of types only, and whether it is late: loaded when asked for. */
function importsOf(file: string): { from: string; types: boolean; late: boolean }[] {
  const text = readFileSync(join(root, file), 'utf8')
  const pattern = /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?'([^']+)'|(?<!typeof )import\('([^']+)'\)/gm
  return [...text.matchAll(pattern)].map((match) => ({
    types: match[1] !== undefined,
    late: match[3] !== undefined,
    from: (match[2] ?? match[3] ?? '').startsWith('.')
      ? relative(root, join(root, dirname(file), match[2] ?? match[3] ?? ''))
      : (match[2] ?? match[3] ?? ''),
  }))
}

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

const scripts = filesIn('scripts')
const roomOf = (file: string) => file.replace(/^scripts\//, '').replace(/\/.*$/, '')

/** What each room may import of ours. */
const allowed: Record<string, string[]> = {
  'mikado.ts': ['commands', 'core', 'io'],
  commands: ['commands', 'engine', 'mcp', 'page', 'run.ts', 'work.ts', 'io', 'view', 'core'],
  mcp: ['mcp', 'io', 'view', 'core'],
  page: ['page', 'io', 'view', 'core'],
  engine: ['engine', 'io', 'core'],
  'run.ts': ['work.ts', 'core'],
  'work.ts': ['prove.ts', 'core'],
  'prove.ts': ['core'],
  io: ['io', 'core'],
  view: ['view', 'core'],
  core: ['core'],
  worker: ['worker', 'core', 'io', 'index.ts'],
  'index.ts': [],
}

describe('the rooms of scripts/', () => {
  it.each(scripts)('%s imports only what its room may', (file) => {
    const room = roomOf(file)
    expect(Object.keys(allowed)).toContain(room)
    const own = importsOf(file).filter(({ from }) => from.startsWith('scripts/'))
    // Types of the public entry are everybody's.
    const counted = own.filter(({ from, types }) => !(types && from === 'scripts/index.ts'))
    expect(counted.map(({ from }) => from).filter((from) => !allowed[room]?.includes(roomOf(from)))).toEqual([])
  })

  it('only io/ and worker/ touch files and processes, but for the size of the machine and a look at a file', () => {
    const effects = /^(?:node:)?(?:fs|child_process|net|http|https|sqlite|readline|os)(?:\/|$)/
    const found = scripts
      .filter((file) => !['io', 'worker'].includes(roomOf(file)))
      .flatMap((file) =>
        importsOf(file)
          .filter(({ from }) => effects.test(from))
          .map(({ from }) => `${file}: ${from}`),
      )
    expect(found).toEqual(['scripts/commands/log.ts: node:fs', 'scripts/commands/options.ts: node:os'])
  })

  it('only mikado.ts touches argv, signals and the exit code', () => {
    const touching = scripts.filter((file) =>
      /process\.(?:argv|exitCode|on\()/.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(touching).toEqual(['scripts/mikado.ts', 'scripts/worker/main.ts'])
  })

  it('core/ has no clock and no chance', () => {
    for (const file of scripts.filter((name) => roomOf(name) === 'core')) {
      expect(readFileSync(join(root, file), 'utf8'), file).not.toMatch(
        /Date\.now|new Date\(|Math\.random|setTimeout|\bprocess\.\w/,
      )
    }
  })

  it('nothing that only reads cards loads zx, or a library that most documents do not need', () => {
    const seen = new Set<string>()
    const visit = (file: string) => {
      if (seen.has(file)) return
      seen.add(file)
      for (const { from, types, late } of importsOf(file))
        if (from.startsWith('scripts/') && !types && !late) visit(from)
    }
    for (const name of ['mikado', 'commands/list', 'commands/show', 'commands/ready', 'view/layout'])
      visit(`scripts/${name}.ts`)
    expect(seen).toContain('scripts/core/frontmatter.ts')
    const outside = [...seen].flatMap((file) =>
      importsOf(file)
        .filter(({ types, late }) => !types && !late)
        .map(({ from }) => from),
    )
    expect(outside.filter((from) => /^(?:zx|es-module-lexer|gray-matter|yaml|chalk|@hpcc-js)/.test(from))).toEqual([])
  })

  it('Node’s crypto is imported only by what is loaded for a page, an engine or an agent; all else asks `sha256` for it', () => {
    const importing = scripts.filter((file) => importsOf(file).some(({ from }) => from === 'node:crypto'))
    expect(importing.filter((file) => !['page', 'engine', 'mcp'].includes(roomOf(file)))).toEqual([
      'scripts/io/page-door.ts',
      'scripts/io/page-server.ts',
    ])
  })

  it('nothing but a task’s own process loads zx, and that process uses of io/ only the lock and the session', () => {
    const loading = (wanted: (from: string, file: string) => boolean) =>
      scripts.flatMap((file) =>
        importsOf(file)
          .filter(({ from, types }) => !types && wanted(from, file))
          .map(({ from }) => `${file}: ${from}`),
      )
    expect(loading((from) => /^zx(?:\/|$)/.test(from))).toEqual([])
    const asking = scripts.filter((file) => /load\('zx/.test(readFileSync(join(root, file), 'utf8')))
    expect(asking).toEqual(['scripts/worker/context.ts'])
    expect(loading((from, file) => roomOf(file) === 'worker' && roomOf(from) === 'io')).toEqual([
      'scripts/worker/context.ts: scripts/io/lock.ts',
      'scripts/worker/main.ts: scripts/io/lock.ts',
      'scripts/worker/main.ts: scripts/io/session.ts',
      'scripts/worker/watch.ts: scripts/io/session.ts',
    ])
  })

  it('nothing but mcp/ loads the protocol’s library and zod, and mcp/ is loaded only when it serves', () => {
    const found = scripts.flatMap((file) => importsOf(file).map((entry) => ({ file, ...entry })))
    const heavy = found.filter(({ from, types }) => !types && /^(?:@modelcontextprotocol|zod)(?:\/|$)/.test(from))
    expect([...new Set(heavy.map(({ file }) => roomOf(file)))]).toEqual(['mcp'])
    const entered = found.filter(({ file, from }) => roomOf(from) === 'mcp' && roomOf(file) !== 'mcp')
    expect(entered.map(({ file, from, late }) => ({ file, from, late }))).toEqual([
      { file: 'scripts/commands/mcp.ts', from: 'scripts/mcp/server.ts', late: true },
    ])
  })

  it('nothing but engine/ loads the libraries of the engine, when one is asked for, and engine/ is loaded only then', () => {
    const found = scripts.flatMap((file) => importsOf(file).map((entry) => ({ file, ...entry })))
    const heavy = found.filter(({ from, types }) => !types && /^(?:bullmq|ioredis)(?:\/|$)/.test(from))
    expect(heavy.map(({ file, late }) => [file, late])).toEqual([
      ['scripts/engine/bullmq.ts', true],
      ['scripts/engine/bullmq.ts', true],
    ])
    const entered = found.filter(
      ({ file, from, types }) => roomOf(from) === 'engine' && roomOf(file) !== 'engine' && !types,
    )
    expect([...new Set(entered.map(({ file, from, late }) => `${file} ${from} ${late ? 'late' : 'at once'}`))]).toEqual(
      [
        'scripts/commands/elsewhere.ts scripts/engine/connect.ts late',
        'scripts/commands/worker.ts scripts/engine/connect.ts late',
        'scripts/commands/workers.ts scripts/engine/connect.ts late',
      ],
    )
  })

  it('nothing but the page loads the library for Markdown, and the page is loaded only when it is asked for', () => {
    const found = scripts.flatMap((file) => importsOf(file).map((entry) => ({ file, ...entry })))
    const markdown = found.filter(({ from, types }) => !types && /^markdown-it(?:\/|$)/.test(from))
    expect(markdown.map(({ file }) => file)).toEqual(['scripts/view/page/markdown.ts'])
    const within = (file: string) => roomOf(file) === 'page' || file.startsWith('scripts/view/page/')
    const entered = found.filter(({ file, from, types }) => within(from) && !within(file) && !types)
    expect([...new Set(entered.map(({ file, late }) => `${file} ${late ? 'late' : 'at once'}`))]).toEqual([
      'scripts/commands/view.ts late',
    ])
  })

  it('import one another in no circle', () => {
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' → ')]
      if (done.has(file)) return []
      const circles = importsOf(file)
        .filter(({ from, types, late }) => from.startsWith('scripts/') && !types && !late)
        .flatMap(({ from }) => visit(from, [...path, file]))
      done.add(file)
      return circles
    }
    expect(scripts.flatMap((file) => visit(file, []))).toEqual([])
  })

  it('has no file beyond 250 lines', () => {
    const long = scripts.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 251)
    expect(long).toEqual([])
  })
})

describe('tasks/', () => {
  it('import the runner only through its public entry', () => {
    const reached = filesIn('tasks').flatMap((file) =>
      importsOf(file)
        .filter(({ from }) => from.startsWith('scripts/'))
        .map(({ from }) => from),
    )
    expect([...new Set(reached)]).toEqual(['scripts/index.ts'])
  })
})
