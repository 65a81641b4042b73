/**
 * `npm run -s sbom`: what the published package is made of, as a CycloneDX document on stdout: each package that comes with it,
 * with its version, its licence and the checksum that package-lock.json holds. Only the lock file decides it: the same lock file,
 * the same bytes, on every machine.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** A package, as package-lock.json has it. */
export interface Locked {
  name?: string
  version: string
  license?: string
  integrity?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

export interface LockFile {
  packages: Record<string, Locked>
}

export interface Component {
  'bom-ref': string
  type: string
  name: string
  version: string
  purl: string
  hashes?: { alg: string; content: string }[]
  licenses: { license: { id: string } }[]
}

export interface Sbom {
  bomFormat: string
  specVersion: string
  version: number
  metadata: { component: Component }
  components: Component[]
  dependencies: { ref: string; dependsOn: string[] }[]
}

const root = ''

/** The SBOM of the package that the lock file is for: what it needs to run, without what only its development needs. */
export function sbomOf({ packages }: LockFile): Sbom {
  const found = new Map<string, string[]>()
  const waiting = [root]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packageAt(packages, path)
    // A peer that is optional does not come with the package: who wants it installs it.
    const peers = Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional)
    const names = [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]
    const needed = names.map((name) => placeOf(packages, path, name)).filter((place) => place !== null)
    found.set(path, needed)
    waiting.push(...needed)
  }
  const component = (path: string) => componentOf(path, packageAt(packages, path))
  const ref = (path: string) => component(path)['bom-ref']
  const paths = [...found.keys()].toSorted((a, b) => (ref(a) < ref(b) ? -1 : 1))
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { ...component(root), type: 'application' } },
    components: paths.filter((path) => path !== root).map(component),
    dependencies: paths.map((path) => ({ ref: ref(path), dependsOn: (found.get(path) ?? []).map(ref).toSorted() })),
  }
}

function packageAt(packages: LockFile['packages'], path: string): Locked {
  const found = packages[path]
  if (!found) throw new Error(`package-lock.json has no \`${path}\``)
  return found
}

/** Where a package finds another, as Node looks for it; null: it is not there, as one for another system may be. */
function placeOf(packages: LockFile['packages'], from: string, name: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = folder === root ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages[path]) return path
    if (folder === root) return null
  }
}

function componentOf(path: string, { name = nameIn(path), version, license, integrity }: Locked): Component {
  const [kind, checksum] = integrity?.split('-', 2) ?? []
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    ...(kind === 'sha512' && checksum
      ? { hashes: [{ alg: 'SHA-512', content: Buffer.from(checksum, 'base64').toString('hex') }] }
      : {}),
    licenses: license === undefined ? [] : [{ license: { id: license } }],
  }
}

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
}

export function readLock(): LockFile {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, '../package-lock.json'), 'utf8')) as LockFile
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(sbomOf(readLock()), null, 2)}\n`)
