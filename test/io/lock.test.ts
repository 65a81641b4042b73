import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { expect, it } from 'vitest'
import { holderOf, sign, tryLock, waitForLock } from '../../scripts/io/lock.ts'
import { Folder, moduleOf } from './folder.ts'

const program = (path: string, then: string) => `
  import { tryLock } from ${moduleOf('io/lock.ts')}
  const lock = await tryLock(${JSON.stringify(path)})
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
  const first = await tryLock(path)
  expect([first !== null, await tryLock(path)]).toEqual([true, null])
  first?.release()
  const second = await tryLock(path)
  expect(second).not.toBeNull()
  second?.release()
})

it('keeps other processes out', async () => {
  using folder = new Folder()
  const path = folder.path('lock')
  const lock = await tryLock(path)
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
  expect(await tryLock(path)).toBeNull()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = await tryLock(path)
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
  expect(await tryLock(path)).toBeNull()
  lock.release()
})

it('is no longer waited for when that is no longer wanted', async () => {
  using folder = new Folder()
  const path = folder.path('lock')
  const lock = await tryLock(path)
  const stop = new AbortController()
  const waiting = waitForLock(path, stop.signal)
  stop.abort(new Error('the run was stopped'))
  await expect(waiting).rejects.toThrow(new Error('the run was stopped'))
  lock?.release()
})

it('cannot be made where a file is in the way, which is no "taken"', async () => {
  using folder = new Folder({ file: '' })
  await expect(tryLock(folder.path('file/lock'))).rejects.toThrow(/ENOTDIR|EEXIST/)
})

it('says who holds it, in words for others', () => {
  using folder = new Folder()
  const path = folder.path('lock')
  expect(holderOf(path)).toBeNull()
  sign(path, 'run goal', Date.UTC(2026, 1, 20, 10))
  expect(holderOf(path)).toEqual({
    ...{ pid: process.pid, host: hostname(), since: '2026-02-20T10:00:00.000Z', what: 'run goal' },
  })
  folder.write('lock.holder', '{"pid":')
  expect(holderOf(path)).toBeNull()
})
