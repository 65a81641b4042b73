import { statSync } from 'node:fs'
import { expect, it } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'

const diamond = {
  'docs/base.md': card({ title: 'Base' }),
  'docs/left.md': card({ title: 'Left', requires: ['base'] }),
  'docs/right.md': card({ title: 'Right', requires: ['base'] }),
  'docs/top.md': card({ title: 'Top', requires: ['left', 'right'] }),
  'tasks/base.ts': task('base'),
  'tasks/left.ts': task('left'),
  'tasks/deep/right.ts': task('right'),
  'tasks/top.ts': task('top'),
}

it('works a diamond, marks every document, and then has nothing to do', async () => {
  using repository = new TestRepository(diamond)
  expect(await repository.tell('run', 'top', '-j', '1', '--output', 'quiet')).toBe(`exit 0
--- stdout
top is complete: 4 cards proved in N s
  ✓  base   done  N s  1 check held
  ✓  left   done  N s  1 check held
  ✓  right  done  N s  1 check held
  ✓  top    done  N s  1 check held

--- stderr
▶ base  Base
✓ base  done in N s, 1 check held
▶ left  Left
✓ left  done in N s, 1 check held
▶ right  Right
✓ right  done in N s, 1 check held
▶ top  Top
✓ top  done in N s, 1 check held
`)
  expect(repository.read('docs/left.md')).toBe(
    card({ title: 'Left', requires: ['base'] })
      .replace('status: active\n', '')
      .replace('[ ]', '[x]'),
  )
  expect(await repository.tell('run', 'top')).toBe(
    'exit 0\n--- stdout\nNothing to do: top is complete (4 cards; last proved TIME). `verify` asks again whether it still holds.\n',
  )
  expect(repository.names('.mikado')).toEqual([
    '.gitignore',
    'journal.jsonl',
    'lock',
    'lock.holder',
    'log',
    'outputs',
    'tmp',
  ])
  expect(repository.names('.mikado/tmp')).toEqual([])
})

it('tells a run as one event per line', async () => {
  using repository = new TestRepository({
    'docs/base.md': card({ title: 'Base' }),
    'tasks/base.ts': task('base', "await step('one', () => 1)"),
  })
  const { code, stdout, stderr } = await repository.mikado('run', '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events.map(({ event }) => event).filter((event) => event !== 'output')).toEqual([
    'run-started',
    'card-started',
    'check-failed',
    'step-started',
    'step-done',
    'check-passed',
    'card-completed',
    'run-ended',
  ])
  expect(events.at(-2)).toEqual({
    schemaVersion: 1,
    time: expect.stringMatching(/Z$/),
    run: events[0].run,
    event: 'card-completed',
    card: 'base',
    how: 'ran',
    verified: true,
    by: null,
    durationMs: expect.any(Number),
    target: '',
  })
  expect(events.at(-1)).toMatchObject({ event: 'run-ended', outcome: 'complete', exitCode: 0, failed: null })
})

it('hands outputs on, keeps secrets apart, and masks them everywhere else', async () => {
  using repository = new TestRepository({
    'docs/base.md': card(),
    'docs/top.md': card({ requires: ['base'] }),
    'tasks/base.ts': task(
      'base',
      "const key = await secret('s3cr3t-value'); log('the key is ' + key); writeFileSync('base.done', ''); return { key, plain: 1 }",
    ),
    'tasks/top.ts': task(
      'top',
      "writeFileSync('seen.json', JSON.stringify(inputs)); throw new Error('refused with ' + inputs.base.key)",
    ),
  })
  const { code, stdout, stderr } = await repository.mikado('run', 'top', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(repository.read('seen.json'))).toEqual({ base: { key: 's3cr3t-value', plain: 1 } })
  expect(repository.read('.mikado/outputs/base.json')).toBe('{"key":{"$secret":"/key"},"plain":1}\n')
  expect(statSync(repository.path('.mikado/secrets/base.json')).mode & 0o777).toBe(0o600)
  expect(stdout + stderr + repository.everythingKept()).not.toContain('s3cr3t-value')
  expect(stdout).toContain('refused with •••')
})

