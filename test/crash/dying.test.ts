/** A process that dies at each of its changes in turn, in memory of this one: what it leaves of the files it was writing. */
import { expect, test } from 'vitest'
import { Secrets } from '../../scripts/core/secret.ts'
import { createFile } from '../../scripts/io/create.ts'
import { replaceFile } from '../../scripts/io/replace.ts'
import { concealStep, loadOutputs, restore, saveOutputs } from '../../scripts/io/store.ts'
import { Folder } from '../io/folder.ts'
import { diesAt, watchFiles } from '../rig/watch-files.ts'

/** Every moment in turn, each in a folder of its own. Answers how many there are. */
function atEachMoment(make: () => Folder, action: (folder: Folder) => void, left: (folder: Folder) => void): number {
  for (let changes = 0; ; changes++) {
    using folder = make()
    const lived = diesAt(folder.root, changes, () => action(folder))
    left(folder)
    if (lived) return changes
  }
}

const living = (folder: Folder, action: () => void) =>
  expect(diesAt(folder.root, Number.POSITIVE_INFINITY, action)).toBe(true)

test('a file that is replaced is old or new whenever the process dies, and nothing is left beside it', () => {
  const moments = atEachMoment(
    () => new Folder({ 'docs/a.md': 'the old text' }),
    (folder) => replaceFile(folder.path('docs/a.md'), 'new', folder.path('tmp')),
    (folder) => {
      expect(['the old text', 'new']).toContain(folder.read('docs/a.md'))
      expect(folder.names('docs')).toEqual(['a.md'])
    },
  )
  expect(moments).toBeGreaterThan(5)
})

test('a new file is whole or not there whenever the process dies, and can be made again', () => {
  const make = (folder: Folder) => createFile(folder.path('docs/a.md'), 'a whole card')
  const moments = atEachMoment(
    () => new Folder(),
    (folder) => make(folder),
    (folder) => {
      const there = folder.names('docs').includes('a.md')
      if (there) expect(folder.read('docs/a.md')).toBe('a whole card')
      expect(make(folder)).toBe(!there)
      expect([folder.read('docs/a.md'), folder.names('docs').filter((name) => name.endsWith('.md'))]).toEqual([
        ...['a whole card', ['a.md']],
      ])
    },
  )
  expect(moments).toBeGreaterThan(4)
})

const older = { id: 1, key: 'older-secret' }
const newer = { id: 2, key: 'newer-secret' }
const masked = new Secrets()
for (const value of [older.key, newer.key, 'of-a-step']) masked.add(value)

/** Saved so many times. */
function withOutputs(times = 1): { folder: Folder; step: ReturnType<typeof concealStep> } {
  const folder = new Folder()
  const { repository } = folder
  let step: ReturnType<typeof concealStep> = null
  living(folder, () => {
    step = concealStep(repository, 'a', 'login', 'of-a-step', masked)
    for (let time = 0; time < times; time++) saveOutputs(repository, 'a', older, masked)
  })
  return { folder, step }
}

test.each([1, 2])(
  'what a card hands on is whole whenever the process dies, never the id of one work and the key of another (%d)',
  (times) => {
    let made = withOutputs(times)
    const moments = atEachMoment(
      () => {
        made = withOutputs(times)
        return made.folder
      },
      ({ repository }) => saveOutputs(repository, 'a', newer, masked),
      (folder) => {
        const { repository } = folder
        expect([older, newer]).toContainEqual(loadOutputs(repository, 'a', new Secrets()))
        expect(restore(repository, 'a', made.step, new Secrets())).toBe('of-a-step')
        living(folder, () => saveOutputs(repository, 'a', newer, masked))
        expect(loadOutputs(repository, 'a', new Secrets())).toEqual(newer)
        const kept = Object.values(JSON.parse(folder.read('.mikado/secrets/a.json')))
        expect(kept.sort()).toEqual(['newer-secret', 'of-a-step'])
      },
    )
    expect(moments).toBeGreaterThan(15)
  },
)

test('secrets that cannot be read are neither taken for nothing nor written over', () => {
  using folder = withOutputs().folder
  const before = folder.read('.mikado/secrets/a.json')
  const stop = watchFiles(folder.root, ({ op, path }, act) => {
    if (op === 'readFile' && path.endsWith('secrets/a.json'))
      throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' })
    return act()
  })
  try {
    expect(() => loadOutputs(folder.repository, 'a', new Secrets())).toThrow('EIO')
    expect(() => concealStep(folder.repository, 'a', 'again', 'of-a-step', masked)).toThrow('EIO')
    expect(() => saveOutputs(folder.repository, 'a', newer, masked)).toThrow('EIO')
  } finally {
    stop()
  }
  expect(folder.read('.mikado/secrets/a.json')).toBe(before)
  expect(loadOutputs(folder.repository, 'a', new Secrets())).toEqual(older)
})
