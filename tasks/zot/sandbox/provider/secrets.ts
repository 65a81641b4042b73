/** CI's secret store as the sandbox gives it to those on other machines: the same files, behind the admin's token. */
import { fileSecretStore } from '../../secrets/file.ts'
import { checkSecretName } from '../../secrets/store.ts'
import { HttpError } from './http.ts'

/** @param verb as `GET secrets/*` or `PUT secrets/*\/note`. @returns the text of the secret or its note, `null` when there is none. */
export async function answerSecret(
  verb: string,
  name: string,
  { text }: Record<string, unknown>,
  folder: string,
): Promise<{ text: string | null }> {
  try {
    checkSecretName(name)
  } catch (error) {
    throw new HttpError(400, (error as Error).message)
  }
  const store = fileSecretStore(folder)
  switch (verb) {
    case 'GET secrets/*':
      return { text: (await store.read?.(name)) ?? null }
    case 'GET secrets/*/note':
      return { text: (await store.readNote(name)) ?? null }
    case 'PUT secrets/*':
    case 'PUT secrets/*/note': {
      if (typeof text !== 'string' || text === '') throw new HttpError(400, 'text: what to keep, not empty')
      await (verb.endsWith('note') ? store.writeNote(name, text) : store.write(name, text))
      return { text }
    }
    default:
      throw new HttpError(404, 'no such path or method')
  }
}
