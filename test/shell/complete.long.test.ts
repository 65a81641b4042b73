/** `mikado complete`, as the completion scripts ask it. */
import { mkdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { diamond } from '../cli/diamond.ts'
import { meet } from '../rig/faults.ts'
import { card, type Ran, TestRepository, task, until, waitsFor } from '../rig/repository.ts'

const repository = new TestRepository({
  ...diamond,
  'docs/base.md': card({ title: 'Base', complete: true }),
  'docs/page.md': '# Just a page\n',
  'inside/deep/file': '',
})
afterAll(() => repository[Symbol.dispose]())

async function told(...words: string[]): Promise<string> {
  return said(await repository.mikado('complete', '--', ...words))
}

/** What was told; whatever happens, nothing is said on stderr, and the exit code is 0. */
function said({ code, stdout, stderr }: Ran): string {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

describe.concurrent('tells', () => {
  it.each([
    [['run', ''], 'goal\tThe goal\n'],
    [['show', 'le'], 'left\tLeft (ready)\n'],
    [['close', ''], 'left\tLeft (ready)\nright\tRight (ready)\ngoal\tThe goal\n'],
    [['reopen', ''], 'base\tBase (complete)\n'],
    [['why', ''], 'left\tLeft (ready)\nright\tRight (ready)\ngoal\tThe goal\nbase\tBase (complete)\n'],
    [['docs-mikado', 'b'], 'base\tBase (complete)\n'],
    [['run', '--force', 'b'], 'base\tBase (complete)\n'],
    [['discover', 'A title', '--for=g'], '--for=goal\tThe goal\n'],
    [['reopen', 'base', ''], 'left\tLeft (ready)\nright\tRight (ready)\ngoal\tThe goal\n'],
    [['run', '--color', ''], 'auto\ton a terminal\nalways\t\nnever\t\n'],
    [['run', '--output=s'], '--output=stream\tas it comes\n'],
    [['ru'], 'run\twork a goal: run, prove and mark every card it requires\n'],
    [['hook', 'un'], 'uninstall\t\n'],
    [['completion', ''], 'bash\t\nzsh\t\nfish\t\n'],
    [['-C', ''], '\tfolder\n'],
    [['why', 'docs/le'], '\tfile\n'],
    [['log', '--last', ''], ''],
    [['discover', ''], ''],
    [['nonsense', ''], ''],
    [['complete', ''], ''],
  ])('for %j what may stand there', async (words, text) => {
    expect(await told(...words)).toBe(text)
  })

  it('every command but hidden ones, and every option of one', async () => {
    expect(await told('')).toMatch(/^list\tthe goals.*\nshow\t/)
    expect(await told('')).not.toMatch(/^(?:complete|docs-mikado)\t/m)
    expect(await told('lint', '--s')).toBe(
      '--strict\twarnings count too: exit 65 on any\n--schema\tprint the frontmatter of a card as JSON Schema\n',
    )
  })

  it('cards of the folder that -C names, from any folder', async () => {
    const from = (words: string[], cwd: string, env = {}) =>
      repository.start(['complete', '--', ...words, 'run', ''], env, { cwd }).ended.then(said)
    expect(await from(['-C', repository.root], '/')).toBe('goal\tThe goal\n')
    expect(await from([`--cd=${repository.path('inside')}`], '/')).toBe('goal\tThe goal\n')
    expect(await from([], repository.path('inside/deep'))).toBe('goal\tThe goal\n')
    expect(await from(['-C', '~/deep'], '/', { HOME: repository.path('inside') })).toBe('goal\tThe goal\n')
    expect(await from(['-C', '/nowhere'], repository.root)).toBe('')
  })

  it('what is typed with quotes, when it is asked so', async () => {
    const typed = async (...words: string[]) => said(await repository.mikado('complete', '--typed', '--', ...words))
    expect(await typed('show', '"le')).toBe('left\tLeft (ready)\n')
    expect(await typed("'show'", 'l\\e')).toBe('left\tLeft (ready)\n')
    expect(await told('show', '"le')).toBe('')
  })

  it('no cards outside of a repository, but commands and options', async () => {
    const outside = (...words: string[]) =>
      repository.start(['complete', '--', ...words], {}, { cwd: '/' }).ended.then(said)
    expect(await outside('run', '')).toBe('')
    expect(await outside('lin')).toMatch(/^lint\t/)
    expect(await outside('lint', '--st')).toMatch(/^--strict\t/)
  })

  it('for mise what stands behind the task, a colon before what it means, and no word that wants quotes', async () => {
    using odd = new TestRepository({
      ...diamond,
      'docs/how to.md': card({ title: 'Spaces' }),
      'docs/a:b.md': card({ title: '"With: colons"' }),
    })
    const mise = (task: string, before: string, ...words: string[]) =>
      odd.mikado('complete', '--mise', task, '--before', before, '--', 'mise', ...words).then(said)
    expect(await mise('mikado', '', 'run', 'mikado', 'show', '')).toBe('a\\:b:With: colons (ready)\ngoal:The goal\n')
    expect(await mise('mikado', '', 'run', '-q', 'mikado', '--', 'show', 'le')).toBe('left:Left\n')
    expect(await mise('work', 'run goal', 'work', '--', '--keep')).toMatch(/^--keep-going:/)
    expect(await mise('work', 'reopen', 'run', 'work', '-C', '')).toBe('')
  })
})

describe('whatever is wrong', () => {
  it.each([
    ['settings', { 'package.json': '{"mikado": 1}' }],
    ['a package.json that is none', { 'package.json': '{"mikado"' }],
    ['no documents', { 'docs/base.md': '' }],
  ])('%s: less is told, and nothing else', async (_, files) => {
    using broken = new TestRepository(files)
    expect(said(await broken.mikado('complete', '--', 'run', ''))).toBe('')
    expect(said(await broken.mikado('complete', '--', 'ru'))).toMatch(/^run\t/)
  })

  it('in one document, the others are told', async () => {
    using broken = new TestRepository({ ...diamond, 'docs/bad.md': '---\nstatus: [\n', 'docs/bin.md': '\u0000' })
    expect(said(await broken.mikado('complete', '--', 'run', 'g'))).toBe('goal\tThe goal\n')
    expect(said(await broken.mikado('complete', '--', 'why', 'ba'))).toBe(
      'base\tBase (ready)\nbad\tbad (has an error)\n',
    )
    expect(said(await broken.mikado('complete', '--', 'reopen', 'bad'))).toBe('')
  })

  it('documents whose names could forge a line are not told', async () => {
    const names = ['tab\there', 'new\nline', 'esc\u001b[31m', 'turn\u202eround']
    using odd = new TestRepository({
      'docs/plain.md': card({ title: '"tab\\there \\u001b[31m\\nrun\\tforged"' }),
      ...Object.fromEntries(names.map((name) => [`docs/${name}.md`, card()])),
    })
    expect(said(await odd.mikado('complete', '--', 'why', ''))).toBe('plain\ttab here [31m run forged (ready)\n')
  })

  it('a reader that goes away early is no trouble', async () => {
    const started = repository.start(['complete', '--', ''])
    started.child.stdout?.destroy()
    expect(await started.ended).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('it', () => {
  it('reads no document for commands, options, values, files', async () => {
    const words = [[''], ['run', '--'], ['run', '--output', ''], ['-C', ''], ['hook', '']]
    for (const line of words) {
      const { effects, stdout } = await meet(repository, ['complete', '--', ...line])
      expect(
        effects.filter(({ path }) => path.startsWith('docs')),
        line.join(' '),
      ).toEqual([])
      expect(stdout).not.toBe('')
    }
    const { effects } = await meet(repository, ['complete', '--', 'run', ''])
    expect(effects.map(({ path }) => path)).toContain('docs/goal.md')
    expect(effects.filter(({ kind, op }) => kind !== 'look' && op !== 'close')).toEqual([])
  })

  it('waits for no run that holds the lock', async () => {
    using busy = new TestRepository({ ...diamond, 'tasks/base.ts': task('base', waitsFor('go')) })
    const run = busy.start(['run', 'goal'])
    await until(
      'the task runs',
      () => busy.names('.mikado').includes('lock') && run.output.stdout + run.output.stderr !== '',
    )
    expect(said(await busy.mikado('complete', '--', 'run', 'go'))).toBe('goal\tThe goal\n')
    expect(run.child.exitCode).toBeNull()
    busy.write({ go: '' })
    expect((await run.ended).code).toBe(0)
  })

  it('keeps what it read of many documents, until one of them looks otherwise', async () => {
    /** Files are trusted that are some seconds old: to a program whose clock is ahead, all are. */
    const later = { NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '../rig/later.ts')).href}` }
    const files = Array.from({ length: 300 }, (_, at) => [`docs/c${at}.md`, card({ title: `Card ${at}` })])
    using many = new TestRepository(Object.fromEntries(files))
    mkdirSync(many.path('.mikado'), { mode: 0o700 })
    const ask = async (word: string) => said(await many.start(['complete', '--', 'run', word], later).ended)
    expect(await ask('c29')).toMatch(/^c29\tCard 29 \(ready\)\nc290\t/)
    const kept = many.read('.mikado/cache/complete.answer')
    many.write({ '.mikado/cache/complete.answer': kept.replace('Card 29"', 'Kept 29"') })
    expect(await ask('c29')).toMatch(/^c29\tKept 29 \(ready\)\nc290\tCard 290/)
    expect(await ask('c7')).toMatch(/^c7\tCard 7 \(ready\)\n/)
    many.write({ 'docs/c29.md': card({ title: 'New' }) })
    utimesSync(many.path('docs/c29.md'), 1, 1)
    expect(await ask('c29')).toMatch(/^c29\tNew \(ready\)\n/)
    // Cut, it is nothing.
    many.write({ '.mikado/cache/complete.answer': many.read('.mikado/cache/complete.answer').slice(0, -9) })
    expect(await ask('c29')).toMatch(/^c29\tNew \(ready\)\n/)
    rmSync(many.path('docs/c29.md'))
    expect(await ask('c29')).toMatch(/^c290\t/)
  })
})
