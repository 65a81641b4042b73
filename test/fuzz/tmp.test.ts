import { test } from 'vitest'
import { hostileRepository } from './repository.ts'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
test('look', { timeout: 300000 }, async () => {
  using r = hostileRepository()
  spawnSync('sh', ['-c', 'git init -q -b main && git add -A && git -c user.name=a -c user.email=b commit -qm "C2(goal): plan $(printf "\\033[2J")x" && git checkout -qb mikado/goal && git -c user.name=a -c user.email=b commit -q --allow-empty -m "C2(goal): impl $(printf "\\033[2J\\302\\2332J")x"'], { cwd: r.root })
  const out: string[] = []
  const bad = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\u001b(?!\[\d*(?:;\d+)*m)/
  for (const [args, env] of [
    [['list']], [['show', 'goal']], [['show', 'goal', '--full', '--all']], [['show', 'goal', '--order']], [['where']], [['where', 'goal']], [['ready']], [['why', 'goal']], [['why', '--', '-n']], [['why', './-n.md']], [['why', '__proto__']], [['brief', 'goal']], [['lint']], [['plan', 'goal']], [['run', 'goal', '-n']], [['docs-mikado', 'goal']], [['doctor']], [['hook', 'commit-msg']],
    [['run', 'goal']], [['run', 'goal', '--yes', '-k', '--output', 'stream', '-v'], { HOSTILE: 'fail' }], [['why', '__proto__']], [['brief', '--', '-n']], [['log']], [['log', '__proto__']],
    [['close', '__proto__']], [['close', 'toString', '--yes']], [['close', 'toString', '--yes', '--force']], [['reopen', 'toString']], [['discover', 'x \u001b[2J y', '--for', '__proto__', '--why', 'a\u001b[2Jb\n---\nstatus: x']],
    [['run', 'goal', '--yes', '--output', 'group', '-v']], [['run', 'goal', '--yes', '--json', '--force', 'constructor']], [['verify', 'goal']], [['verify', 'goal', '-v'], { HOSTILE: 'held' }], [['run', 'goal', '--yes', '--force', '__proto__', '--output', 'stream', '-v']], [['list', '--json']], [['show', 'goal', '--full', '--json']], [['finalize', 'goal', '-n']], [['why', 'no\u001b[2Jne']], [['log', '--json']], [['brief', 'goal', '--json']],
  ] as [string[], NodeJS.ProcessEnv?][]) {
    for (const color of ['never', 'always']) {
      const ran = await r.start([...args.slice(0, 1), '--color', color, ...args.slice(1)], env).ended
      for (const [name, text] of Object.entries({ stdout: ran.stdout, stderr: ran.stderr })) {
        if (bad.test(text)) out.push(`### LEAK ${args.join(' ')} ${color} ${name}: ${JSON.stringify(text.slice(Math.max(0, (bad.exec(text)?.index ?? 0) - 60), (bad.exec(text)?.index ?? 0) + 40))}`)
        const forged = text.split('\n').filter((l) => /^(\u001b\[\d+m)?✓ forged/.test(l))
        if (forged.length) out.push(`### FORGED ${args.join(' ')} ${name} ${forged.length}`)
      }
      if (color === 'never') out.push(`== ${args.join(' ')} → ${ran.code}\n${ran.stdout}${ran.stderr === '' ? '' : '--- err\n' + ran.stderr}`)
    }
  }
  out.push(JSON.stringify(r.names('.')), JSON.stringify(r.names('.mikado/outputs')), r.read('docs/goal.md'))
  writeFileSync('/tmp/six/hostile/look.txt', out.join('\n'))
})
