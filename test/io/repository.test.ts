import { mkdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../../scripts/core/exit.ts'
import { findRepository } from '../../scripts/io/repository.ts'
import { Folder } from './folder.ts'

const settings = (mikado: unknown) => JSON.stringify({ name: 'x', mikado })
const defaults = { docs: 'docs', tasks: 'tasks', timeoutMs: null, target: [], lint: undefined, main: null }

/** Code, message and help of the refusal. */
function refusal(start: string): [number, string, string | null] {
  try {
    findRepository(start)
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.message, error.help]
    throw error
  }
  throw new Error('it was found')
}

describe('a repository', () => {
  it('is the nearest folder upwards with documents', () => {
    using folder = new Folder({ 'docs/a/b/c.md': '', 'inner/docs/a.md': '', 'inner/deep/x': '' })
    const found = { root: folder.root, settings: defaults, data: folder.path('.mikado') }
    expect(findRepository(folder.root)).toMatchObject(found)
    expect(findRepository(folder.path('docs/a/b'))).toMatchObject(found)
    expect(findRepository(folder.path('inner/deep')).root).toBe(folder.path('inner'))
  })

  it('is the nearest folder with settings, too', () => {
    const lint = { rules: { 'broken-link': 'error' }, required: ['title'] }
    const all = {
      docs: 'handbook/',
      tasks: 'ops/tasks',
      timeout: '5m',
      target: ['ZOT_URL', 'STAGE'],
      lint,
      main: 'trunk',
    }
    using folder = new Folder({ 'package.json': settings(all), 'handbook/a.md': '', 'src/x': '' })
    expect(findRepository(folder.path('src'))).toMatchObject({
      root: folder.root,
      data: folder.path('.mikado'),
      settings: {
        ...{ docs: 'handbook', tasks: 'ops/tasks', timeoutMs: 300_000, target: ['ZOT_URL', 'STAGE'] },
        lint,
        main: 'trunk',
      },
    })
  })

  it('needs no settings in its package.json, nor a package.json that can be read', () => {
    using folder = new Folder({ 'docs/a.md': '', 'package.json': '{"name": "x"}' })
    expect(findRepository(folder.root).settings).toEqual(defaults)
    for (const text of ['', 'null', '{ broken', '[]']) {
      folder.write('package.json', text)
      expect(findRepository(folder.root).settings).toEqual(defaults)
    }
  })

  it('ends at the folder of git, and is not looked for beyond', () => {
    using folder = new Folder({ 'docs/a.md': '', 'inner/.git/HEAD': '', 'inner/deep/x': '' })
    const help = 'Make a docs folder there, name another repository with -C, or set `mikado.docs` in package.json.'
    const from = folder.path('inner/deep')
    expect(refusal(from)).toEqual([65, `no docs folder in ${from} or above, up to ${folder.path('inner')}`, help])
    expect(refusal(folder.path('inner'))).toEqual([65, `no docs folder in ${folder.path('inner')}`, help])
  })

  it('is not looked for where there is no folder', () => {
    using folder = new Folder({ file: '' })
    const help = 'Name the repository, or a folder in it, with -C.'
    expect(refusal(folder.path('gone'))).toEqual([64, `${folder.path('gone')} is not a folder`, help])
    expect(refusal(folder.path('file'))).toEqual([64, `${folder.path('file')} is not a folder`, help])
  })

  it('without the documents folder of its settings is refused', () => {
    using folder = new Folder({ 'package.json': settings({ docs: 'handbook' }), 'docs/a.md': '' })
    const told = [65, `${folder.path('handbook')}: no such folder`, 'Make it, or set `mikado.docs` in package.json.']
    expect(refusal(folder.root)).toEqual(told)
    folder.write('handbook', 'a file')
    expect(refusal(folder.root)).toEqual(told)
  })
})

describe('settings', () => {
  it.each([
    ['text', '`mikado` must be an object', 'It may hold docs, tasks, timeout, target, lint, main.'],
    [null, '`mikado` must be an object', 'It may hold docs, tasks, timeout, target, lint, main.'],
    [[], '`mikado` must be an object', 'It may hold docs, tasks, timeout, target, lint, main.'],
    [{ docs: 7 }, '`mikado.docs` must be a folder of the repository', 'Write its path relative to package.json.'],
    [{ docs: '../x' }, '`mikado.docs` must be a folder of the repository', 'Write its path relative to package.json.'],
    [
      { tasks: 'a/../..' },
      '`mikado.tasks` must be a folder of the repository',
      'Write its path relative to package.json.',
    ],
    [{ timeout: 'soon' }, '`mikado.timeout` must be a duration', 'For instance "5m".'],
    [{ timeout: 0 }, '`mikado.timeout` must be a duration', 'For instance "5m".'],
    [{ target: 'URL' }, '`mikado.target` must be a list of environment variables', 'For instance ["ZOT_URL"].'],
    [{ target: [1] }, '`mikado.target` must be a list of environment variables', 'For instance ["ZOT_URL"].'],
    [{ doc: 'x' }, '`mikado.doc` is no setting', 'Did you mean `docs`?'],
    [{ verbosity: 1 }, '`mikado.verbosity` is no setting', 'There are docs, tasks, timeout, target, lint, main.'],
  ])('%j are refused', (mikado, message, help) => {
    using folder = new Folder({ 'package.json': settings(mikado) })
    mkdirSync(folder.path('docs'))
    expect(refusal(folder.root)).toEqual([65, `${folder.path('package.json')}: ${message}`, help])
  })

  it('in a package.json that cannot be read are refused, not passed over', () => {
    using folder = new Folder({ 'package.json': '{"mikado": {"docs": }', 'docs/a.md': '' })
    const [code, message, help] = refusal(folder.root)
    expect([code, help]).toEqual([65, null])
    expect(message.startsWith(`${folder.path('package.json')} is not JSON: Unexpected token '}'`)).toBe(true)
  })
})
