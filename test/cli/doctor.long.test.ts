/** `doctor`, and what tasks look at before a run: whether all is there, told at once, with nothing started. */
import { describe, expect, test } from 'vitest'
import { card, TestRepository, task } from '../rig/repository.ts'

/** A task with a preflight; `findings` is the code of its answer. */
const looking = (name: string, findings: string): string =>
  task(name).replace('export default {', `export default {\n  preflight: async ({ root, secret }) => ${findings},`)

const missing =
  "[{ about: 'host indri', ok: false, detail: 'does not answer.\\nSee that it is up.' }, { about: 'token', ok: true, detail: 'good' }]"

const files = (preflight: string) => ({
  'docs/a.md': card({ title: 'A' }),
  'docs/goal.md': card({ title: 'G', requires: ['a'] }),
  'tasks/a.ts': looking('a', preflight),
  'tasks/goal.ts': task('goal'),
})

describe('a run', () => {
  test('starts nothing when a task finds something missing, and says all that is', async () => {
    using repository = new TestRepository(files(missing))
    expect(await repository.tell('run', 'goal')).toBe(`exit 69
--- stderr
mikado: not all is there that the tasks need, nothing was started
  ✗  host indri  does not answer.
                 See that it is up.
  \`mikado doctor\` looks again.
`)
    expect([repository.active(), repository.names('.').includes('a.done')]).toEqual([['a', 'goal'], false])
    expect(repository.names('.mikado')).not.toContain('journal.jsonl')
  })

  test('goes on when all is there', async () => {
    using repository = new TestRepository(files("[{ about: 'host', ok: true, detail: 'up' }]"))
    expect((await repository.mikado('run', 'goal')).code).toBe(0)
  })

  test('takes a preflight that throws, or ends its process, for something missing', async () => {
    using throwing = new TestRepository(files("{ throw new Error('no route') }"))
    expect((await throwing.mikado('run', 'goal')).stderr).toContain('  ✗  preflight  no route\n')
    using ending = new TestRepository(files('process.exit(7)'))
    const { code, stderr } = await ending.mikado('run', 'goal')
    expect([code, stderr]).toEqual([69, expect.stringContaining('its process ended (exit code 7) before it answered')])
  })

  test('with --dry-run looks at nothing', async () => {
    using repository = new TestRepository(files(missing))
    expect((await repository.mikado('run', 'goal', '-n')).code).toBe(0)
  })

  test('asks a preflight that several tasks share once', async () => {
    const shared =
      "import { appendFileSync } from 'node:fs'\nexport const look = ({ root }) => { appendFileSync(root + '/asked', 'x'); return [] }\n"
    const sharing = (name: string) =>
      `import { look } from './lib.js'\n${task(name).replace('export default {', 'export default {\n  preflight: look,')}`
    using repository = new TestRepository({
      ...files('[]'),
      'package.json': '{"type":"module"}',
      'tasks/lib.js': shared,
      'tasks/a.ts': sharing('a'),
      'tasks/goal.ts': sharing('goal'),
    })
    expect((await repository.mikado('run', 'goal')).code).toBe(0)
    expect(repository.read('asked')).toBe('x')
  })

  test('shows no secret that a preflight names as one', async () => {
    using repository = new TestRepository(
      files("{ await secret('hunter22'); return [{ about: 'token', ok: false, detail: 'hunter22 was refused' }] }"),
    )
    const { stderr, stdout } = await repository.mikado('run', 'goal')
    expect(stderr).toContain('  ✗  token  ••• was refused\n')
    expect(stdout + stderr).not.toContain('hunter22')
  })
})

describe('doctor', () => {
  test('tells what is there and what is missing, of this machine, the documents and the tasks', async () => {
    using repository = new TestRepository({
      ...files(missing),
      'docs/a.md': card({ title: 'A', front: 'needs: [sh, no-such-tool]\n' }),
      'package.json': JSON.stringify({ mikado: { target: ['PLACE', 'OTHER'] } }),
    })
    const { code, stdout, stderr } = await repository.start(['doctor'], { PLACE: 'here' }).ended
    expect([code, stderr]).toEqual([69, '\n2 things to mend before a run.\n'])
    const rows = stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' | ').trim())
    expect(rows).toEqual([
      `| ✓ | node | ${process.versions.node}`,
      `| ✓ | repository | ${repository.root}`,
      `| ✓ | run data | ${repository.root}/.mikado, made by the first run`,
      '| ✓ | git | no git repository here: statuses have no history',
      '| ✓ | documents | 2 cards',
      '| ✓ | target | set: PLACE',
      '| ✓ | sh | on PATH',
      '| ✗ | no-such-tool | not on PATH, needed by docs/a.md. Install it.',
      '| ✗ | host indri | does not answer.',
      '| See that it is up.',
      '| ✓ | token | good',
      '',
    ])
    expect(repository.names('.')).not.toContain('.mikado')
  })

  test('with nothing to mend ends with 0; in JSON the same findings', async () => {
    using repository = new TestRepository(files('[]'))
    expect((await repository.mikado('doctor')).code).toBe(0)
    const { data } = JSON.parse((await repository.mikado('doctor', 'goal', '--json')).stdout)
    expect(data.findings.at(-1)).toEqual({ about: 'documents', ok: true, detail: '2 cards' })
  })

  test('sees documents and tasks with errors', async () => {
    using repository = new TestRepository({ ...files('[]'), 'docs/b.md': card({ requires: ['nowhere'] }) })
    const { code, stdout } = await repository.mikado('doctor')
    expect([code, stdout]).toEqual([69, expect.stringContaining('3 cards, 1 error: see `mikado lint`.')])
  })
})
