/** The push command for CI: publishes an OCI image layout under a tag that is free, or holds this very image already. */
import { parseArgs } from 'node:util'
import { basic, Unreachable } from './lib/http.ts'
import { LayoutError, readLayout } from './lib/layout.ts'
import { RegistryClient, RegistryError } from './lib/oci.ts'
import { publish, TagTaken } from './lib/publish.ts'
import { parseReference, type Reference } from './lib/reference.ts'

const HELP = `Publishes an image once. Published tags do not move.

  push.ts --layout DIR IMAGE:TAG   push the image in an OCI layout directory
  push.ts --look IMAGE:TAG         only look whether the tag is free

  --layout DIR   as builders write it: oci-layout, index.json, blobs/
  --image NAME   which image of the layout, by its name there; needed when it holds several
  --user NAME    who pushes (zot-ci)
  --help         this text

The key comes from the environment, ZOT_CI_API_KEY. IMAGE is HOST[:PORT]/REPOSITORY; loopback is spoken to over http, all else over https.

Exit codes
  0    pushed, or already there with the same digest; with --look: the tag is free
  1    the registry failed in another way
  2    the tag is taken: it holds another image (nothing was uploaded); with --look: it exists
  64   wrong usage, or no key
  65   the layout cannot be read
  69   the registry does not answer
  77   not allowed: the key is wrong, revoked or expired, or its owner may not push there
`

/** Wrong usage: exit 64. */
class Usage extends Error {
  override name = 'Usage'
}

async function run(argv: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = readArguments(argv)
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const [name, ...more] = positionals
  if (!name || more.length > 0) throw new Usage('Give one IMAGE:TAG')
  const reference = parseReference(name)
  if (!reference) throw new Usage(`"${name}" is not HOST[:PORT]/REPOSITORY:TAG`)
  if (values.look === (values.layout !== undefined)) throw new Usage('Give --layout DIR, or --look')
  return values.layout === undefined
    ? look(reference)
    : push(reference, values.layout, values.image, values.user, env.ZOT_CI_API_KEY)
}

function readArguments(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        layout: { type: 'string' },
        image: { type: 'string' },
        user: { type: 'string', default: 'zot-ci' },
        look: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new Usage((error as Error).message)
  }
}

async function look({ url, repository, tag }: Reference): Promise<number> {
  const there = await new RegistryClient(url).digest(repository, tag)
  if (there === undefined) {
    console.log(`${repository}:${tag} is free`)
    return 0
  }
  console.error(`${repository}:${tag} is already published as ${there}. Published tags do not move: choose a new tag.`)
  return 2
}

async function push(
  reference: Reference,
  layout: string,
  image: string | undefined,
  user: string,
  key: string | undefined,
): Promise<number> {
  if (!key) throw new Usage('ZOT_CI_API_KEY is not set: the key comes from the environment')
  const { url, repository, tag } = reference
  const content = await readLayout(layout, image ?? tag)
  const outcome = await publish(new RegistryClient(url, basic(user, key)), repository, tag, content)
  console.log(`${repository}:${tag} ${outcome === 'pushed' ? 'pushed' : 'already there'}, ${content.manifest.digest}`)
  return 0
}

/** What a failure means to the job that called. */
function exitCode(error: unknown): number {
  if (error instanceof Usage) return 64
  if (error instanceof TagTaken) return 2
  if (error instanceof LayoutError) return 65
  if (error instanceof Unreachable) return 69
  if (error instanceof RegistryError && (error.status === 401 || error.status === 403)) return 77
  return 1
}

try {
  process.exitCode = await run(process.argv.slice(2), process.env)
} catch (error) {
  process.exitCode = exitCode(error)
  console.error(`push: ${error instanceof Error ? error.message : String(error)}`)
  if (error instanceof Usage) console.error('See --help.')
}
