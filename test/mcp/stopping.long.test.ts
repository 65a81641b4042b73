/** A run by an agent while it goes on: told, stopped, refused beside another, ended with the server. */
import { spawn } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { alive, card, plainEnvironment, program, TestRepository, task, until, waitsFor } from '../rig/repository.ts'
import { Agent } from './rig.ts'

const files = {
  'docs/goal.md': card({ requires: ['slow', 'quick'] }),
  'docs/quick.md': card(),
  'docs/slow.md': card(),
  'tasks/goal.ts': task('goal'),
  'tasks/quick.ts': task('quick', "await step('say it', () => console.log('said'))"),
  'tasks/slow.ts': task('slow', `writeFileSync('pid', String(process.pid)); ${waitsFor('go')}`),
}

async function begun(repository: TestRepository): Promise<number> {
  await until('the task works', () => repository.names('.').includes('pid') && repository.read('pid') !== '', 20)
  return Number(repository.read('pid'))
}

const ends = (repository: TestRepository) =>
  repository.journal().flatMap(({ event, outcome, exitCode }) => (event === 'run-ended' ? [[outcome, exitCode]] : []))

describe('a run', () => {
  test('tells how far it is, always further', async () => {
    using repository = new TestRepository({ ...files, go: '' })
    await using agent = await Agent.connect(repository)
    const { plan } = await agent.data<{ plan: string }>('plan', { goal: 'goal' })
    const told: { progress: number; message?: string | undefined }[] = []
    const onprogress = (news: (typeof told)[number]) => void told.push(news)
    expect(await agent.tell('run', { goal: 'goal', plan }, { onprogress })).toContain('"outcome":"complete"')
    expect(told.map(({ progress }) => progress)).toEqual(told.map((_, at) => at + 1))
    const messages = told.map(({ message }) => message)
    expect(messages.slice(0, 2)).toEqual(['looking whether all is there', '0 of 3 cards ended · started'])
    expect(messages).toContain('0 of 3 cards ended · working on slow')
    expect(messages.some((message) => message?.endsWith('quick: say it'))).toBe(true)
    // The last one may come too late: the answer overtakes it in the client.
    expect(messages).toContain('2 of 3 cards ended · working on goal')
  })

  test('that is cancelled stops as by Ctrl-C, and the server serves on', async () => {
    using repository = new TestRepository(files)
    await using agent = await Agent.connect(repository)
    const { plan } = await agent.data<{ plan: string }>('plan', { goal: 'slow' })
    const cancel = new AbortController()
    const run = agent.tell('run', { goal: 'slow', plan }, { signal: cancel.signal })
    const task = await begun(repository)
    cancel.abort()
    await expect(run).rejects.toThrow()
    await until('the run has ended', () => ends(repository).length > 0)
    expect(ends(repository)).toEqual([['stopped', 130]])
    expect(alive(task)).toBe(false)
    expect(repository.active()).toEqual(['goal', 'quick', 'slow'])
    expect(await agent.tell('brief', { card: 'slow' })).toContain('\nLast try, stopped TIME\n')
    repository.write({ go: '' })
    expect(await agent.run('slow')).toContain('"outcome":"complete"')
  })

  test('is refused while another works here, and reading goes on', async () => {
    using repository = new TestRepository(files)
    const other = repository.start(['run', 'slow'])
    await begun(repository)
    await using agent = await Agent.connect(repository)
    expect(await agent.run('slow')).toMatch(
      /^ERROR \{"error":\{"code":75,"message":"another run works in this repository: `run slow`, process \d+ on \S+, since TIME","hint":"Wait until it ends; reading commands work meanwhile\."\}\}$/,
    )
    expect(await agent.tell('close', { card: 'quick' })).toContain('"code":75')
    expect(await agent.tell('brief', { card: 'slow' })).toContain('\nWorks here now\n  `run slow`')
    expect(await agent.tell('ready')).toContain('"id":"quick"')
    repository.write({ go: '' })
    expect((await other.ended).code).toBe(0)
  })

  test('of a card edited after it was planned is not started', async () => {
    using repository = new TestRepository(files)
    await using agent = await Agent.connect(repository)
    const { plan } = await agent.data<{ plan: string }>('plan', { goal: 'quick' })
    repository.write({ 'tasks/quick.ts': task('quick', "console.log('other')") })
    expect(await agent.tell('run', { goal: 'quick', plan })).toContain(
      'nothing was started: the task of quick was edited',
    )
    expect(repository.names('.mikado')).toEqual([])
  })
})

describe('the server', () => {
  const hello = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  }
  const ask = (id: number, name: string, args: object) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: args },
  })

  /** A client of lines: what it wrote, and the process. */
  function raw(repository: TestRepository) {
    const server = spawn(process.execPath, [program, 'mcp'], { cwd: repository.root, env: plainEnvironment() })
    let stdout = ''
    server.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk))
    const ended = new Promise<number | null>((done) => server.once('exit', (code) => done(code)))
    const answers = () =>
      stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    const answered = (id: number) => answers().find((message) => message.id === id)
    return {
      server,
      ended,
      answers,
      answered,
      send: (message: object) => server.stdin.write(`${JSON.stringify(message)}\n`),
    }
  }

  async function working(repository: TestRepository) {
    const client = raw(repository)
    client.send(hello)
    client.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
    client.send(ask(2, 'plan', { goal: 'goal' }))
    await until('the plan is there', () => client.answered(2) !== undefined)
    const { plan } = JSON.parse(client.answered(2).result.content[0].text) as { plan: string }
    client.send(ask(3, 'run', { goal: 'goal', plan }))
    return { ...client, task: await begun(repository) }
  }

  test('says nothing but the protocol on stdout, whatever tasks print', async () => {
    using repository = new TestRepository({ ...files, go: '' })
    const { server, ended, answers, answered } = await working(repository)
    await until('the run is answered', () => answered(3) !== undefined)
    expect(answered(3).result.content[0].text).toContain('"outcome":"complete"')
    expect(answers().map(({ jsonrpc, id }) => [jsonrpc, id])).toEqual([
      ['2.0', 1],
      ['2.0', 2],
      ['2.0', 3],
    ])
    server.stdin.end()
    expect(await ended).toBe(0)
  })

  test('ends when its stdin is closed, after it has stopped its run', async () => {
    using repository = new TestRepository(files)
    const { server, ended, task: worker } = await working(repository)
    server.stdin.end()
    expect(await ended).toBe(0)
    expect(ends(repository)).toEqual([['stopped', 130]])
    expect(alive(worker)).toBe(false)
    expect(repository.active()).toContain('slow')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('ends by %s in the same way', async (signal) => {
    using repository = new TestRepository(files)
    const { server, ended, task: worker } = await working(repository)
    server.kill(signal)
    expect(await ended).toBe({ SIGINT: 130, SIGTERM: 143 }[signal])
    expect(ends(repository)).toEqual([['stopped', 130]])
    expect(alive(worker)).toBe(false)
  })

  test('ends when its client was killed and nobody reads any more', async () => {
    using repository = new TestRepository(files)
    const { server, ended } = await working(repository)
    server.stdout.destroy()
    server.stdin.destroy()
    expect(await ended).toBe(0)
    expect(ends(repository)).toEqual([['stopped', 130]])
  })
})
