import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { smallImage } from '../../tasks/zot/lib/image.ts'
import { LayoutError, readLayout, writeLayout } from '../../tasks/zot/lib/layout.ts'
import { kindOf, layoutMembers, withArchive } from '../../tasks/zot/push/archive.ts'
import { type Member, pushHere, tarOf, writePlatforms } from './pushing.ts'

const HEX = 'a'.repeat(64)

test.each([
  ['layout', ['blobs/', 'blobs/sha256/', `blobs/sha256/${HEX}`, 'index.json', 'oci-layout']],
  ['layout', ['./', './blobs/', './index.json', './oci-layout']],
  ['layout', ['index.json', 'manifest.json', 'oci-layout', 'repositories']],
  ['docker', ['manifest.json', 'repositories', `${HEX}.json`, `${HEX}/layer.tar`]],
  ['docker', ['./manifest.json']],
  [undefined, ['image/index.json', 'README.md', '']],
  [undefined, []],
])('%s: %j', (kind, members) => {
  expect(kindOf(members)).toBe(kind)
})

test('of a layout only its own members are unpacked', () => {
  const own = ['oci-layout', './index.json', `blobs/sha256/${HEX}`, `blobs/sha512/${HEX}${HEX}`]
  const others = [
    '../index.json',
    '/index.json',
    'blobs/',
    'blobs/sha256/',
    `blobs/sha256/../${HEX}`,
    `/blobs/sha256/${HEX}`,
    'blobs/sha256/abc',
    `blobs/sha256/${HEX}\n`,
    '-rf',
    './/index.json',
  ]
  expect(layoutMembers([...own, ...others, ...own])).toEqual(own)
})

