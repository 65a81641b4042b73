import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs, { closeSync, cpSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { hostname } from 'node:os'
import { basename, dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { claimLock, lockNamed, shareLock, tryLock, waitForLock, whoHolds } from '../../scripts/io/lock.ts'
import { Folder, moduleOf } from './folder.ts'

const program = (path: string, then: string) => `
  import { tryLock } from ${moduleOf('io/lock.ts')}
  const lock = tryLock(${JSON.stringify(path)})
  ${then}`
const node = (script: string) => ['--input-type=module', '-e', script]

/** Another process that holds the lock for as long as it lives. */
async function holder(path: string): Promise<ChildProcess> {
  const script = program(path, 'process.stdout.write(lock ? "held" : "null"); setInterval(() => lock, 1000)')
  const child = spawn(process.execPath, node(script), { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  expect(said.toString()).toBe('held')
  return child
}

it('is held by one, and by the next when it is released', async () => {
  using folder = new Folder()
  const path = folder.path('deep/lock')
  const first = tryLock(path)
  expect([first !== null, tryLock(path)]).toEqual([true, null])
  first?.release()
  const second = tryLock(path)
  expect(second).not.toBeNull()
  second?.release()
})

it('keeps other processes out', async () => {
  using folder = new Folder()
  const path = folder.path('lock')
  const lock = tryLock(path)
  const other = () => {
    const script = program(path, 'console.log(lock === null ? "taken" : "free")')
    return spawnSync(process.execPath, node(script), { encoding: 'utf8' })
  }
  expect(other()).toMatchObject({ stdout: 'taken\n', stderr: '', status: 0 })
  lock?.release()
  expect(other()).toMatchObject({ stdout: 'free\n', stderr: '', status: 0 })
})

it('is free again when its holder is killed, however hard', async () => {
  using folder = new Folder()
  const path = folder.path('lock')
  const child = await holder(path)
  expect(tryLock(path)).toBeNull()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = tryLock(path)
  expect(lock).not.toBeNull()
  lock?.release()
})

it('is waited for, and taken when its holder ends', async () => {
  using folder = new Folder()
  const path = folder.path('lock')
  const child = await holder(path)
  const waiting = waitForLock(path, new AbortController().signal)
  child.kill('SIGKILL')
  const lock = await waiting
  expect(tryLock(path)).toBeNull()
  lock.release()
})

it('is no longer waited for when that is no longer wanted', async () => {
  using folder = new Folder()
  const path = folder.path('lock')
  const lock = tryLock(path)
  const stop = new AbortController()
  const waiting = waitForLock(path, stop.signal)
  stop.abort(new Error('the run was stopped'))
  await expect(waiting).rejects.toThrow(new Error('the run was stopped'))
  lock?.release()
})

it('cannot be made where a file is in the way, which is no "taken"', async () => {
  using folder = new Folder({ file: '' })
  expect(() => tryLock(folder.path('file/lock'))).toThrow(/ENOTDIR|EEXIST/)
})

it('that was claimed is told with who has it, and is no longer told when it was released', async () => {
  using folder = new Folder()
  const path = folder.path('lock')
  expect(whoHolds(path)).toBeNull()
  const first = claimLock(path, 'run goal', Date.UTC(2026, 1, 20, 10))
  const holder = { pid: process.pid, host: hostname(), since: '2026-02-20T10:00:00.000Z', what: 'run goal' }
  expect(first).toMatchObject({ before: null })
  expect(claimLock(path, 'close card', 0)).toEqual({ lock: null, holder })
  expect(whoHolds(path)).toEqual(holder)
  if (first.lock) first.leave(null)
  expect([whoHolds(path), folder.names()]).toEqual([null, ['lock', 'locks']])
  const second = claimLock(path, 'run goal', 0)
  if (second.lock) second.leave(holder)
  const third = claimLock(path, 'run goal', 0)
  expect(third).toMatchObject({ before: holder })
  third.lock?.release()
})

describe('the note of a holder', () => {
  const note = (over: Record<string, unknown>) =>
    JSON.stringify({ pid: process.pid, host: hostname(), since: '2026-02-20T10:00:00.000Z', what: 'run old', ...over })

  it.each([
    ['that is dead', note({ pid: 2 ** 30 })],
    ['whose number another process has now', note({})],
    ['on another host', note({ host: 'elsewhere' })],
    ['from before the clock was set back', note({ since: '2999-01-01T00:00:00.000Z' })],
  ])('%s keeps nobody out, and is told to the next one', async (_, text) => {
    using folder = new Folder({ lock: '', 'lock.holder': text })
    expect(whoHolds(folder.path('lock'))).toBeNull()
    const claim = claimLock(folder.path('lock'), 'run new', 0)
    expect(claim).toMatchObject({ before: JSON.parse(text) })
    expect(whoHolds(folder.path('lock'))).toMatchObject({ what: 'run new' })
    claim.lock?.release()
  })

  it.each([
    '',
    '{"pid":',
    'null',
    '[]',
    '7',
    note({ pid: '1' }),
    note({ what: { a: 1 } }),
    '\u0000\ufffd',
    'x'.repeat(1e6),
  ])('that is none (%.20s) is no trouble', async (text) => {
    using folder = new Folder({ lock: '' })
    const path = folder.path('lock')
    const claim = claimLock(path, 'run new', 0)
    folder.write('lock.holder', text)
    expect(claimLock(path, 'run other', 0)).toEqual({ lock: null, holder: null })
    claim.lock?.release()
  })

  it('that cannot be written is not told as that of an earlier one', async () => {
    using folder = new Folder({ 'lock.holder/in the way': '' })
    const claim = claimLock(folder.path('lock'), 'run new', 0)
    expect(claimLock(folder.path('lock'), 'run other', 0)).toEqual({ lock: null, holder: null })
    claim.lock?.release()
  })
})

describe('a lock file', () => {
  it('that is deleted or replaced keeps nobody out, and its holder can see that', async () => {
    using folder = new Folder()
    const path = folder.path('run/lock')
    const first = tryLock(path)
    expect(first?.held()).toBe(true)
    rmSync(folder.path('run'), { recursive: true })
    expect(first?.held()).toBe(false)
    const second = tryLock(path)
    expect([first?.held(), second?.held()]).toEqual([false, true])
    first?.release()
    expect([second?.held(), tryLock(path)]).toEqual([true, null])
    second?.release()
  })

  it('that is replaced between being opened and being locked is not taken for the lock', async () => {
    using folder = new Folder({ lock: '' })
    const path = folder.path('lock')
    const open = openSync(path, 'r') // its number stays taken
    const { statSync } = fs
    let asked = 0
    const replace = () => {
      rmSync(path)
      writeFileSync(path, '')
    }
    // What another process does between the calls of this one.
    fs.statSync = ((...args: Parameters<typeof statSync>) => {
      if (args[0] === path) asked++
      if (args[0] === path && asked === 2) replace()
      const found = statSync(...args)
      if (args[0] === path && asked === 1) replace()
      return found
    }) as typeof statSync
    syncBuiltinESMExports()
    try {
      const lock = tryLock(path)
      expect([lock?.held(), tryLock(path)]).toEqual([true, null])
      lock?.release()
    } finally {
      fs.statSync = statSync
      syncBuiltinESMExports()
      closeSync(open)
    }
  })

  it.each([
    ['a folder', (path: string) => mkdirSync(path), /unable to open/],
    ['a text', (path: string) => writeFileSync(path, 'mine!'), /not a database/],
    ['garbage', (path: string) => writeFileSync(path, Buffer.alloc(5000, 0xa5)), /not a database/],
  ])('that is %s is refused, which is no "taken"', async (_, make, message) => {
    using folder = new Folder()
    make(folder.path('lock'))
    expect(() => tryLock(folder.path('lock'))).toThrow(message)
  })

  it.each([
    ['a journal', { 'lock-journal': 'half of a journal' }],
    ['an empty journal', { 'lock-journal': '' }],
    ['what other kinds of databases leave', { 'lock-wal': 'x'.repeat(100), 'lock-shm': 'x'.repeat(100) }],
  ])('beside which a killed holder left %s is free, and held by one', async (_, files) => {
    using folder = new Folder({ lock: '', ...files })
    const lock = tryLock(folder.path('lock'))
    expect([lock?.held(), tryLock(folder.path('lock'))]).toEqual([true, null])
    lock?.release()
  })

  it('that is copied with its folder while it is held is free in the copy', async () => {
    using folder = new Folder()
    const claim = claimLock(folder.path('here/lock'), 'run here', 0)
    cpSync(folder.path('here'), folder.path('there'), { recursive: true })
    expect(whoHolds(folder.path('there/lock'))).toBeNull()
    const copy = claimLock(folder.path('there/lock'), 'run there', 0)
    expect([claim.lock?.held(), copy.lock?.held()]).toEqual([true, true])
    claim.lock?.release()
    copy.lock?.release()
  })
})

describe('a named lock', () => {
  const strange = [
    '',
    '.',
    '..',
    '../../lock',
    '/etc',
    'a/b',
    'A',
    'a',
    'é',
    'e\u0301',
    '\ud800',
    '\u0000',
    'x'.repeat(5000),
    '👷',
  ]

  it('has a file of its own in its folder, whatever the name', async () => {
    using folder = new Folder()
    const paths = strange.map((name) => lockNamed(folder.root, name))
    expect(new Set(paths.map((path) => basename(path).toLowerCase())).size).toBe(strange.length)
    const locks = await Promise.all(paths.map((path) => tryLock(path)))
    expect(locks.filter((lock) => lock?.held()).length).toBe(strange.length)
    for (const lock of locks) lock?.release()
    expect(new Set(paths.map(dirname))).toEqual(new Set([folder.path('locks')]))
    expect(folder.names('locks')).toEqual(paths.map((path) => basename(path)).sort())
  })

  it('is not freed by another whose name is like that of its journal', async () => {
    using folder = new Folder()
    const held = tryLock(lockNamed(folder.root, 'x-journal'))
    const other = tryLock(lockNamed(folder.root, 'x'))
    other?.release()
    expect([held?.held(), tryLock(lockNamed(folder.root, 'x-journal'))]).toEqual([true, null])
    held?.release()
  })

  it('comes to one who waits before who just released it takes it again', async () => {
    using folder = new Folder()
    const path = folder.path('lock')
    const { signal } = new AbortController()
    const tick = () => new Promise((resolve) => setImmediate(resolve))
    const rounds = 300
    let round = 0
    let waiter: Promise<number> | null = null
    for (; round < rounds; round++) {
      const lock = await waitForLock(path, signal)
      waiter ??= waitForLock(path, signal).then((own) => {
        own.release()
        return round
      })
      await tick()
      lock.release()
    }
    expect(await waiter).toBeLessThan(rounds / 2)
  })
})

it('is shared by many, and by none while one has it alone', async () => {
  using folder = new Folder()
  const path = folder.path('lock')
  const [first, second] = [shareLock(path), shareLock(path)]
  expect([first !== null, second !== null, tryLock(path)]).toEqual([true, true, null])
  first?.release()
  expect(tryLock(path)).toBeNull()
  second?.release()
  const alone = tryLock(path)
  expect([alone?.held(), shareLock(path)]).toEqual([true, null])
  alone?.release()
})
