/** Secrets in a real run: in no place where somebody could read them, and in files that only their owner can. */
import { afterAll, describe, expect, it } from 'vitest'
import type { Ran } from '../rig/repository.ts'
import { forms, leaveOpen, modes, pin, slippery, token, under } from './rig.ts'

const repository = slippery()
afterAll(() => repository[Symbol.dispose]())

/** The first run fails, under an umask that hides nothing; in the second the work is done, told by event lines; the third knows of it from the disk. */
leaveOpen(repository)
const first = under('000', repository, 'run', 'goal', '-v', '-k')
const open = modes(repository)
const second = under('077', repository, 'run', 'goal', '--json', '-k')
const third = under('077', repository, 'run', 'next')

const texts = ({ stdout, stderr }: Ran) => stdout + stderr

describe('a secret that a task gave to `secret`', () => {
  it('stands nowhere in output, errors, events, notes, steps, checks, journal, logs, outputs or file names', () => {
    expect([first, second, third].map(({ code }) => code)).toEqual([1, 1, 1])
    const everything =
      [first, second, third].map(texts).join('\n') +
      repository.everythingKept() +
      [...modes(repository).keys()].join('\n')
    for (const form of forms) expect(everything.includes(form), form).toBe(false)
    // It was all said.
    const said = [
      'plain •••',
      'address •••',
      '{"token":"•••"}',
      'a note •••',
      'not done: •••',
      'done with •••',
      'cannot begin with •••',
      'bare •••, pin •••',
      'refused with •••',
      'http://x/?h=Bearer%20•••',
    ]
    for (const words of said) expect(everything, words).toContain(words)
    const logs = repository.names('.mikado/log').map((run) => repository.names(`.mikado/log/${run}`))
    expect(logs).toContainEqual(['work.log', 'work.shot----.txt'])
  })

  it('is not cut in two where a message is shortened', () => {
    expect(texts(first)).toContain('x •••\n')
    const failure = repository.journal().find(({ event, card }) => event === 'card-failed' && card === 'work')
    expect(failure?.message).toBe(`${'x'.repeat(597)} •• …`)
  })

  it('is handed on whole, and masked in a later run also where only a part of what was handed on is printed', () => {
    const { inputs } = JSON.parse(repository.read('seen.json'))
    expect(inputs.work).toEqual({ header: 'Bearer hunter22', pin, url: 'http://x/', hunter22: 'a name' })
    expect(third.stderr).toContain('next │ bare •••, pin •••\n')
  })

  it('does not reach the environment of another card, which gets what the runner got and names of ours', () => {
    const { env } = JSON.parse(repository.read('seen.json'))
    expect(env.LEFT_BEHIND).toBeUndefined()
    expect(JSON.stringify(env)).not.toContain(JSON.stringify(token).slice(1, -1))
    const given = ['PATH', 'HOME', 'NODE_COMPILE_CACHE', 'GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM', 'USER']
    const ofShells = ['PWD', 'OLDPWD', 'SHLVL', '_']
    const others = Object.keys(env).filter((name) => ![...given, ...ofShells].includes(name))
    expect(others.filter((name) => !/^(?:MIKADO|NODE_CHANNEL)_/.test(name))).toEqual([])
  })

  it('that is too short to be masked is told to be so', () => {
    const warning = 'a secret of fewer than 4 characters is not masked: that would hide ordinary words'
    expect(texts(first)).toContain(warning)
    expect(repository.journal()).toContainEqual(
      expect.objectContaining({ event: 'warning', card: 'work', message: warning }),
    )
  })
})

describe('the run data', () => {
  it('is closed to others, whatever the umask and though the folder was open before', () => {
    expect(open.get('/')).toBe('700')
    for (const [name, mode] of open) {
      // A lock holds no more than who has it; and evidence is the task's own file.
      if (/^lock|^locks\/|shot/.test(name)) continue
      expect([name, mode]).toEqual([name, name.endsWith('/') ? '700' : '600'])
    }
    expect(open.get('secrets/work.json')).toBe('600')
    expect([...open.keys()]).toEqual(expect.arrayContaining(['journal.jsonl', '.gitignore', 'log/', 'secrets/']))
  })
})
