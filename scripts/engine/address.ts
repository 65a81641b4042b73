/** The address of an engine, as a person writes it, and the way there. */
import type { Redis, RedisOptions } from 'ioredis'
import { exit, Refusal } from '../core/exit.ts'

export interface Address {
  /** In the older form of answers, which every server speaks. */
  options: Omit<RedisOptions, 'replyMapping'> & { protocol: 2 }
  /** Without the user and the password: this is what people are told. */
  told: string
}

/** How long it may take to connect, in milliseconds. */
export const connecting = 5000

/** What an address says. @throws Refusal (64) when it is none. The password may stand in MIKADO_ENGINE_PASSWORD instead, where no list of processes shows it. */
export function addressOf(url: string, env: Readonly<Record<string, string | undefined>>): Address {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !['redis:', 'rediss:'].includes(parsed.protocol) || parsed.hostname === '') {
    const help = 'It is written as redis://user@host:6379/0, or rediss:// with TLS.'
    throw new Refusal(exit.usage, '--engine: this is no address of an engine', help)
  }
  const db = Number(parsed.pathname.slice(1))
  if (!Number.isInteger(db))
    throw new Refusal(exit.usage, '--engine: after the host comes the number of a database, or nothing')
  const password = decodeURIComponent(parsed.password) || env.MIKADO_ENGINE_PASSWORD || ''
  const options: Address['options'] = {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: Number(parsed.port) || 6379,
    db,
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(password === '' ? {} : { password }),
    ...(parsed.protocol === 'rediss:' ? { tls: {} } : {}),
    protocol: 2,
    connectTimeout: connecting,
    maxRetriesPerRequest: null,
  }
  return { options, told: `${parsed.protocol}//${parsed.host}${parsed.pathname}` }
}

/** The first word of a connection tells why there is none. */
export function connect(client: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('ready', resolve)
    client.once('error', reject)
    client.connect().catch(reject)
  })
}
