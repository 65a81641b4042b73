import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

export interface Store {
  /** What oidc-provider keeps its clients, sessions, grants, codes and tokens in. */
  adapter: AdapterFactory
  /** All clients, without their secrets. */
  clients: () => { client_id: string; client_name: string | null; redirect_uris: string[] }[]
  /** Takes a client away, with all grants, codes and tokens made out to it. Answers whether there was one. */
  removeClient: (id: string) => boolean
  close: () => void
}

/** Opens the provider's store, an SQLite file: what was answered with success is there again after SIGKILL. */
export function openStore(dir: string): Store {
  const database = new DatabaseSync(join(dir, 'oidc.sqlite'), { timeout: 5000 })
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS entity (
      model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, expires INTEGER,
      PRIMARY KEY (model, id)
    ) WITHOUT ROWID;`)
  database.prepare('DELETE FROM entity WHERE expires < ?').run(now())

  const write = database.prepare('INSERT OR REPLACE INTO entity (model, id, payload, expires) VALUES (?, ?, ?, ?)')
  const read = database.prepare(
    'SELECT payload FROM entity WHERE model = ? AND id = ? AND (expires IS NULL OR expires >= ?)',
  )
  const readBy = database.prepare(
    'SELECT payload FROM entity WHERE model = ? AND payload ->> ? = ? AND (expires IS NULL OR expires >= ?)',
  )
  const consume = database.prepare(
    "UPDATE entity SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?",
  )
  const remove = database.prepare('DELETE FROM entity WHERE model = ? AND id = ?')
  const removeGrant = database.prepare("DELETE FROM entity WHERE model <> 'Grant' AND payload ->> 'grantId' = ?")
  const removeOfClient = database.prepare("DELETE FROM entity WHERE payload ->> 'clientId' = ?")
  const allClients = database.prepare("SELECT payload FROM entity WHERE model = 'Client' ORDER BY id")

  const adapter = (model: string): Adapter => ({
    async upsert(id, payload, expiresIn) {
      write.run(model, id, JSON.stringify(payload), expiresIn === undefined ? null : now() + expiresIn)
    },
    async find(id) {
      return payloadOf(read.get(model, id, now()))
    },
    async findByUid(uid) {
      return payloadOf(readBy.get(model, 'uid', uid, now()))
    },
    async findByUserCode(userCode) {
      return payloadOf(readBy.get(model, 'userCode', userCode, now()))
    },
    async consume(id) {
      consume.run(now(), model, id)
    },
    async destroy(id) {
      remove.run(model, id)
    },
    async revokeByGrantId(grantId) {
      removeGrant.run(grantId)
    },
  })

  return {
    adapter,
    clients: () =>
      allClients.all().map((row) => {
        const client = payloadOf(row)
        return {
          client_id: client?.client_id ?? '',
          client_name: client?.client_name ?? null,
          redirect_uris: [...(client?.redirect_uris ?? [])],
        }
      }),
    removeClient: (id) => {
      removeOfClient.run(id)
      return remove.run('Client', id).changes > 0
    },
    close: () => database.close(),
  }
}

function payloadOf(row: Record<string, unknown> | undefined): AdapterPayload | undefined {
  return typeof row?.payload === 'string' ? (JSON.parse(row.payload) as AdapterPayload) : undefined
}

/** Seconds since 1970, as oidc-provider counts. */
function now(): number {
  return Math.floor(Date.now() / 1000)
}
