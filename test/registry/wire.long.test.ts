import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { apply, type Change } from './change.ts'
import { openHardened } from './hardened.ts'
import { standIn, withZot, zot } from './rig.ts'
import { answersOf } from './wire.ts'

const everybody = ['read', 'create', 'update', 'delete']
const configs: [name: string, change: Change][] = [
  ['hardened', {}],
  ['with Docker’s manifests allowed', { 'http compat': ['docker2s2'] }],
  ['closed to the anonymous', { 'http accessControl repositories ** anonymousPolicy': undefined }],
  ['open to everybody', { 'http accessControl repositories ** anonymousPolicy': everybody }],
  ['without any rules', { 'http accessControl': undefined }],
  [
    'with a realm, an origin and Secure cookies',
    { 'http realm': 'a "realm"', 'http allowOrigin': 'http://ui', 'http auth secureSession': true },
  ],
]

withZot('the same questions get the same answers from the stand-in and a real zot', () => {
  test.each(configs)('%s', { timeout: 120_000 }, async (_, change) => {
    const [ours = {}, theirs = {}] = await Promise.all(
      [standIn, zot].map(async (kind) => {
        const registry = await openHardened(kind, (config) => apply(config, change))
        return answersOf(registry).finally(() => registry.close())
      }),
    )
    const questions = Object.keys(theirs)
    expect(questions.length).toBeGreaterThan(400)
    const unlike = questions.filter((question) => !isDeepStrictEqual(ours[question], theirs[question]))
    expect(unlike.map((question) => [question, ours[question]])).toEqual(
      unlike.map((question) => [question, theirs[question]]),
    )
  })
})
