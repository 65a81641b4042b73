/** Whether everything that the registry lives on answers. */

import { must } from './check.ts'
import { daysLeft, workingKey } from './ci-key.ts'
import { conceal } from './finding.ts'
import { exchange } from './http.ts'
import { RegistryClient } from './oci.ts'
import { KEY_NAME, type Target } from './target.ts'

export interface ServiceState {
  service: string
  ok: boolean
  /** What was seen, or what is wrong. */
  detail: string
}

/** Asks every service, all at once; none that fails hides another. */
export function checkServices(target: Target, signal?: AbortSignal): Promise<ServiceState[]> {
  const { registry, provider, cached } = target
  const upstream = cached?.upstream
  const answers = async (url: string): Promise<string> => {
    const { status } = await exchange(url, { signal, timeout: 5_000 })
    must(status === 200, `${url} answered ${status}`)
    return url
  }
  const services: Record<string, () => Promise<string>> = {
    'identity provider': async () => (await provider.discover()).issuer,
    registry: () => answers(`${registry.url}/readyz`),
    'anonymous catalog': async () => {
      const repositories = await new RegistryClient(registry.url, {}, signal).catalog()
      return `${repositories.length} ${repositories.length === 1 ? 'repository' : 'repositories'}`
    },
    metrics: () => answers(`${registry.url}/metrics`),
    ...(upstream ? { upstream: () => answers(`${upstream}/v2/`) } : {}),
    'CI key': async () => {
      const { key } = await workingKey(target, signal)
      const days = Math.floor(daysLeft(key))
      return `${KEY_NAME} works, ${days === Number.POSITIVE_INFINITY ? 'and never expires' : `${days} days left`}`
    },
  }
  return Promise.all(
    Object.entries(services).map(async ([service, ask]) => {
      try {
        return { service, ok: true, detail: await ask() }
      } catch (error) {
        return {
          service,
          ok: false,
          detail: conceal(error instanceof Error ? error.message : String(error), target.confidential),
        }
      }
    }),
  )
}
