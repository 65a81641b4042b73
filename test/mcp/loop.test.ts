/** A coding agent's whole loop, from what is ready to a goal that a person closed. */
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { card, plainEnvironment, TestRepository, task } from '../rig/repository.ts'
import { Agent } from './rig.ts'

const files = {
  'docs/light.md': card({
    title: 'Light up',
    requires: ['cable'],
    checks: ['It is done', 'The light is green (look at it)'],
  }),
  'docs/cable.md': card({ title: 'Lay the cable' }),
  'tasks/light.ts': task('light'),
  'tasks/cable.ts': task('cable', "if (!existsSync('port.done')) throw new Error('connection refused: port 5050')"),
  '.gitignore': '.mikado/\n*.done\n',
}

function git(root: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.org']
  return execFileSync('git', [...identity, ...args], { cwd: root, env: plainEnvironment(), encoding: 'utf8' })
}

describe('an agent works a goal', () => {
  test('ready → brief → run → failure → discover → run → close', { timeout: 90_000 }, async () => {
    using repository = new TestRepository(files)
    git(repository.root, 'init', '-q', '-b', 'mikado/light')
    git(repository.root, 'add', '.')
    git(repository.root, 'commit', '-q', '-m', 'C2(light): plan the light')
    const person = () => ({ confirmed: true, name: 'Ada Lovelace' })
    await using agent = await Agent.connect(repository, { person })

    // What can be worked, and all about it.
    expect(await agent.tell('ready')).toBe(`{"cards":[
{"id":"cable","title":"Lay the cable","path":"docs/cable.md"}
]}`)
    expect(await agent.tell('brief', { card: 'cable' })).toMatch(
      /^cable {2}Lay the cable\ndocs\/cable\.md · active, ready\n\nServes\n {2}light → cable\n/,
    )

    // The first try fails, for a reason that nobody had written down.
    const { plan } = await agent.data<{ plan: string }>('plan', { goal: 'cable' })
    expect(await agent.tell('run', { goal: 'cable', plan })).toBe(`{"goal":"cable",
"outcome":"failed",
"exitCode":1,
"took":"N s",
"failed":"cable",
"cards":[
{"id":"cable","ended":"failed","reason":"threw","message":"connection refused: port 5050","exitCode":null,"output":["check \\"It is done\\" does not hold: cable.done is not there","Error: connection refused: port 5050","    at Object.apply (file://ROOT/tasks/cable.ts:4:41)"]}
],
"notes":[],
"next":"\`brief cable\` tells what is known of the failure. Mend the cause, or write down what must be true first with \`discover\`; then \`plan\` and \`run\` again."}`)
    expect(await agent.tell('brief', { card: 'cable' })).toContain('\n  connection refused: port 5050\n')

    // What was missing becomes a card of its own, and the agent does that first.
    const found = { title: 'Open port 5050', for: 'cable', why: 'the firewall drops it' }
    expect(JSON.parse(await agent.tell('discover', found))).toMatchObject({
      card: 'open-port-5050',
      path: 'docs/open-port-5050.md',
      for: 'cable',
      written: true,
    })
    expect(repository.read('docs/open-port-5050.md')).toContain('connection refused: port 5050')
    expect(await agent.tell('run', { goal: 'cable', plan })).toBe(
      'ERROR {"error":{"code":2,"message":"nothing was started: open-port-5050 is new in the chain; the document of cable was edited","hint":"Ask `plan` again, look at what it says now, and run with its id."}}',
    )
    repository.write({
      'docs/open-port-5050.md': card({ title: 'Open port 5050' }),
      'tasks/open-port-5050.ts': task('port'),
    })
    expect(await agent.tell('lint')).not.toContain('"severity":"error"')
    expect(await agent.tell('ready', { goal: 'light' })).toContain('{"id":"open-port-5050",')

    // The whole chain: all that programs can prove is proved, the rest is a person's.
    const ran = JSON.parse(await agent.run('light'))
    expect(ran).toMatchObject({ outcome: 'waiting', exitCode: 3, failed: null })
    expect(ran.cards).toEqual([
      { id: 'open-port-5050', ended: 'completed', how: 'ran', verified: true, by: null },
      { id: 'cable', ended: 'completed', how: 'ran', verified: true, by: null },
      {
        id: 'light',
        ended: 'waiting',
        instructions: 'confirm that this is true',
        lines: ['The light is green (look at it)'],
      },
    ])
    expect(agent.asked).toEqual([])
    expect(await agent.tell('close', { card: 'light' })).toBe(`{"closed":"light",
"by":"Ada Lovelace, asked through scripted",
"verified":true,
"ready":[]}`)
    expect(agent.asked).toEqual(['Is this true of light (docs/light.md)?\nThe light is green (look at it)'])

    // The documents say so, and nothing else changed.
    expect(repository.active()).toEqual([])
    expect(JSON.parse(await agent.tell('list'))).toMatchObject({ goals: [] })
    expect(JSON.parse(await agent.tell('verify', { goal: 'light' }))).toMatchObject({
      wrong: [],
      holds: ['open-port-5050', 'cable', 'light'],
    })
    expect(
      repository.journal().find(({ event, card: of }) => event === 'card-completed' && of === 'light'),
    ).toMatchObject({
      how: 'confirmed',
      by: 'Ada Lovelace, asked through scripted',
    })
    const changed = git(repository.root, 'status', '--short', '--untracked-files=all').split('\n').sort()
    expect(changed.filter((line) => line !== '')).toEqual([
      ' M docs/cable.md',
      ' M docs/light.md',
      '?? docs/open-port-5050.md',
      '?? tasks/open-port-5050.ts',
    ])
    expect(agent.complaints).toBe('')
  })
})
