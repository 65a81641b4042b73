/** Disks that are full, read-only, or another one than that of the run data: the real command line among real mounts. */
import { describe, expect, test } from 'vitest'
import { isRoot, type Place, type TestRepository } from '../rig/repository.ts'
import { chain, edits, end, marked, run, unmarked } from './chain.ts'
import { canMount, Mounts } from './mounts.ts'

/** For a task's work: takes all the room there is, once its check has answered after the work. */
const fills = (file: string) => `
  const { openSync, writeSync } = await import('node:fs')
  const send = process.send
  process.send = function (reply, ...rest) {
    if (reply.type === 'checked') {
      const file = openSync('${file}', 'w')
      try { for (;;) writeSync(file, Buffer.alloc(512)) } catch {}
    }
    return send.call(this, reply, ...rest)
  }`
const noRoom = 'ENOSPC: no space left on device'

/** Runs the chain once more, when there is room again; `a` must be found true. Answers the documents that are active. */
async function foundTrue(repository: TestRepository, mounts: Mounts): Promise<void> {
  const { code, stdout } = await repository.start(run, {}, mounts.place).ended
  expect([code, stdout]).toEqual([0, expect.stringMatching(/✓ {2}a {5}found true /)])
  expect(mounts.sh('cat docs/a.md docs/goal.md a.runs')).toBe(`${marked.a}${marked.goal}x`)
}

/** Puts the whole repository on a disk of its own. */
const onDisk = (options: string) =>
  `mkdir /mnt/copy && mount -t tmpfs -o ${options} none /mnt/copy && cp -R docs tasks /mnt/copy && mount --move /mnt/copy .`

