/** The published package: the same bytes each time, nothing in it that should not be, and an SBOM that agrees. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readLock, sbomOf } from '../../tasks/sbom.ts'

const root = resolve(import.meta.dirname, '../..')
const place = mkdtempSync(join(tmpdir(), 'mikado-pack-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** Packs a copy of a repository that somebody has worked in. */
function pack(from: string, name: string, umask: string, env: NodeJS.ProcessEnv): Buffer {
  const copy = join(place, name)
  const parts = [
    'docs',
    'scripts',
    'tasks',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ]
  for (const part of [...parts, 'README.md', 'CHANGELOG.md', 'LICENSE', '.npmrc']) {
    cpSync(join(from, part), join(copy, part), { recursive: true, preserveTimestamps: from === root })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const file of ['.mikado/secrets/a.json', 'dist/stale.js', '.env', 'docs/reference/.npmrc', 'key.pem']) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, 'LICENSE'), join(copy, file))
  }
  const npm = 'umask "$1"; npm pack --silent --pack-destination out'
  mkdirSync(join(copy, 'out'))
  execFileSync('sh', ['-c', npm, 'sh', umask], { cwd: copy, env: { ...process.env, ...env }, stdio: 'pipe' })
  return readFileSync(join(copy, 'out/mikado-runner-0.1.0.tgz'))
}

let first: Buffer
beforeAll(() => {
  first = pack(root, 'one', '022', { TZ: 'UTC', LANG: 'C' })
}, 120_000)

const list = () => execFileSync('tar', ['-tz'], { input: first, encoding: 'utf8' }).trim().split('\n').toSorted()
const content = (file: string) =>
  execFileSync('tar', ['-xzO', `package/${file}`], { input: first, encoding: 'utf8', maxBuffer: 2 ** 26 })

it('is the same, byte by byte, when it is packed again in another place, at another time, under another umask', {
  timeout: 120_000,
}, () => {
  expect(pack(join(place, 'one'), 'another', '077', { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8' }).equals(first)).toBe(true)
})

it('holds the built runner, its reference and the SBOM, and nothing of a machine or of a run', () => {
  const files = list().map((file) => file.replace(/^package\//, ''))
  const known =
    /^(?:CHANGELOG\.md|LICENSE|README\.md|package\.json|docs\/reference\/[\w-]+\.(?:md|schema\.json)|docs\/reference\/engine\/[\w-]+\.(?:service|yaml)|dist\/sbom\.cdx\.json|dist\/mikado\.1|dist\/browser\/\w+\.(?:css|svg)|dist\/shell\/mikado\.(?:bash|zsh|fish)|dist\/[\w/-]+\.(?:js|mjs|d\.ts|d\.mts))$/
  expect(files.filter((file) => !known.test(file))).toEqual([])
  expect(files).toEqual(
    expect.arrayContaining(['dist/mikado.mjs', 'dist/index.d.ts', 'docs/reference/supply-chain.md', 'dist/mikado.1']),
  )
  expect(files).not.toContain('dist/stale.js')
  const text = files.map(content).join('\n')
  expect(text.includes(root) || text.includes(place)).toBe(false)
})

it('has an SBOM that says what the lock file says, and all that npm finds installed for it', () => {
  const sbom = JSON.parse(content('dist/sbom.cdx.json'))
  expect(sbom).toEqual(sbomOf(readLock()))
  // Where the packages are, should they be linked to.
  const installed = dirname(realpathSync(join(root, 'node_modules')))
  const found = execFileSync('npm', ['ls', '--omit', 'dev', '--all', '--parseable', '--workspaces=false'], {
    cwd: installed,
    encoding: 'utf8',
    stdio: 'pipe',
  })
  const names = found
    .trim()
    .split('\n')
    .slice(1)
    .map((path) => path.slice(path.lastIndexOf('node_modules/') + 13))
  // One that is installed in two versions is named for each.
  const refs = new Set((sbom.components as { name: string }[]).map(({ name }) => name))
  const ofThisRepository = /^(?:mikado-node|node-(?:bin-)?(?:linux|darwin)-\w+)$/
  expect([...refs].toSorted()).toEqual([...new Set(names)].filter((name) => !ofThisRepository.test(name)).toSorted())
})
