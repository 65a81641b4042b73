/** What somebody without credentials must not be able to do. */
import type { TaskContext } from '../../../scripts/index.ts'
import { must } from './check.ts'
import { basic } from './http.ts'
import { RegistryClient } from './oci.ts'
import { PROBES, probeImage, probeTag } from './probe.ts'
import { CI_USER, type Target } from './target.ts'

/** Tries to push as nobody and with a key that nobody made; nothing is uploaded even where that would be allowed. */
export async function anonymousPushFails(target: Target, { signal }: TaskContext): Promise<string> {
  const { url } = target.registry
  const attempts: [string, RegistryClient][] = [
    ['Somebody without credentials', new RegistryClient(url, {}, signal)],
    ['Somebody with a wrong key', new RegistryClient(url, basic(CI_USER, `zak_${'0'.repeat(32)}`), signal)],
  ]
  for (const [who, client] of attempts) {
    const start = await client.send(`/v2/${PROBES}/blobs/uploads/`, { method: 'POST' })
    const location = start.headers.get('location')
    if (start.status === 202 && location) await client.send(location, { method: 'DELETE' })
    must(start.status === 401, `${who} may start an upload: ${start.status} instead of 401`)
    must(
      start.headers.get('www-authenticate') !== null,
      `${who} is refused, but not told how to authenticate (WWW-Authenticate)`,
    )
    // Its blobs are not there, so a registry that allowed this would answer 400 and keep nothing.
    const { bytes, mediaType } = probeImage().manifest
    const put = await client.send(`/v2/${PROBES}/manifests/${probeTag('nobody')}`, {
      method: 'PUT',
      headers: { 'content-type': mediaType },
      body: bytes,
    })
    must(put.status === 401, `${who} may push a manifest: ${put.status} instead of 401`)
  }
  return 'upload and manifest answered 401, without credentials and with a wrong key'
}
