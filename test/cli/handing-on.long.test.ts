import { describe, expect, test } from 'vitest'
import { card, sideBySide, TestRepository, task, waitsFor } from '../rig/repository.ts'

describe('steps', () => {
  const files = (second: string) => ({
    'docs/a.md': card(),
    'docs/goal.md': card({ requires: ['a'] }),
    'tasks/goal.ts': task('goal'),
    'tasks/a.ts': task(
      'a',
      `const first = await step('first', () => { appendFileSync('trace', 'first '); return { key: 'k', list: [1] } })
    ${second}
    writeFileSync('result', JSON.stringify(first))`,
    ),
  })
  const dies =
    "await step('second', () => { appendFileSync('trace', 'second '); if (!existsSync('go')) process.exit(1) })"

  test('a finished one is given back, one that started and did not finish runs again', async () => {
    using repository = new TestRepository(files(dies))
    expect((await repository.mikado('run', 'goal')).code).toBe(1)
    repository.write({ go: '' })
    expect((await repository.mikado('resume')).code).toBe(0)
    expect([repository.read('trace'), repository.read('result')]).toEqual([
      'first second second ',
      '{"key":"k","list":[1]}',
    ])
    const steps = repository.journal().filter(({ event }) => event === 'step-done')
    expect(steps.map(({ step, replayed }) => [step, replayed])).toEqual([
      ['first', false],
      ['first', true],
      ['second', false],
    ])
  })

  test('of another text of the task count no more', async () => {
    using repository = new TestRepository(files(dies))
    await repository.mikado('run', 'goal')
    repository.write(files(''))
    await repository.mikado('run', 'goal')
    expect(repository.read('trace')).toBe('first second first ')
  })

  test('of finished work count no more', async () => {
    using repository = new TestRepository(files(''))
    await repository.mikado('run', 'goal')
    await repository.mikado('run', 'goal', '--force', 'a')
    expect(repository.read('trace')).toBe('first first ')
  })

  test('two of one name are an error', async () => {
    using repository = new TestRepository(files("await step('first', () => 1)"))
    expect((await repository.mikado('run', 'goal', '-q')).stdout).toContain(
      '✗ a  two steps are called "first": give each a name of its own\n',
    )
  })
})

test('outputs are handed to every card behind, also in a later run', async () => {
  using repository = new TestRepository({
    'docs/goal.md': card({ requires: ['middle'] }),
    'docs/middle.md': card({ requires: ['base'] }),
    'docs/base.md': card(),
    'tasks/base.ts': task('base', "writeFileSync('base.done', ''); return { port: 5000, hosts: ['a', 'b'] }"),
    'tasks/middle.ts': task('middle'),
    'tasks/goal.ts': task('goal', "writeFileSync('seen', JSON.stringify(inputs))"),
  })
  await repository.mikado('run', 'middle')
  await repository.mikado('run', 'goal')
  expect(JSON.parse(repository.read('seen'))).toEqual({ base: { port: 5000, hosts: ['a', 'b'] }, middle: null })
})

