/** The published package in somebody else's repository: packed, installed, called through npx. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { card, steady, TestRepository } from './rig/repository.ts'

const here = resolve(import.meta.dirname, '..')
const theirs = new TestRepository()

beforeAll(() => {
  const npm = (cwd: string, ...args: string[]) =>
    execFileSync('npm', args, { cwd, stdio: 'pipe', encoding: 'utf8', env: process.env })
  const packed = npm(here, 'pack', '--silent', '--pack-destination', theirs.root).trim().split('\n').at(-1) ?? ''
  theirs.write({
    'package.json': '{"name": "theirs", "private": true}\n',
    'docs/lay-cable.md': card({ title: 'Lay the cable' }),
    'docs/light-up.md': card({ title: 'Light up', requires: ['lay-cable'] }),
    'tasks/lay-cable.ts': taskOf('cable'),
    'tasks/deep/light-up.ts': taskOf('light'),
  })
  npm(theirs.root, 'install', '--no-audit', '--no-fund', '--prefer-offline', join(theirs.root, packed))
}, 120_000)

afterAll(() => theirs[Symbol.dispose]())

function taskOf(name: string): string {
  return `import { existsSync, writeFileSync } from 'node:fs'
import { task } from 'mikado-runner'
export default task({
  apply: async ({ $, step }) => { await $\`echo ${name}\`; await step('write', () => writeFileSync('${name}', '')) },
  verify: { 'It is done': () => { if (!existsSync('${name}')) throw new Error('no ${name}') } },
})
`
}

function npx(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { PATH, HOME } = process.env
  const { status, stdout, stderr } = spawnSync('npx', ['mikado', ...args], {
    cwd: theirs.root,
    encoding: 'utf8',
    env: { PATH, HOME, USER: 'tester' },
  })
  return { code: status, stdout: steady(stdout), stderr }
}

it('completes there, and has a manual', () => {
  expect(npx('completion', 'fish').stdout).toMatch(/^# Completion of mikado for fish/)
  expect(npx('complete', '--', 'run', 'li').stdout).toBe('light-up\tLight up\n')
  const { man } = JSON.parse(theirs.read('node_modules/mikado-runner/package.json')) as { man: string }
  expect(theirs.read(`node_modules/mikado-runner/${man}`)).toMatch(/^\.TH MIKADO 1/)
})

it('lists, runs, resumes and verifies there', { timeout: 60_000 }, () => {
  expect(npx('list')).toMatchObject({
    code: 0,
    stdout: 'Light up  light-up\n  1 of 1 required card active · ready: lay-cable\n',
  })
  expect(npx('run', '--only', 'lay-cable')).toMatchObject({ code: 0 })
  expect(npx('resume', 'light-up')).toMatchObject({
    code: 0,
    stdout: 'light-up is complete: 1 card proved in N s\n  ✓  light-up  done  N s  1 check held\n',
  })
  expect(theirs.read('docs/light-up.md')).toBe(
    card({ title: 'Light up', requires: ['lay-cable'] })
      .replace('status: active\n', '')
      .replace('[ ]', '[x]'),
  )
  expect(npx('verify')).toMatchObject({
    code: 0,
    stdout: '✓  lay-cable  holds, 1 check\n✓  light-up   holds, 1 check\n',
  })
})

it('serves its page, and writes it as files, with all that a browser needs', { timeout: 60_000 }, async () => {
  expect(npx('view', '--export', 'site')).toMatchObject({ code: 0, stderr: '' })
  expect(theirs.names('site/assets')).toEqual(expect.arrayContaining(['page.css', 'picture.js', 'icon.svg']))
  const program = join(theirs.root, 'node_modules/mikado-runner/dist/mikado.mjs')
  const served = spawn(process.execPath, [program, 'view', '--json'], {
    cwd: theirs.root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [told] = (await once(served.stdout, 'data')) as [Buffer]
    const { url } = (JSON.parse(told.toString()) as { data: { url: string } }).data
    for (const [path, words] of [
      ['', 'Light up'],
      ['card/light-up', 'Checklist'],
      ['assets/live.js', 'EventSource'],
    ] as const)
      expect(await (await fetch(url + path)).text()).toContain(words)
  } finally {
    served.kill('SIGKILL')
  }
})

it('brings no Node of its own and no test tools along', () => {
  const installed = theirs.names('node_modules')
  expect(installed).toContain('mikado-runner')
  expect(installed.filter((name) => /^node-|vitest|oidc-provider|playwright/.test(name))).toEqual([])
  expect(theirs.names('node_modules/mikado-runner')).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist',
    'docs',
    'package.json',
  ])
})
