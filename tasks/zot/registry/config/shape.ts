import { anything, duration, flag, integer, list, object, record, text } from './decode.ts'

/** Every key of zot's config file that is known here. What only a real zot can do is decoded as `anything`; see `checks.ts`. */
const policy = object({
  users: list(text),
  actions: list(text),
  groups: list(text),
  conditions: list(object({ expression: text, message: text })),
})

const accessControl = object({
  repositories: record(object({ policies: list(policy), defaultPolicy: list(text), anonymousPolicy: list(text) })),
  adminPolicy: policy,
  groups: record(object({ users: list(text) })),
  metrics: object({ users: list(text), anonymousPolicy: list(text) }),
})

const openidProvider = object({
  credentialsFile: text,
  name: text,
  clientid: text,
  clientsecret: text,
  keypath: text,
  issuer: text,
  authurl: text,
  tokenurl: text,
  scopes: list(text),
  claimMapping: object({ username: text, groups: text }),
})

const auth = object({
  failDelay: integer,
  htpasswd: object({ path: text }),
  ldap: anything,
  bearer: anything,
  openid: object({ providers: record(openidProvider), callbackAllowOrigins: list(text) }),
  apikey: flag,
  sessionKeysFile: text,
  sessionDriver: anything,
  secureSession: flag,
  mtls: anything,
})

const http = object({
  address: text,
  externalUrl: text,
  port: text,
  allowOrigin: text,
  readTimeout: duration,
  writeTimeout: duration,
  tls: object({ cert: text, key: text, cacert: text }),
  auth,
  accessControl,
  realm: text,
  ratelimit: anything,
  compat: list(text),
})

const syncContent = object({
  prefix: text,
  tags: object({ regex: text, excludeRegex: text, semver: flag }),
  destination: text,
  stripPrefix: flag,
})

const syncRegistry = object({
  urls: list(text),
  pollInterval: duration,
  content: list(syncContent),
  tlsVerify: flag,
  onDemand: flag,
  certDir: text,
  maxRetries: integer,
  retryDelay: duration,
  maxRetryDelay: duration,
  onlySigned: flag,
  syncLegacyCosignTags: flag,
  credentialHelper: text,
  oauth2CredentialHelper: anything,
  preserveDigest: flag,
  syncTimeout: duration,
})

const toggle = object({ enable: flag })

const extensions = object({
  search: object({ enable: flag, cve: anything }),
  sync: object({ enable: flag, credentialsFile: text, downloadDir: text, registries: list(syncRegistry) }),
  metrics: object({ enable: flag, prometheus: object({ path: text }) }),
  scrub: object({ enable: flag, interval: duration }),
  lint: anything,
  ui: toggle,
  mgmt: toggle,
  apikey: toggle,
  trust: anything,
  events: anything,
})

const storage = object({
  rootDirectory: text,
  maxRepos: integer,
  dedupe: flag,
  remoteCache: flag,
  redirectBlobURL: flag,
  gc: flag,
  commit: flag,
  gcDelay: duration,
  gcInterval: duration,
  gcTimeWindow: text,
  retention: anything,
  storageDriver: anything,
  cacheDriver: anything,
  subPaths: anything,
  fastRestart: flag,
})

/** The whole file. */
export const configFile = object({
  distSpecVersion: text,
  storage,
  http,
  log: object({ level: text, output: text, audit: text }),
  scheduler: object({ numWorkers: integer }),
  cluster: anything,
  extensions,
})

export type Config = ReturnType<typeof configFile>
export type AccessControl = ReturnType<typeof accessControl>
export type Policy = ReturnType<typeof policy>
export type OpenidProvider = ReturnType<typeof openidProvider>
export type SyncRegistry = ReturnType<typeof syncRegistry>
export type SyncContent = ReturnType<typeof syncContent>