describe('archives', () => {
  const image = smallImage('archived')
  const { digest } = image.manifest
  const path = process.env.PATH ?? ''
  let scratch: string

  const file = (name: string): string => join(scratch, name)
  const write = (name: string, content: Buffer): string => {
    writeFileSync(file(name), content)
    return file(name)
  }
  /** The members of the image's layout. */
  const members = (): Member[] =>
    readdirSync(file('layout'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((each) => ({ name: each.slice(file('layout').length + 1), content: readFileSync(each) }))
  const opened = (archive: string, named?: string) =>
    withArchive(
      archive,
      named,
      async (found) => (await readLayout(found.directory, { named: found.named })).manifest.digest,
    )
  const push = (archive: string, ...more: string[]) =>
    pushHere([...more, '--archive', archive, '127.0.0.1:9/app:v1'], 'zak_1')
  /** A folder with these programs and no others. */
  const programs = (name: string, given: Record<string, string>): string => {
    mkdirSync(file(name))
    for (const [program, text] of Object.entries(given)) {
      writeFileSync(join(file(name), program), text)
      chmodSync(join(file(name), program), 0o755)
    }
    return file(name)
  }
  const TAR = `#!/bin/sh\nPATH=${path} exec tar "$@"\n`

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'chain-archive-'))
    await writeLayout(file('layout'), image, 'app')
    mkdirSync(file('tmp'))
    vi.stubEnv('TMPDIR', file('tmp'))
  })
  afterAll(() => {
    vi.unstubAllEnvs()
    rmSync(scratch, { recursive: true, force: true })
  })
  afterEach(() => {
    process.env.PATH = path
    expect(readdirSync(file('tmp'))).toEqual([])
  })

  describe('with an OCI layout', () => {
    test('plain, by a relative path, compressed, and under a name that programs would misread', async () => {
      const tar = tarOf(members())
      expect(await opened(write('image.tar', tar))).toBe(digest)
      expect(await opened(relative(process.cwd(), file('image.tar')))).toBe(digest)
      expect(await opened(write('image.tar.gz', gzipSync(tar)))).toBe(digest)
      expect(await opened(write('-C host:image of: mine.tar', tar))).toBe(digest)
    })
    test('as tar packs the folder', async () => {
      execFileSync('tar', ['-cf', file('packed.tar'), '-C', file('layout'), '.'])
      expect(await opened(file('packed.tar'))).toBe(digest)
    })
    test('of two platforms, with an attestation', async () => {
      const platforms = writePlatforms(file('platforms'), 'archived')
      execFileSync('tar', ['-cf', file('platforms.tar'), '-C', file('platforms'), '.'])
      expect(await opened(file('platforms.tar'))).toBe(platforms.digest)
    })
    test('of several images: the one that is named', async () => {
      const two = JSON.parse(readFileSync(join(file('layout'), 'index.json'), 'utf8'))
      two.manifests.push({ ...two.manifests[0], annotations: { 'io.containerd.image.name': 'registry.test/app:v2' } })
      const rest = members().filter(({ name }) => name !== 'index.json')
      const archive = write(
        'two.tar',
        tarOf([...rest, { name: 'index.json', content: Buffer.from(JSON.stringify(two)) }]),
      )
      expect(await opened(archive, 'registry.test/app:v2')).toBe(digest)
      const { code, err } = await push(archive)
      expect(err).toContain(
        `holds 2 images (app, ${digest.slice(0, 19)}) and not exactly one is named "v1": say which with --image`,
      )
      expect(code).toBe(65)
    })
    test('whose only image has another name than the one meant: 65', async () => {
      const { code, err } = await push(write('image.tar', tarOf(members())), '--image', 'other')
      expect(err).toContain('holds 1 images (app) and not exactly one is named "other"')
      expect(code).toBe(65)
    })
  })

  describe('that would escape their folder', () => {
    const outside = () => file('outside')
    beforeAll(() => {
      mkdirSync(outside())
      writeFileSync(join(outside(), 'secret'), 'a secret')
    })
    afterEach(() => {
      expect(readdirSync(outside())).toEqual(['secret'])
      expect(readFileSync(join(outside(), 'secret'), 'utf8')).toBe('a secret')
      expect(existsSync(file('evil'))).toBe(false)
    })
    const evil = Buffer.from('evil')

    test('by paths: those members are left out', async () => {
      const escaping = ['../evil', '../../evil', `${outside()}/evil`, `blobs/sha256/../../../../evil`]
      const archive = write('paths.tar', tarOf([...escaping.map((name) => ({ name, content: evil })), ...members()]))
      expect(await opened(archive)).toBe(digest)
    })
    test('by a link to a folder, and a blob below it: the link is left out', async () => {
      const links = [
        { name: 'blobs', symlink: outside() },
        { name: 'blobs/sha256', symlink: outside() },
      ]
      expect(await opened(write('folders.tar', tarOf([...links, ...members()])))).toBe(digest)
    })
    test('by a link in the place of a file that is written afterwards', async () => {
      const links = members().map(({ name }) => ({ name, symlink: join(outside(), 'secret') }))
      const found = await opened(write('replaced.tar', tarOf([...links, ...members()]))).catch((error) => error)
      // Some tars put the file in the link's place, some make the link in the end: then it is refused.
      expect(found === digest || found instanceof LayoutError).toBe(true)
    })
    test.each(['symlink', 'hardlink'])('by a %s to what it should not read: 65', async (kind) => {
      const rest = members().filter(({ name }) => name !== 'index.json')
      // A hard link is made relative by every tar; what it then points to is a file of the archive.
      const target = kind === 'symlink' ? join(outside(), 'secret') : 'oci-layout'
      const archive = write(`${kind}.tar`, tarOf([...rest, { name: 'index.json', [kind]: target }]))
      const { code, out, err } = await push(archive)
      expect(err.replace(/: (index\.json|oci-layout) is/, ': IT is')).toBe(
        `push: ${archive}: IT is not an ordinary file, but a link or a device. Nothing of it was read. Next: build the image again, and look at what was built.\n`,
      )
      expect({ code, out }).toEqual({ code: 65, out: '' })
    })
    test('a digest is a digest, and no path', async () => {
      const index = Buffer.from(JSON.stringify({ manifests: [{ digest: `sha256:../../../outside/secret` }] }))
      const { code, err } = await push(write('digest.tar', tarOf([{ name: 'index.json', content: index }])))
      expect(err).toContain('names "sha256:../../../outside/secret", which is no digest')
      expect(code).toBe(65)
    })
  })

  describe('that are none: 65', () => {
    const layer = join('blobs', (image.blobs[1]?.digest ?? '').replace(':', '/'))
    test.each<[string, () => string, string]>([
      ['not there', () => file('nowhere'), 'cannot be opened: ENOENT'],
      ['a folder', () => file('layout'), 'is no file. A directory with an OCI layout goes with --layout'],
      ['text', () => write('text', Buffer.from('hello '.repeat(200))), 'tar cannot open'],
      [
        'half of a compressed one',
        () => write('half.gz', gzipSync(tarOf(members())).subarray(0, 300)),
        'cannot be opened: Z_BUF_ERROR',
      ],
      [
        'a tar of something else',
        () => write('else.tar', tarOf([{ name: 'README.md' }])),
        'it holds neither index.json (an OCI layout) nor manifest.json (a docker archive)',
      ],
      ['empty', () => write('empty', Buffer.alloc(0)), '/empty'],
      [
        'without a layer',
        () => write('layerless.tar', tarOf(members().filter(({ name }) => name !== layer))),
        'cannot be read: ENOENT',
      ],
      [
        'with a damaged layer',
        () => write('damaged.tar', tarOf([...members(), { name: layer, content: Buffer.from('other') }])),
        'its content does not have this digest',
      ],
      [
        'a manifest beyond all measure',
        () => write('huge.tar', tarOf([{ name: 'index.json', content: Buffer.alloc(5_000_000, ' ') }])),
        'is larger than 4 MiB',
      ],
    ])('%s', async (_, archive, message) => {
      const { code, out, err } = await push(archive())
      expect(err).toContain(message)
      expect({ code, out }).toEqual({ code: 65, out: '' })
    })
  })

  describe('as docker save and Nix write them', () => {
    const docker = () => tarOf([{ name: 'manifest.json', content: Buffer.from('[]') }, { name: 'layer.tar' }])

    test('need skopeo: 69 without it', async () => {
      const archive = write('docker.tar', docker())
      process.env.PATH = programs('without-skopeo', { tar: TAR })
      expect(await push(archive)).toMatchObject({
        code: 69,
        out: '',
        err: `push: ${archive} needs skopeo, which is not on PATH. Next: install it.\n`,
      })
    })
    test('go through skopeo, which sees fixed names and no key', async () => {
      const archive = write('docker: mine.tar.gz', gzipSync(docker()))
      const skopeo = `#!/bin/sh\necho "$@" > ${file('arguments')}\nenv > ${file('environment')}\ncmp archive.tar ${write('docker.tar', docker())} && cp -r ${file('layout')}/* layout/\n`
      process.env.PATH = `${programs('with-skopeo', { skopeo })}${delimiter}${path}`
      process.env.ZOT_CI_API_KEY = 'zak_for_nobody'
      const found = await opened(archive, 'app:v1').finally(() => delete process.env.ZOT_CI_API_KEY)
      expect(found).toBe(digest)
      expect(readFileSync(file('arguments'), 'utf8')).toBe(
        '--insecure-policy copy --quiet docker-archive:archive.tar:app:v1 oci:layout\n',
      )
      expect(readFileSync(file('environment'), 'utf8')).not.toContain('zak_for_nobody')
    })
    test('what skopeo says against one is told: 65', async () => {
      const archive = write('docker.tar', docker())
      const skopeo = '#!/bin/sh\necho \'time="now" level=fatal msg="no image: \\"app\\""\' >&2\nexit 1\n'
      process.env.PATH = `${programs('bad-skopeo', { skopeo })}${delimiter}${path}`
      const { code, err } = await push(archive)
      expect(err).toBe(
        `push: skopeo cannot open ${archive}: no image: "app". Next: build the image again, and look at what was built.\n`,
      )
      expect(code).toBe(65)
    })

    const real = path.split(delimiter).some((folder) => existsSync(join(folder, 'skopeo')))
    test.skipIf(!real)('by the skopeo that is installed here: the same image each time', async () => {
      const skopeo = (...args: string[]) => execFileSync('skopeo', ['--insecure-policy', 'copy', '--quiet', ...args])
      skopeo(`oci:${file('layout')}:app`, `docker-archive:${file('real.tar')}:mikado/app:v1`)
      skopeo(`oci:${file('layout')}:app`, `oci-archive:${file('real-oci.tar')}:v1`)
      expect(await opened(file('real-oci.tar'))).toBe(digest)
      const first = await opened(file('real.tar'))
      expect(first).toBe(await opened(write('real.tar.gz', gzipSync(readFileSync(file('real.tar')))), 'mikado/app:v1'))
      expect(first).toMatch(/^sha256:/)
    })
  })
})
