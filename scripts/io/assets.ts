/** What a browser loads besides pages: scripts, the style, the sign. They stand beside this program. */
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Asset {
  name: string
  type: string
  body: Uint8Array
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** All of them, by name. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const folder = fileURLToPath(new URL('../browser', import.meta.url))
  const names = readdirSync(folder).filter((name) => types[extname(name)] !== undefined)
  return new Map(
    names
      .sort()
      .map((name) => [name, { name, type: types[extname(name)] ?? '', body: readFileSync(join(folder, name)) }]),
  )
}