it('gives finished steps back after the task died, and does only the rest again', async () => {
  using repository = new TestRepository({
    'docs/base.md': card(),
    'tasks/base.ts': task(
      'base',
      `const first = await step('first', () => { appendFileSync('trace', 'first '); return 41 })
    await step('second', () => { appendFileSync('trace', 'second '); if (!existsSync('again')) { writeFileSync('again', ''); process.exit(7) } })
    writeFileSync('result', String(first + 1))`,
    ),
  })
  expect((await repository.mikado('run')).stdout).toContain('✗ base  its process ended by itself with exit code 7')
  expect((await repository.mikado('run')).code).toBe(0)
  expect([repository.read('trace'), repository.read('result')]).toEqual(['first second second ', '42'])
})

it('runs any executable; without a checklist its success completes the card, not verified', async () => {
  using repository = new TestRepository({
    'docs/shell.md': '---\nstatus: active\n---\n# Shell\n',
    'docs/node.md': '---\nstatus: active\n---\n# Node\n',
    'docs/all.md': '---\nstatus: active\nrequires: [shell, node]\n---\n# All\n',
    'tasks/shell.sh*': '#!/bin/sh\necho "from $MIKADO_CARD"\n',
    'tasks/node.mjs': "console.log('from ' + process.env.MIKADO_CARD)\n",
    'tasks/all.py*': '#!/usr/bin/env python3\nprint("python")\n',
  })
  expect((await repository.mikado('run', 'all', '-j', '1')).stdout.replace(/\d+\.\d s/g, 'N s')).toBe(
    'all is complete: 3 cards proved in N s\n  ✓  shell  done  N s  not verified\n  ✓  node   done  N s  not verified\n  ✓  all    done  N s  not verified\n',
  )
  expect(await repository.tell('log', 'shell')).toBe('exit 0\n--- stdout\nfrom shell\n')
})

it('lets two cards that share a thing take turns', async () => {
  const work = (name: string) =>
    `await exclusive('port', async () => { if (existsSync('taken')) throw new Error('taken'); writeFileSync('taken', ''); await $\`sleep 0.2\`; await $\`rm taken\`; log('${name}') })`
  using repository = new TestRepository({
    ...diamond,
    'tasks/left.ts': task('left', work('left')),
    'tasks/deep/right.ts': task('right', work('right')),
  })
  expect((await repository.mikado('run', 'top', '-j', '2')).code).toBe(0)
})

it('says what it would do and writes nothing, when dry', async () => {
  using repository = new TestRepository({
    ...diamond,
    'docs/top.md': card({ requires: ['left', 'right'], checks: ['It is done', 'A person looked'] }),
  })
  expect(await repository.tell('run', 'top', '--dry-run')).toBe(`exit 0
--- stdout
▶  base   ask its 1 check, and run unless it holds: tasks/base.ts
▶  left   ask its 1 check, and run unless it holds: tasks/left.ts
▶  right  ask its 1 check, and run unless it holds: tasks/deep/right.ts
▶  top    ask its 1 check, and run unless it holds: tasks/top.ts; then a person confirms 1 of 2 lines
`)
  expect((await repository.mikado('plan', 'top', '--exit-code')).code).toBe(2)
  expect(repository.active()).toEqual(['base', 'left', 'right', 'top'])
})

it('probes complete cards again when the journal is gone or the target is another, and reopens what does not hold', async () => {
  using repository = new TestRepository({ ...diamond, 'package.json': '{"mikado": {"target": ["WHERE"]}}' })
  const there = { WHERE: 'there' }
  expect((await repository.start(['run', 'top'], there).ended).code).toBe(0)
  expect((await repository.start(['run', 'top'], there).ended).stdout).toContain('Nothing to do')
  const elsewhere = await repository.start(['run', 'top'], { WHERE: 'elsewhere' }).ended
  expect(elsewhere.stdout.match(/found true/g)).toHaveLength(4)
  repository.write({ '.mikado/journal.jsonl': '' })
  const { rmSync } = await import('node:fs')
  rmSync(repository.path('left.done'))
  const again = await repository.start(['run', 'top', '--output', 'quiet'], there).ended
  expect(again.stderr).toContain('left: was complete, reopened: It is done: left.done is not there')
  expect(again.stdout.match(/found true/g)).toHaveLength(3)
  expect(repository.active()).toEqual([])
})