describe('a secret', () => {
  const value = 's3cr3t/value+1'
  const using_ = (work: string) => ({
    'docs/a.md': card({ title: 'A' }),
    'docs/goal.md': card({ requires: ['a'] }),
    'tasks/goal.ts': task('goal'),
    'tasks/a.ts': task('a', `const key = await secret('${value}')\n${work}`),
  })

  test('is masked in output, notes, errors, steps and the outputs file, in every form', async () => {
    using repository = new TestRepository(
      using_(`log('plain ' + key); log('url ' + encodeURIComponent(key)); log('basic ' + Buffer.from(key).toString('base64'))
    note('note ' + key); await $({ quiet: true })\`true \${key}\`; await $\`echo \${key}\`
    const back = await step('login', () => ({ token: key, in: ['x ' + key] }))
    if (back.token !== key) throw new Error('not given back whole')
    throw new Error('refused ' + key)`),
    )
    const { code, stdout, stderr } = await repository.mikado('run', 'goal', '-v')
    const all = stdout + stderr + repository.everythingKept() + (await repository.mikado('log', 'a')).stdout
    expect(code).toBe(1)
    for (const form of [value, encodeURIComponent(value), Buffer.from(value).toString('base64').slice(0, -2)])
      expect(all).not.toContain(form)
    expect(stderr).toContain('a │ url •••\n')
    expect(stdout).toContain('✗ a  refused •••\n')
  })

  test('in a finished step comes back whole after a crash, and is masked again', async () => {
    using repository = new TestRepository(
      using_(`const { token } = await step('login', () => ({ token: 'tok-' + key }))
    if (!existsSync('go')) process.exit(1)
    log('with ' + token); writeFileSync('used', token)`),
    )
    await repository.mikado('run', 'goal')
    repository.write({ go: '' })
    const { code, stderr } = await repository.mikado('run', 'goal')
    expect([code, repository.read('used')]).toEqual([0, `tok-${value}`])
    expect(stderr).toContain('a │ with tok-•••\n')
    expect(repository.everythingKept()).not.toContain(value)
  })

  test('is masked in the name of a step, and as a key of its result', async () => {
    using repository = new TestRepository(using_("await step('with ' + key, () => ({ [key]: 1 }))"))
    const { stdout } = await repository.mikado('run', 'goal', '--json')
    expect(stdout + repository.everythingKept()).not.toContain(value)
  })

  test('of an earlier run is masked when a check prints it', async () => {
    using repository = new TestRepository({
      ...using_(''),
      'tasks/a.ts': `import { existsSync, readFileSync, writeFileSync } from 'node:fs'
export default {
  apply: async ({ secret }) => { writeFileSync('a.key', await secret('${value}')); return { key: '${value}' } },
  verify: { 'It is done': () => { const key = readFileSync('a.key', 'utf8'); console.log(key); return 'the key is ' + key } },
}
`,
    })
    await repository.mikado('run', 'goal')
    const { stdout } = await repository.mikado('verify', 'a', '-v')
    expect(stdout + repository.everythingKept()).not.toContain(value)
  })

  test('of several lines is masked line by line, and inside JSON', async () => {
    using repository = new TestRepository(
      using_(
        "const pem = await secret('BEGIN KEY\\nMIIEabcdef\\nEND KEY'); log(JSON.stringify({ pem })); await $`printf 'BEGIN KEY\\nMIIEabc'; sleep 0.1; printf 'def\\nEND KEY\\n'`",
      ),
    )
    const { stderr } = await repository.mikado('run', 'goal')
    expect(stderr + repository.everythingKept()).not.toContain('MIIEabcdef')
  })
})

test('exclusive work of two cards never overlaps, though both cards run at once', async () => {
  using repository = new TestRepository(
    sideBySide(
      (own, other) => `writeFileSync('${own}.began', ''); ${waitsFor(`${other}.began`)}
    await exclusive('the port', async () => {
      if (existsSync('taken')) throw new Error('taken by the other')
      writeFileSync('taken', ''); await $\`sleep 0.1 && rm taken\`
      await exclusive('another', () => $\`true\`)
    })`,
    ),
  )
  const { code, stdout } = await repository.mikado('run', 'goal', '-j', '2', '-q')
  expect([code, stdout]).toEqual([0, expect.stringContaining('goal is complete: 3 cards')])
})

test('exclusive work that asks for the same again says so instead of waiting for ever', async () => {
  using repository = new TestRepository({
    'docs/a.md': card(),
    'tasks/a.ts': task('a', "await exclusive('x', () => exclusive('x', async () => {}))"),
  })
  expect((await repository.mikado('run', '-q')).stdout).toContain(
    '✗ a  exclusive("x") is asked for again inside itself: it would wait for ever\n',
  )
})
