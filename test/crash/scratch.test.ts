import { it } from 'vitest'
import { inWords, meet } from '../rig/faults.ts'
import { card, TestRepository, task } from '../rig/repository.ts'

it('x', async () => {
  using repository = new TestRepository({
    'docs/base.md': card({ title: 'Base' }),
    'docs/middle.md': card({ requires: ['base'] }),
    'docs/goal.md': card({ requires: ['middle'] }),
    'tasks/base.ts': task(
      'base',
      `const key = await step('first', async () => { appendFileSync('trace', 'first '); return await secret('s3cr3t-key') })
    await step('second', () => appendFileSync('trace', 'second '))
    writeFileSync('base.done', '')
    return { port: 5000, key }`,
    ),
    'tasks/middle.ts': task('middle', "appendFileSync('trace', 'middle ')"),
    'tasks/goal.ts': task('goal', "writeFileSync('seen', JSON.stringify(inputs.base))"),
  })
  const t = Date.now()
  const ran = await meet(repository, ['run', 'goal', '-j', '1', '-q'])
  console.log(Date.now() - t, ran.code, ran.stdout, ran.stderr, repository.read('seen'))
  console.log(
    ran.effects
      .map(
        (e, i) =>
          i +
          ' ' +
          e.kind +
          ' ' +
          inWords(e) +
          (e.op === 'write' ? ' ' + Buffer.from(e.data!, 'base64').toString().slice(-120).trim() : ''),
      )
      .join('\n'),
  )
})
