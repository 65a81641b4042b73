import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'

interface Step {
  name?: string
  id?: string
  if?: string
  env?: Record<string, string>
  run?: string
}

const folder = join(import.meta.dirname, '../../.forgejo/workflows')

describe.each(['build-container.yaml', 'build-container-nix.yaml'])('%s', (name) => {
  const workflow = parse(readFileSync(join(folder, name), 'utf8'))
  const steps: Step[] = workflow.jobs.publish.steps
  const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]))
  let scratch: string

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'chain-workflow-'))
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  test('nothing that somebody typed becomes part of a script', () => {
    for (const script of scripts) expect(script).not.toContain('${{')
    expect(workflow.jobs.publish.env.NAME).toMatch(/^\$\{\{ inputs\.name \}\}$/)
    expect(workflow.jobs.publish.env.VERSION).toMatch(/^\$\{\{ inputs\.version \}\}$/)
  })

  test('every script is one, and quotes its variables', () => {
    for (const script of scripts) {
      execFileSync('sh', ['-n'], { input: script })
      const unquoted = script.replace(/"[^"]*"|'[^']*'/g, '').replace(/code=\$\?/g, '')
      expect(unquoted).not.toContain('$')
    }
  })

  test('only the step that publishes sees the key, and it runs only when the tag is free', () => {
    const seeing = steps.filter(({ env }) => env?.ZOT_CI_API_KEY !== undefined)
    expect(seeing.map((step) => step.if)).toEqual(["steps.look.outputs.free == 'yes'"])
    expect(JSON.stringify(workflow.jobs.publish.env)).not.toContain('secrets.')
  })

  test.each([
    [0, 0, 'free=yes\n'],
    [2, 0, 'free=no\n'],
    [69, 69, ''],
    [64, 64, ''],
  ])('looking ends with %i: the step with %i, and "%s"', (looked, ended, told) => {
    const look = steps.find(({ id }) => id === 'look')?.run ?? ''
    const output = join(scratch, `output-${looked}`)
    writeFileSync(output, '')
    writeFileSync(join(scratch, 'npm'), `#!/bin/sh\nprintf '%s\\n' "$@" > ${scratch}/arguments\nexit ${looked}\n`)
    chmodSync(join(scratch, 'npm'), 0o755)
    const env = {
      PATH: `${scratch}${delimiter}${process.env.PATH}`,
      GITHUB_OUTPUT: output,
      REGISTRY: 'registry.test',
      NAME: 'app; echo $(id)',
      VERSION: 'v1 v2',
    }
    expect(spawnSync('sh', ['-e', '-c', look], { env }).status).toBe(ended)
    expect(readFileSync(output, 'utf8')).toBe(told)
    expect(readFileSync(join(scratch, 'arguments'), 'utf8').split('\n').slice(-3, -1)).toEqual([
      '--look',
      'registry.test/app; echo $(id):v1 v2',
    ])
  })
})
