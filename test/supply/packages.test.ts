/** What comes with this package and with this repository: locked, few, allowed, and without a word of its own at install time. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type LockFile, readLock, sbomOf } from '../../tasks/sbom.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(root, name), 'utf8')
const manifest = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  scripts: Record<string, string>
}
const lock = readLock()
const sbom = sbomOf(lock)

/** A package of the lock file, with what only this test asks of it. */
type Entry = LockFile['packages'][string] & { hasInstallScript?: boolean; resolved?: string; link?: boolean }
const entries = Object.entries(lock.packages as Record<string, Entry>)

describe('the packages that come with the published one', () => {
  it('are these, and no more without a decision', () => {
    expect(sbom.components.map(({ 'bom-ref': ref }) => ref.replace(/@[^@]+$/, '')).join(' ')).toBe(
      [
        '@dagrejs/graphlib @hpcc-js/wasm-graphviz @modelcontextprotocol/core @modelcontextprotocol/server argparse argparse chalk entities',
        'es-module-lexer esprima extend-shallow gray-matter is-extendable js-yaml kind-of leven',
        'linkify-it markdown-it mdurl ms punycode.js section-matter sprintf-js strip-bom-string',
        'uc.micro yaml zod zx',
      ].join(' '),
    )
  })

  it('have licences that let anybody use them', () => {
    const allowed = ['Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'PSF-2.0']
    const others = sbom.components.filter(({ licenses: [first] }) => !first || !allowed.includes(first.license.id))
    expect(others).toEqual([])
  })

  it('stand on the page with the versions that are locked', () => {
    const page = read('docs/reference/supply-chain.md')
    const rows = [...page.matchAll(/^\| `([^`]+)` \| ([\d.]+) \|/gm)].map(([, name, version]) => [name, version])
    expect(Object.fromEntries(rows)).toEqual(manifest.dependencies)
    const counts = `${Object.keys(manifest.dependencies).length} direct, ${sbom.components.length} in all`
    expect(page).toContain(counts)
  })
})

describe('everything that is installed', () => {
  it('is locked: each version exactly, each package by its checksum, none from elsewhere than the registry', () => {
    const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
    expect(Object.entries(wanted).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([])
    // The registry that made the lock file serves the linter for its own system only: the others have no checksum there.
    const unchecked = entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)
    const own = ['', 'node_modules/mikado-node', 'scripts/node']
    expect(unchecked.filter((path) => !own.includes(path) && !path.startsWith('node_modules/@biomejs/cli-'))).toEqual(
      [],
    )
    const elsewhere = entries.filter(([, { resolved }]) => resolved !== undefined)
    expect(elsewhere.map(([path, { resolved }]) => [path, resolved])).toEqual([
      ['node_modules/mikado-node', 'scripts/node'],
    ])
    const lines = read('ansible/requirements.txt').replaceAll('\\\n', ' ').split('\n')
    const pinned = lines.filter((line) => /^[a-z]/i.test(line))
    expect([pinned.length > 5, pinned.filter((line) => !/==[\w.]+ .*--hash=sha256:[\da-f]{64}/.test(line))]).toEqual([
      true,
      [],
    ])
  })

  it('runs nothing at install time: no package that comes along has an install script, and none would be asked', () => {
    // BullMQ's, for development here; it does without what that script would build, and `--ignore-scripts` does not run it.
    const scripted = entries.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)
    expect(scripted).toEqual(['node_modules/msgpackr-extract'])
    const ofInstalling = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
    expect(Object.keys(manifest.scripts).filter((name) => ofInstalling.includes(name))).toEqual([])
    const calls = read('scripts/setup.sh').match(/^ *quietly (?:npm|\S*python).*$/gm) ?? []
    expect(calls.map((line) => line.replace(/ \|\|.*$/, '').trim())).toEqual([
      'quietly npm ci --ignore-scripts --no-audit --no-fund --loglevel=error',
      'quietly python3 -m venv .venv',
      'quietly .venv/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r ansible/requirements.txt',
    ])
    const workflows = readdirSync(join(root, '.forgejo/workflows')).map((name) => read(`.forgejo/workflows/${name}`))
    const installs = workflows.flatMap((text) => text.match(/npm (?:ci|install|i)\b.*/g) ?? [])
    expect(installs.filter((line) => !line.startsWith('npm ci --ignore-scripts'))).toEqual([])
  })
})

describe('the SBOM', () => {
  it('holds each of them with version, licence and checksum, and who needs whom', () => {
    const refs = sbom.components.map(({ 'bom-ref': ref }) => ref)
    expect(sbom.components.filter(({ hashes, licenses }) => hashes?.length !== 1 || licenses.length !== 1)).toEqual([])
    expect(sbom.dependencies.map(({ ref }) => ref).toSorted()).toEqual(
      [...refs, sbom.metadata.component['bom-ref']].toSorted(),
    )
    const direct = Object.entries(manifest.dependencies).map(([name, version]) => `${name}@${version}`)
    const of = (ref: string) => sbom.dependencies.find((entry) => entry.ref === ref)?.dependsOn
    expect(of(sbom.metadata.component['bom-ref'])).toEqual(direct.toSorted())
    expect(of(`gray-matter@${manifest.dependencies['gray-matter']}`)?.map((ref) => ref.replace(/@.*/, ''))).toEqual([
      ...['js-yaml', 'kind-of', 'section-matter', 'strip-bom-string'],
    ])
    const { integrity } = lock.packages['node_modules/chalk'] ?? {}
    const chalk = sbom.components.find(({ name }) => name === 'chalk')
    expect(`sha512-${Buffer.from(chalk?.hashes?.[0]?.content ?? '', 'hex').toString('base64')}`).toBe(integrity)
  })

  it('names no machine, no registry and no time', () => {
    const text = JSON.stringify(sbom)
    expect(text).not.toMatch(/https?:|timestamp|serialNumber|urn:uuid|\/(?:work|home|tmp|Users|opt)\//)
    expect(text).toBe(JSON.stringify(sbomOf(readLock())))
  })
})

describe('the runner’s own code', () => {
  const files = (readdirSync(join(root, 'scripts'), { recursive: true }) as string[])
    .filter((name) => /\.m?ts$|\.mjs$/.test(name) && !name.includes('node_modules'))
    .toSorted()

  it('opens no connection but to ask a forge for a pull request, and listens only to serve the page', () => {
    const connecting = /\bfetch\(|['"](?:node:)?(?:net|tls|http|https|http2|dgram|dns)(?:\/promises)?['"]|\bWebSocket\(/
    expect(files.filter((name) => connecting.test(read(`scripts/${name}`)))).toEqual([
      'io/page-server.ts',
      'io/pull-request.ts',
    ])
  })

  it('evaluates no text as code, and imports nothing that a document names but a card’s task', () => {
    const evaluating = /\beval\s*\(|\bnew Function\b|\bFunction\s*\(|node:vm|\brunIn\w*Context\b|\bprocess\.binding\b/
    expect(files.filter((name) => evaluating.test(read(`scripts/${name}`)))).toEqual([])
    const late = files.flatMap((name) =>
      [
        ...read(`scripts/${name}`).matchAll(
          /(?<!typeof )\bimport\((?!')([^\n]*)|createRequire\((?!import\.meta\.url\))(.*)/g,
        ),
      ].map(([found]) => `${name}: ${found}`),
    )
    // The one place: a task's own process loads the task, on a worker from the text that was compared.
    expect(late).toEqual(['worker/module.ts: import(url)) as Module'])
    // The other that says how Node loads modules only says where ours are.
    expect(files.filter((name) => /\bregisterHooks\(/.test(read(`scripts/${name}`)))).toEqual([
      'mikado.mjs',
      'worker/module.ts',
    ])
  })
})

it('run data and credentials are not for git', () => {
  const ignored = read('.gitignore').split('\n')
  expect(ignored).toEqual(expect.arrayContaining(['.mikado/', '.venv', 'node_modules']))
})
