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
  expect(repository.names('.mikado')).toEqual(['.gitignore', 'cache', 'journal.jsonl', 'lock', 'locks', 'log'])
  expect(repository.names('.mikado/tmp')).toEqual([])
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
