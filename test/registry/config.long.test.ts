import { afterAll, expect, test } from 'vitest'
import { apply } from './change.ts'
import { hardenedConfig } from './hardened.ts'
import { run, scratch, standIn, withZot, writeConfig, zot } from './rig.ts'

/** As much of JSON schema as zot's description of its config uses. */
interface Schema {
  $ref?: string
  anyOf?: Schema[]
  oneOf?: Schema[]
  type?: string | string[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  definitions?: Record<string, Schema>
}

/** A value of every kind, right or wrong for any key. */
const values = ['x', '', '1s', '7', 1, 0, -1, 1.5, true, null, [], ['a'], [1], {}, { a: 1 }]

/** What the stand-in does not do at all, and what says what kind of zot was built. */
const left =
  /bearer|ldap|mtls|htpasswd|retention|driver|subpaths|cluster|events|trust|cve|lint|ratelimit|oauth2|^(binarytype|commit|goversion|releasetag)$/i

withZot('every key that zot’s own schema names, with values of every kind, is judged alike', () => {
  const { path: folder, remove } = scratch()
  afterAll(remove)

  test('verify', { timeout: 600_000 }, async () => {
    const { output } = await run(zot, ['schema'])
    const keys = keysOf(JSON.parse(output) as Schema).filter((path) => !path.some((key) => left.test(key)))
    expect(keys.length).toBeGreaterThan(90)
    const jobs = keys.flatMap((path) => values.map((value) => ({ path, value })))
    const unlike: unknown[] = []
    const work = async (worker: number) => {
      for (let job = jobs.pop(); job; job = jobs.pop()) {
        const { path, value } = job
        const config = hardenedConfig(`${folder}/${worker}`, 5050, 'http://127.0.0.1:9')
        const from = { urls: ['http://127.0.0.1:1'], content: [{ prefix: '**' }], onDemand: true }
        apply(config, {
          'http externalUrl': undefined,
          'http compat': ['docker2s2'],
          'extensions sync': { registries: [from] },
          [path.join(' ')]: value,
        })
        const file = writeConfig(`${folder}/${worker}`, config)
        const [theirs, ours] = await Promise.all([zot, standIn].map((kind) => run(kind, ['verify', file])))
        const byName = /this stand-in does not do/.test(ours?.output ?? '')
        if (theirs?.code !== ours?.code && !byName) unlike.push([path.join('.'), value, theirs?.code, ours?.output])
      }
    }
    await Promise.all([work(1), work(2), work(3)])
    expect(unlike).toEqual([])
  })
})

/** Where each key of the schema is: 0 for the first of a list, `**` for any key of a map. One spelling of each. */
function keysOf(root: Schema): string[][] {
  const resolve = (schema: Schema): Schema => {
    const inner = (schema.anyOf ?? schema.oneOf)?.find((one) => one.type !== 'null')
    if (inner) return resolve(inner)
    const name = schema.$ref?.replace('#/definitions/', '').replaceAll('~01', '~1')
    return name === undefined ? schema : resolve(root.definitions?.[name] ?? {})
  }
  const visit = (schema: Schema, path: string[]): string[][] => {
    const { properties = {}, items, additionalProperties: any } = resolve(schema)
    const names = Object.keys(properties)
    const repeated = (key: string) => names.find((name) => name.toLowerCase() === key.toLowerCase()) !== key
    return [
      ...(items ? visit(items, [...path, '0']) : []),
      ...(typeof any === 'object' ? visit(any, [...path, path.at(-1) === 'providers' ? 'oidc' : '**']) : []),
      ...names
        .filter((key) => !repeated(key))
        .flatMap((key) => [[...path, key], ...visit(properties[key] ?? {}, [...path, key])]),
    ]
  }
  return visit(root, [])
}
