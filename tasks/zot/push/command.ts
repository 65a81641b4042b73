/** What the push command was asked for. */
import { parseArgs } from 'node:util'
import { parseReference, type Reference } from '../lib/reference.ts'

export const HELP = `Publishes an image once. Published tags do not move.

  push.ts --layout DIR IMAGE:TAG     push the image in an OCI layout directory
  push.ts --archive FILE IMAGE:TAG   push the image in an archive: a tar with an OCI layout, or what docker save
                                     and Nix write (that needs skopeo); also compressed with gzip
  push.ts --look IMAGE:TAG           look whether the tag is free; with --layout or --archive, also whether it
                                     holds this very image. Uploads nothing and needs no key

  --image NAME   which image of the layout or archive, by its name there; needed when it holds several
  --move         let the tag leave another image that it holds. The registry decides whether it may
  --user NAME    who pushes (zot-ci)
  --retries N    how often a step is tried again after trouble that may pass: no connection, a broken upload, or
                 429, 502, 503, 504; after 1, 2, 4 … seconds or when the registry says, a minute at most (3)
  --json         one line on stdout: {"reference", "digest", "outcome", "moved"}, and "reason" when it failed
  --help         this text

IMAGE is HOST[:PORT]/REPOSITORY; loopback is spoken to over http, all else over https. The key comes from the
environment, ZOT_CI_API_KEY, and from nowhere else. Layers are sent as they are read, whatever their size, and not
slower than 100 kB a second; archives are unpacked below TMPDIR.

Examples
  # Dagger
  dagger core host directory --path . docker-build as-tarball export --path image.tar
  npm run push-image -- --archive image.tar registry.example/team/app:v1.2.0
  # Docker buildx
  docker buildx build --output type=oci,dest=image.tar .
  npm run push-image -- --archive image.tar registry.example/team/app:v1.2.0
  # Nix (dockerTools)
  nix build .#app
  npm run push-image -- --archive result registry.example/team/app:v1.2.0
  # skopeo, to an OCI layout directory
  skopeo copy docker://docker.io/library/alpine:3.22 oci:alpine
  npm run push-image -- --layout alpine registry.example/team/alpine:3.22

Exit codes
  0    pushed, or already there with the same digest; with --look: the tag is free, or holds this very image
  1    the registry failed in another way
  2    the tag is taken: it holds another image, and still does; with --look alone: it exists
  64   wrong usage, or no key
  65   the layout or archive cannot be read
  69   the registry does not answer or is too busy, or a program that is needed is not installed
  77   not allowed: the key is wrong, revoked or expired, or its owner may not push there, or not move this tag
  129, 130, 143   stopped by SIGHUP, SIGINT, SIGTERM
`

/** Wrong usage: exit 64. */
export class Usage extends Error {
  override name = 'Usage'
}

export interface Source {
  kind: 'layout' | 'archive'
  path: string
  /** Name of the image that is meant, if the source holds several. */
  image: string | undefined
}

export interface Command {
  /** As it was given. */
  name: string
  reference: Reference
  /** Only looking may do without. */
  source: Source | undefined
  look: boolean
  move: boolean
  user: string
  retries: number
}

const OPTIONS = {
  layout: { type: 'string' },
  archive: { type: 'string' },
  image: { type: 'string' },
  user: { type: 'string', default: 'zot-ci' },
  retries: { type: 'string', default: '3' },
  move: { type: 'boolean', default: false },
  look: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/** @throws Usage */
export function parseCommand(argv: string[]): Command | 'help' {
  const { values, positionals } = readArguments(argv)
  if (values.help) return 'help'
  const [name, ...more] = positionals
  if (!name || more.length > 0) throw new Usage('Give one IMAGE:TAG')
  const reference = parseReference(name)
  if (!reference) throw new Usage(`"${name}" is not HOST[:PORT]/REPOSITORY:TAG`)
  const { layout, archive, image, look, move, user } = values
  if (layout !== undefined && archive !== undefined) throw new Usage('Give --layout DIR or --archive FILE, not both')
  if (look && move) throw new Usage('--look moves nothing: leave out --move')
  if (!/^([0-9]|10)$/.test(values.retries)) throw new Usage(`--retries "${values.retries}" is not 0 to 10`)
  const path = layout ?? archive
  if (path === '') throw new Usage(`--${layout === '' ? 'layout' : 'archive'} is empty`)
  if (path === undefined && !look) throw new Usage('Give --layout DIR, --archive FILE, or --look')
  if (path === undefined && image !== undefined) throw new Usage('--image goes with --layout or --archive')
  const kind = layout === undefined ? 'archive' : 'layout'
  const source: Source | undefined = path === undefined ? undefined : { kind, path, image }
  return { name, reference, source, look, move, user, retries: Number(values.retries) }
}

function readArguments(argv: string[]) {
  try {
    return parseArgs({ args: argv, allowPositionals: true, options: OPTIONS })
  } catch (error) {
    throw new Usage((error as Error).message)
  }
}