// Skipped where nothing can be mounted: run them as root, on Linux.
describe.skipIf(!canMount)('a disk', () => {
  const at = async (repository: TestRepository, script: string): Promise<Mounts> => {
    const mounts = await Mounts.open(repository)
    mounts.sh(`mount -t tmpfs none /mnt; ${script}`)
    return mounts
  }
  const told = async (repository: TestRepository, place: Place, args = run) =>
    repository.told(await repository.start(args, {}, place).ended)

  test('that is full before the run: nothing is started, and reading goes on', async () => {
    using repository = chain()
    using mounts = await at(repository, onDisk('size=64k'))
    mounts.sh('dd if=/dev/zero of=fill bs=1k 2>&1 || true')
    expect(await told(repository, mounts.place)).toMatch(
      /^exit 73\n--- stderr\nmikado: ROOT\/\.mikado cannot be written, nothing was started: .*(?:full|ENOSPC).*\n {2}Make room /,
    )
    expect(await told(repository, mounts.place, ['list'])).toMatch(/^exit 0\n/)
    mounts.sh('rm fill')
    expect((await repository.start(run, {}, mounts.place).ended).code).toBe(0)
  })

  test('that a task fills: 73, the document is as it was, and the next run finds the work done', async () => {
    using repository = chain(fills('fill'))
    using mounts = await at(repository, onDisk('size=512k'))
    const before = mounts.sh('cat docs/a.md')
    expect(end(await repository.start(run, {}, mounts.place).ended)).toEqual([
      ...[73, `${unmarked}docs/a.md cannot be written: ${noRoom}`],
    ])
    expect(mounts.sh('cat docs/a.md; ls -A docs .mikado/tmp')).toBe(`${before}.mikado/tmp:\n\ndocs:\na.md\ngoal.md\n`)
    mounts.sh('rm fill')
    await foundTrue(repository, mounts)
  })

  test('that is full when outputs are to be kept: 73, with the call that does the work again', async () => {
    using repository = chain(
      "const fs = await import('node:fs'); const fill = fs.openSync('fill', 'w'); writeFileSync('a.done', ''); try { for (;;) fs.writeSync(fill, Buffer.alloc(512)) } catch {} return { url: 'x' }",
    )
    using mounts = await at(repository, onDisk('size=512k'))
    const ran = await repository.start(run, {}, mounts.place).ended
    expect(end(ran)).toEqual([73, `  ✗ a  its work is done, but what it hands on cannot be kept: ${noRoom}, write`])
    expect(ran.stdout).toMatch(/\nTo go on: \S+ \S+ resume goal --force a\n$/)
  })

  test('without room for another name: nothing is started', async () => {
    using repository = chain()
    using mounts = await at(repository, onDisk('nr_inodes=40'))
    mounts.sh('i=0; while touch "f$i" 2>/dev/null; do i=$((i+1)); done')
    expect(await told(repository, mounts.place)).toBe(`exit 73
--- stderr
mikado: ROOT/.mikado cannot be written, nothing was started: ${noRoom}, mkdir 'ROOT/.mikado'
  Make room or mend its permissions, then run this again.
`)
    mounts.sh('rm f*')
    expect((await repository.start(run, {}, mounts.place).ended).code).toBe(0)
  })

  test('of the run data alone that a task fills: documents are marked all the same', async () => {
    using repository = chain(fills('.mikado/fill'))
    using mounts = await at(repository, 'mkdir .mikado; mount -t tmpfs -o size=128k none .mikado')
    const { stderr } = await repository.start(run.slice(0, 2), {}, mounts.place).ended
    expect(stderr).toContain('✓ a  done in ')
    expect(repository.read('docs/a.md')).toBe(marked.a)
  })

  test('under the documents that is read-only: 73 with the cause, and the next run finds the work done', async () => {
    using repository = chain()
    using mounts = await at(repository, 'mount --bind docs docs; mount -o remount,ro,bind docs')
    const ran = await repository.start(run, {}, mounts.place).ended
    expect(end(ran)).toEqual([73, `${unmarked}docs/a.md cannot be written: EROFS: read-only file system`])
    expect(repository.active()).toEqual(['a', 'goal'])
    expect(await told(repository, mounts.place, ['close', 'a', '--yes'])).toBe(`exit 73
--- stderr
mikado: docs/a.md cannot be written: EROFS: read-only file system
  Mend that, then close it again.
`)
    mounts.sh('mount -o remount,rw,bind docs')
    await foundTrue(repository, mounts)
  })

  test('under the documents that becomes read-only while a task works: the same', async () => {
    using repository = chain('await $`mount -o remount,ro,bind docs`')
    using mounts = await at(repository, 'mount --bind docs docs')
    const ran = await repository.start(run, {}, mounts.place).ended
    expect(end(ran)).toEqual([73, `${unmarked}docs/a.md cannot be written: EROFS: read-only file system`])
    mounts.sh('mount -o remount,rw,bind docs')
    await foundTrue(repository, mounts)
  })

  test('that is read-only: nothing is started, the cause is told, and reading goes on', async () => {
    using repository = chain()
    using mounts = await at(repository, 'mount --bind . .; mount -o remount,ro,bind "$PWD"')
    expect(await told(repository, mounts.place)).toBe(`exit 73
--- stderr
mikado: ROOT/.mikado cannot be written, nothing was started: EROFS: read-only file system, mkdir 'ROOT/.mikado'
  Make room or mend its permissions, then run this again.
`)
    for (const words of [['list'], ['show', 'goal'], ['lint'], ['log'], ['why', 'a'], ['ready']])
      expect([words, (await repository.start(words, {}, mounts.place).ended).code]).toEqual([words, 0])
    expect(await told(repository, mounts.place, ['doctor'])).toContain('ROOT/.mikado cannot be written (EROFS)')
  })

  test.each([
    ['of its own under the documents', 'mount -t tmpfs none docs'],
    ['mounted in two places', 'mkdir d; mount --bind d docs'],
  ])('%s, so that nothing can be renamed into it: marked, whole or not at all', async (_, mount) => {
    using repository = chain()
    using mounts = await at(repository, `mkdir /mnt/d; cp docs/* /mnt/d; ${mount}; cp /mnt/d/* docs`)
    const ran = await repository.start(run, {}, mounts.place).ended
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(mounts.sh('cat docs/*; ls -A docs')).toBe(`${marked.a}${marked.goal}a.md\ngoal.md\n`)
  })

  test('of its own under one document, so that it cannot be replaced: 73, and the document is as it was', async () => {
    using repository = chain()
    using mounts = await at(repository, 'cp docs/a.md x; mount --bind x docs/a.md')
    const ran = await repository.start(run, {}, mounts.place).ended
    expect(end(ran)).toEqual([73, `${unmarked}docs/a.md cannot be written: EBUSY: resource busy or locked`])
    mounts.sh('cmp x docs/a.md; umount docs/a.md')
    await foundTrue(repository, mounts)
  })
})

// Skipped for users whom permissions bind: the other tests of permissions are theirs too. Run it as root.
test.skipIf(!isRoot)('a run data folder of root, when somebody else runs: nothing is started', async () => {
  using repository = chain(edits)
  expect((await repository.mikado('run', 'goal', '--only', '-q')).code).toBe(1)
  repository.giveAway()
  const { chownSync } = await import('node:fs')
  chownSync(repository.path('.mikado'), 0, 0)
  const ran = await repository.start(run, {}, { asNobody: true }).ended
  expect(repository.told(ran)).toMatch(
    /^exit 73\n--- stderr\nmikado: ROOT\/\.mikado cannot be written, nothing was started: .*EACCES|unable to open/,
  )
  expect(repository.active()).toEqual(['a', 'goal'])
})
