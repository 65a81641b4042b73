/** A secret store of files, for a CI on this machine and for the sandbox. */
import { access, constants, readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { find } from '../lib/finding.ts'
import { writePrivate } from '../lib/private-file.ts'
import { checkSecretName, type SecretStore } from './store.ts'

/** Files of mode 0600 in a directory of mode 0700: `NAME`, and `NAME.json` with the note. Replaced whole, never half. */
export function fileSecretStore(directory: string): SecretStore {
  const path = (name: string): string => join(directory, checkSecretName(name))
  const read = async (name: string): Promise<string | undefined> => (await text(path(name)))?.trim() || undefined
  return {
    place: directory,
    has: async (name) => (await read(name)) !== undefined,
    read,
    write: async (name, value) => writePrivate(path(name), value),
    readNote: async (name) => text(`${path(name)}.json`),
    writeNote: async (name, note) => writePrivate(`${path(name)}.json`, note),
    examine: async () => [
      await find('secret store', async () => {
        const there = await nearest(directory)
        if (!(await stat(there)).isDirectory()) throw new Error(`${there} is a file: name another folder`)
        await access(there, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
          throw new Error(
            `${there} cannot be written (${error.code}): give this user the right, or name another folder`,
          )
        })
        return `files in ${directory}`
      }),
    ],
  }
}

async function text(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The folder itself, or the nearest above it that is there: it will be made in that one. */
async function nearest(directory: string): Promise<string> {
  for (let at = directory; ; at = dirname(at)) {
    const there = await access(at).then(
      () => true,
      () => false,
    )
    if (there || dirname(at) === at) return at
  }
}
