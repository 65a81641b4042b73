/** Answers that are kept: told again while all they rest on looks the same, and never when something does not. */
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { card, isRoot, type Ran, TestRepository, task } from '../rig/repository.ts'

/** Of fewer documents no answer is kept. */
const many = Object.fromEntries(
  Array.from({ length: 100 }, (_, at) => [`docs/c${at}.md`, card({ title: `Card ${at}` })]),
)
/** Files are trusted that are some seconds old: to a program whose clock is ahead, all are. */
const later = { NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '../rig/later.ts')).href}` }

function call(repository: TestRepository, words: string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return repository.start(words, { ...later, ...env }).ended
}

/** A time of a whole second, which can be set back to the last bit. */
const long = 1_700_000_000

/** A repository with the answer to these words kept, and marked: whoever tells it shows the mark. */
async function asked(words: string[], files: Record<string, string> = {}): Promise<TestRepository> {
  const repository = new TestRepository({ ...many, ...files })
  mkdirSync(repository.path('.mikado'), { mode: 0o700 })
  symlinkSync('../elsewhere/linked.md', repository.path('docs/linked.md'))
  repository.write({ 'elsewhere/linked.md': card(), 'elsewhere/other.md': card() })
  utimesSync(repository.path('docs/c5.md'), long, long)
  await call(repository, words)
  mark(repository, words[0] ?? '')
  return repository
}

const mark = (repository: TestRepository, command: string) => {
  const name = `.mikado/cache/${command}.answer`
  const [head = ''] = repository.read(name).split('\n')
  const kept = 'KEPT\n'
  const marked = { ...JSON.parse(head), said: [['stdout', kept.length]] }
  repository.write({ [name]: `${JSON.stringify(marked)}\n${kept}` })
}

/** What is told, and what would be without anything kept. */
async function both(repository: TestRepository, words: string[], env: NodeJS.ProcessEnv = {}) {
  const told = repository.told(await call(repository, words, env))
  rmSync(repository.path('.mikado/cache'), { recursive: true, force: true })
  return { told, anew: repository.told(await call(repository, words, env)) }
}

describe.concurrent('an answer', () => {
  it.each([['list'], ['list', '--json'], ['lint'], ['lint', '--strict'], ['show', 'c7']])(
    'to `%s %s` is kept, byte by byte',
    async (...args) => {
      const words = args.filter((word) => typeof word === 'string')
      using repository = await asked(words)
      const name = `.mikado/cache/${words[0]}.answer`
      expect(repository.told(await call(repository, words))).toMatch(/^exit \d+\n--- stdout\nKEPT\n$/)
      rmSync(repository.path(name))
      const first = await call(repository, words)
      expect(statSync(repository.path(name)).mode & 0o777).toBe(0o600)
      expect(await call(repository, words)).toEqual(first)
      expect(first.stdout).not.toContain('KEPT')
    },
  )

  it.each<[string, (repository: TestRepository) => void]>([
    [
      'a document was changed, its size and its time set back',
      (repository) => {
        const path = repository.path('docs/c5.md')
        repository.write({ 'docs/c5.md': repository.read('docs/c5.md').replaceAll('Card', 'Kard') })
        utimesSync(path, long, long)
      },
    ],
    ['a document was added', (repository) => repository.write({ 'docs/new.md': card() })],
    ['a document was taken away', (repository) => rmSync(repository.path('docs/c5.md'))],
    [
      'a document has another name',
      (repository) => renameSync(repository.path('docs/c5.md'), repository.path('docs/d5.md')),
    ],
    [
      'what a document links to was changed',
      (repository) => repository.write({ 'elsewhere/linked.md': card({ title: 'Anew' }) }),
    ],
    [
      'a document links to another file',
      (repository) => {
        rmSync(repository.path('docs/linked.md'))
        symlinkSync('../elsewhere/other.md', repository.path('docs/linked.md'))
      },
    ],
    [
      'the settings name another folder',
      (repository) => repository.write({ 'package.json': '{"mikado":{"docs":"elsewhere"}}' }),
    ],
    ['the answer was cut', (repository) => cut(repository, (text) => text.slice(0, -1))],
    ['the answer is longer', (repository) => cut(repository, (text) => `${text}more`)],
    ['the answer is nothing', (repository) => cut(repository, () => '')],
    [
      'the answer is of another program',
      (repository) => cut(repository, (text) => text.replace(process.version, 'v0.0.0')),
    ],
  ])('is found anew when %s', async (_, change) => {
    using repository = await asked(['list'])
    change(repository)
    const { told, anew } = await both(repository, ['list'])
    expect(told).not.toContain('KEPT')
    expect(told).toBe(anew)
  })

  it.each([
    ['other words', ['list', '--json'], {}],
    ['another width', ['list'], { COLUMNS: '40' }],
    ['colour', ['list', '--color', 'always'], {}],
    ['another environment', ['list'], { FORCE_COLOR: '1' }],
  ])('is found anew for %s', async (_, words, env) => {
    using repository = await asked(['list'])
    const { told, anew } = await both(repository, words, env)
    expect(told).not.toContain('KEPT')
    expect(told).toBe(anew)
  })

  it('is the same in another window of a terminal, and in another folder before', async () => {
    using repository = await asked(['list'])
    const elsewhere = { OLDPWD: '/elsewhere', SHLVL: '7', TMUX_PANE: '%9', SSH_TTY: '/dev/pts/9', _: '/usr/bin/mikado' }
    const { told } = await both(repository, ['list'], elsewhere)
    expect(told).toContain('KEPT')
  })

  it('that could not look into a folder is found anew when it may', async () => {
    using repository = new TestRepository({ ...many, 'docs/closed/x.md': card({ title: 'X' }) })
    const closed = repository.path('docs/closed')
    chmodSync(repository.root, 0o755)
    repository.giveAway()
    chmodSync(closed, 0)
    const ask = async () => repository.told(await repository.start(['list'], later, { asNobody: true }).ended)
    expect(await ask()).toContain('the folder cannot be read')
    mark(repository, 'list')
    expect(await ask()).toContain('KEPT')
    chmodSync(closed, 0o755)
    const opened = await ask()
    expect([opened.includes('KEPT'), opened.includes('cannot be read')]).toEqual([false, false])
  })

  it.skipIf(!isRoot)('of a repository that is somebody else’s is not kept (only root can make one)', async () => {
    using repository = new TestRepository(many)
    repository.giveAway()
    await call(repository, ['list'])
    expect(repository.names('.mikado')).toEqual([])
  })

  it('of files that are young is not kept, nor of few files', async () => {
    using young = new TestRepository(many)
    await young.mikado('list')
    expect(young.names('.mikado')).toEqual([])
    using few = new TestRepository({ 'docs/a.md': card() })
    await call(few, ['list'])
    expect(few.names('.')).toEqual(['docs'])
  })
})

const cut = (repository: TestRepository, change: (text: string) => string) => {
  repository.write({ '.mikado/cache/list.answer': change(repository.read('.mikado/cache/list.answer')) })
}

describe.concurrent('what lint says of tasks', () => {
  const tasks = { 'tasks/c5.mjs': task('c5') }

  it('is kept for as long as their files are the same', async () => {
    using repository = await asked(['lint'], tasks)
    expect(repository.told(await call(repository, ['lint']))).toContain('KEPT')
    repository.write({ 'tasks/c5.mjs': task('c5').replace('It is done', 'It is gone') })
    const { told, anew } = await both(repository, ['lint'])
    expect(told).toContain('proves "It is gone"')
    expect(told).toBe(anew)
  })

  it.each([
    ['it imports what may change', `import './shared.mjs'\n${task('c5')}`],
    ['it makes up the names of its checks', `export default { verify: { ['It is ' + 'done']: () => true } }\n`],
    ['it cannot be loaded', 'throw new Error("not today")\nexport default { verify: {} }\n'],
  ])('is not kept of a task when %s', async (_, text) => {
    using repository = new TestRepository({ ...many, 'tasks/c5.mjs': text, 'tasks/shared.mjs': '' })
    await call(repository, ['lint'])
    expect(repository.names('.mikado')).toEqual([])
  })
})

describe.concurrent('that there is nothing to do', () => {
  const done = {
    'docs/goal.md': card({ requires: ['base'] }),
    'docs/base.md': card(),
    'tasks/goal.mjs': task('goal'),
    'tasks/base.mjs': task('base'),
  }

  /** A goal that was worked, and of which a run found nothing to do. */
  async function worked(): Promise<TestRepository> {
    const repository = new TestRepository({ ...many, ...done })
    await call(repository, ['run', 'goal'])
    await call(repository, ['run', 'goal'])
    mark(repository, 'run')
    return repository
  }

  it('is told again, and leaves its trace in the journal', async () => {
    using repository = await worked()
    const before = repository.happened()
    expect(repository.told(await call(repository, ['run', 'goal']))).toBe('exit 0\n--- stdout\nKEPT\n')
    expect(repository.told(await call(repository, ['run', 'goal']))).toBe('exit 0\n--- stdout\nKEPT\n')
    expect(repository.happened().slice(before.length)).toEqual(['run-started', 'run-ended', 'run-started', 'run-ended'])
  })

  it.each<[string, (repository: TestRepository) => void]>([
    ['the journal is gone', (repository) => rmSync(repository.path('.mikado/journal.jsonl'))],
    [
      'the journal says something else',
      (repository) =>
        repository.write({
          '.mikado/journal.jsonl': repository.read('.mikado/journal.jsonl').replaceAll('"how":"ran"', '"how":"run"'),
        }),
    ],
    [
      'a check failed since',
      (repository) =>
        repository.write({
          '.mikado/journal.jsonl': `${repository.read('.mikado/journal.jsonl')}${JSON.stringify({ event: 'check-failed', run: 'r', time: '2026-01-01T00:00:00Z', card: 'base', phase: 'verify', check: 'It is done', message: '' })}\n`,
        }),
    ],
    ['a card was made active', (repository) => repository.write({ 'docs/base.md': card() })],
    ['a task was added', (repository) => repository.write({ 'tasks/again/base.mjs': task('base') })],
  ])('is found out anew when %s', async (_, change) => {
    using repository = await worked()
    change(repository)
    expect(repository.told(await call(repository, ['run', 'goal']))).not.toContain('KEPT')
  })
})
