import type { Layout } from './layout.ts'
import type { Ports } from './ports.ts'

/** Where the registry shows the upstream's images: `<registry>/mirror/<repository of the upstream>`. */
export const MIRROR = '/mirror'

/** The registry's configuration before any hardening: everybody may do everything. From then on the Ansible role owns the file. */
export function firstRegistryConfig(layout: Layout, ports: Ports): object {
  const url = `http://127.0.0.1:${ports.registry}`
  return {
    distSpecVersion: '1.1.1',
    storage: { rootDirectory: layout.registry.dataDir, gc: true, gcDelay: '1h', gcInterval: '24h' },
    http: { address: '127.0.0.1', port: String(ports.registry), externalUrl: url },
    log: { level: 'info' },
    extensions: {
      metrics: { enable: true, prometheus: { path: '/metrics' } },
      sync: {
        enable: true,
        registries: [
          {
            urls: [`http://127.0.0.1:${ports.upstream}`],
            content: [{ prefix: '**', destination: MIRROR }],
            onDemand: true,
            tlsVerify: false,
            maxRetries: 1,
            retryDelay: '1s',
          },
        ],
      },
    },
  }
}

/** The upstream's configuration: a plain registry for what the sandbox's registry pulls through. */
export function upstreamConfig(layout: Layout, ports: Ports): object {
  return {
    distSpecVersion: '1.1.1',
    storage: { rootDirectory: layout.upstream.dataDir, gc: false },
    http: { address: '127.0.0.1', port: String(ports.upstream) },
    log: { level: 'info' },
  }
}
