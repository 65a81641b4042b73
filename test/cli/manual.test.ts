/** The help as a manual page. */
import { spawnSync } from 'node:child_process'
import { afterAll, describe, expect, test } from 'vitest'
import { commands } from '../../scripts/commands/table.ts'
import { TestRepository } from '../rig/repository.ts'
import { diamond } from './diamond.ts'

const repository = new TestRepository(diamond)
afterAll(() => repository[Symbol.dispose]())

describe('as a manual page', () => {
  test('it has every command but hidden ones, once, and no line that roff would take for more than text', async () => {
    const { code, stdout, stderr } = await repository.mikado('help', '--man')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^\.TH MIKADO 1 "" "mikado \d+\.\d+\.\d+"\n\.SH NAME\nmikado \\- documentation that runs\n/)
    const told = Object.keys(commands).filter((name) => !commands[name]?.hidden)
    expect([...stdout.matchAll(/^\.SH "mikado (.*)"$/gm)].map(([, name]) => name?.replaceAll('\\', '')).sort()).toEqual(
      told.sort(),
    )
    expect([...stdout.matchAll(/^\.SH "Options of every command"$/gm)]).toHaveLength(1)
    expect([...new Set([...stdout.matchAll(/^[.'].*$/gm)].map(([line]) => line.split(' ')[0]))].sort()).toEqual([
      '.B',
      '.PP',
      '.SH',
      '.SS',
      '.TH',
      '.TP',
    ])
    expect(stdout).toMatch(/^[\n -~]*$/)
  })

  // To unskip: groff.
  test.skipIf(spawnSync('groff', ['--version']).status !== 0)('groff sets it without a warning', async () => {
    const { stdout } = await repository.mikado('help', '--man')
    const set = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], { input: stdout, encoding: 'utf8' })
    expect(set.stderr).toBe('')
    expect(set.stdout).toContain('mikado run harden-zot-registry -j 1 --output stream')
    expect(set.stdout).toContain('C2(<goal>): plan|impl|close|finalize …')
  })
})
