import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { smallImage } from '../../tasks/zot/lib/image.ts'
import { writeLayout } from '../../tasks/zot/lib/layout.ts'
import { HELP, parseCommand } from '../../tasks/zot/push/command.ts'
import { push, pushHere } from './pushing.ts'

const NAME = '127.0.0.1:5000/app:v1'
const reference = { url: 'http://127.0.0.1:5000', repository: 'app', tag: 'v1' }
const plain = { name: NAME, reference, source: undefined, look: false, move: false, user: 'zot-ci', retries: 3 }
const from = (kind: string, path: string, image?: string) => ({ source: { kind, path, image } })

test.each([
  [['--layout', 'out', NAME], from('layout', 'out')],
  [
    ['--archive', 'image.tar', '--image', 'app', '--move', NAME],
    { ...from('archive', 'image.tar', 'app'), move: true },
  ],
  [[NAME, '--look'], { look: true }],
  [['--look', '--archive=result', NAME], { look: true, ...from('archive', 'result') }],
  [['--look', '--json', '--user', 'me', '--retries', '0', NAME], { look: true, user: 'me', retries: 0 }],
])('%j', (argv, wanted) => {
  expect(parseCommand(argv)).toEqual({ ...plain, ...wanted })
})

test.each([
  [[], 'Give one IMAGE:TAG'],
  [['--look', NAME, NAME], 'Give one IMAGE:TAG'],
  [['--look', 'app:v1'], '"app:v1" is not HOST[:PORT]/REPOSITORY:TAG'],
  [['--look', 'https://registry.test/app:v1'], 'is not HOST[:PORT]/REPOSITORY:TAG'],
  [[NAME], 'Give --layout DIR, --archive FILE, or --look'],
  [['--layout', 'a', '--archive', 'b', NAME], 'Give --layout DIR or --archive FILE, not both'],
  [['--layout', '', '--look', NAME], '--layout is empty'],
  [['--archive=', NAME], '--archive is empty'],
  [['--look', '--move', NAME], '--look moves nothing: leave out --move'],
  [['--look', '--image', 'app', NAME], '--image goes with --layout or --archive'],
  [['--look', '--retries', '11', NAME], '--retries "11" is not 0 to 10'],
  [['--look', '--retries', '-1', NAME], '--retries'],
  [['--look', '--retries', '1.5', NAME], '--retries "1.5" is not 0 to 10'],
  [['--layuot', 'x', NAME], "Unknown option '--layuot'"],
  [['--key', 'zak_1', '--look', NAME], "Unknown option '--key'"],
])('%j is wrong usage: 64', async (argv, message) => {
  const { code, out, err } = await pushHere(argv, 'zak_1')
  expect(err).toContain(message)
  expect(err).toMatch(/^push: .*\. Next: see --help\.\n$/)
  expect({ code, out }).toEqual({ code: 64, out: '' })
})

test('--help is whole: every option and every exit code', async () => {
  expect(await push(['--help'])).toEqual({ code: 0, out: HELP, err: '' })
  for (const option of ['layout', 'archive', 'image', 'look', 'move', 'user', 'retries', 'json', 'help'])
    expect(HELP).toMatch(new RegExp(`^  (push\\.ts )?--${option} `, 'm'))
  for (const code of [0, 1, 2, 64, 65, 69, 77]) expect(HELP).toMatch(new RegExp(`^  ${code}  `, 'm'))
  for (const line of HELP.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
})

describe('before anything is sent', () => {
  const image = smallImage('local')
  let scratch: string
  const layout = (): string => join(scratch, 'layout')

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'chain-local-'))
    await writeLayout(layout(), image, 'app')
  })
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))

  test.each([undefined, '', ' \n'])('no key (%j): 64', async (key) => {
    expect(await pushHere(['--layout', layout(), NAME], key)).toEqual({
      code: 64,
      out: '',
      err: 'push: ZOT_CI_API_KEY is not set: the key comes from the environment. Next: see --help.\n',
      waits: [],
    })
  })

  test('no layout: 65', async () => {
    expect(await pushHere(['--layout', '/nowhere', NAME], 'zak_1')).toEqual({
      code: 65,
      out: '',
      err: 'push: /nowhere/index.json cannot be read: ENOENT. Is this an OCI image layout? Next: build the image again, and look at what was built.\n',
      waits: [],
    })
  })

  test.each([
    ['not JSON', () => '{', 'is not a JSON object'],
    ['of no image', () => '{"manifests":[]}', 'holds 0 images (none) and not exactly one is named "v1"'],
    [
      'of two images, none of them named',
      () => {
        const one = { digest: image.manifest.digest }
        return JSON.stringify({ manifests: [one, one] })
      },
      'holds 2 images',
    ],
    ['with a strange digest', () => '{"manifests":[{"digest":"md5:00"}]}', 'names "md5:00", which is no digest'],
  ])('an index.json %s: 65', async (_, index, message) => {
    const path = join(layout(), 'index.json')
    const kept = readFileSync(path)
    writeFileSync(path, index())
    const { code, err } = await pushHere(['--layout', layout(), NAME], 'zak_1')
    writeFileSync(path, kept)
    expect(err).toContain(message)
    expect(code).toBe(65)
  })

  test('a damaged blob: 65', async () => {
    const blob = join(layout(), 'blobs', (image.blobs[1]?.digest ?? '').replace(':', '/'))
    writeFileSync(blob, 'other bytes')
    expect(await pushHere(['--layout', layout(), NAME], 'zak_1')).toMatchObject({
      code: 65,
      err: `push: ${blob}: its content does not have this digest. Next: build the image again, and look at what was built.\n`,
    })
  })
})
