/** A Keycloak on this machine: found, or fetched with Maven and kept for the next time. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { which } from 'zx/core'

const run = promisify(execFile)

const VERSION = '26.7.3'
const UNPACK = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack'

/** Where it is kept: 188 MB, ignored by git. `KEYCLOAK_HOME` names another. */
const cache = resolve(import.meta.dirname, '../../.mikado/keycloak')
export const keycloakHome = process.env.KEYCLOAK_HOME ?? join(cache, `keycloak-${VERSION}`)

const unpacked = (): boolean => existsSync(join(keycloakHome, 'bin/kc.sh'))

/** What is missing on this machine, in words for a person; empty when all is there. Fetches nothing. */
export async function missing(): Promise<string[]> {
  const there = async (program: string): Promise<boolean> => (await which(program, { nothrow: true })) !== null
  const lacks: string[] = []
  if (!(await there('java'))) lacks.push('java (17 or newer)')
  if (!(await there('bash'))) lacks.push('bash, for kc.sh')
  if (!unpacked()) {
    if (process.env.KEYCLOAK_HOME) lacks.push(`bin/kc.sh in KEYCLOAK_HOME (${keycloakHome})`)
    else if (!(await there('mvn'))) lacks.push('mvn, or a Keycloak in KEYCLOAK_HOME')
  }
  if ((await findZot()) === null) lacks.push('a real zot: in ZOT_BIN, or on PATH')
  return lacks
}

/** The real zot, `ZOT_BIN` or on PATH; `null` where there is none. A build without a version in it is one too. */
export async function findZot(): Promise<string | null> {
  const path = process.env.ZOT_BIN ?? (await which('zot', { nothrow: true }))
  if (path === null) return null
  const said = await run(path, ['--version']).catch(() => undefined)
  const text = `${said?.stdout}${said?.stderr}`
  return text.includes('distribution-spec') && !text.includes('stand-in') ? path : null
}

/** Fetches Keycloak unless it is there; answers its home. Killed in between, nothing half-made is taken for one. */
export async function installKeycloak(): Promise<string> {
  if (unpacked()) return keycloakHome
  mkdirSync(cache, { recursive: true })
  const stage = mkdtempSync(join(cache, 'fetch-'))
  try {
    const what = `-Dartifact=org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`
    // In the folder itself: Maven leaves notes below the one that it is started in.
    await run('mvn', ['-q', UNPACK, what, `-DoutputDirectory=${stage}`], { cwd: stage })
    renameSync(join(stage, `keycloak-${VERSION}`), keycloakHome)
    return keycloakHome
  } catch (error) {
    const { stdout = '', message } = error as { stdout?: string; message: string }
    const said = stdout.split('\n').find((line) => line.includes('ERROR')) ?? message
    throw new Error(
      `Keycloak ${VERSION} could not be fetched with Maven: ${said}\nSee that \`mvn\` reaches a repository.`,
    )
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}
