import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, test } from 'vitest'
import { findPullRequest, placeOf } from '../../scripts/io/pull-request.ts'
import { card, TestRepository } from '../rig/repository.ts'
import { git, startMain } from './git.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A forge on this machine; `asked` are the requests that came, as `METHOD address token`. */
async function forge(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? 'nobody'}`)
    answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const pull = (number: number, branch: string, more: object = {}) => {
  return {
    number,
    title: `Number ${number}`,
    html_url: `https://forge.example/${number}`,
    head: { ref: branch },
    ...more,
  }
}
const json = (found: unknown) => (_: IncomingMessage, response: ServerResponse) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(found))
}
const never = new AbortController().signal

describe('the place that a remote names', () => {
  it.each([
    ['https://github.com/eblume/blumeops.git', 'github.com eblume blumeops'],
    ['https://user:secret@forge.example:8443/git/owner/name/', 'forge.example:8443 owner name'],
    ['git@github.com:owner/name.git', 'github.com owner name'],
    ['ssh://forgejo@forge.example:2222/owner/name.git', 'forge.example:2222 owner name'],
    ['forge.example:owner/na.me', 'forge.example owner na.me'],
    ['/srv/git/name.git', null],
    ['file:///srv/git/name.git', null],
    ['../name', null],
    ['https://github.com/owner', null],
    ['', null],
  ])('%s', (remote, expected) => {
    const place = placeOf(remote)
    expect(place && `${place.host} ${place.owner} ${place.name}`).toBe(expected)
  })
})

describe('Forgejo', () => {
  const remote = 'ssh://git@git.elsewhere.example:2222/owner/name.git'
  const env = (url: string) => ({ FORGEJO_URL: `${url}/`, FORGEJO_TOKEN: 't0ken' })

  test('is asked page by page, at the address of the settings', async () => {
    const pages = [Array.from({ length: 50 }, (_, at) => pull(at, `b${at}`)), [pull(77, 'mikado/goal'), pull(78, 'x')]]
    const { url, asked } = await forge((request, response) => {
      json(pages[Number(new URL(request.url ?? '', 'http://x').searchParams.get('page')) - 1])(request, response)
    })
    expect(await findPullRequest(remote, 'mikado/goal', env(url), never)).toEqual({
      pullRequest: { number: 77, title: 'Number 77', url: 'https://forge.example/77' },
      trouble: null,
    })
    const query = '/api/v1/repos/owner/name/pulls?state=open&limit=50'
    expect(asked).toEqual([`${query}&page=1 token t0ken`, `${query}&page=2 token t0ken`])
  })

  test.each([
    ['no such pull request', [pull(1, 'other')], null],
    ['entries that are nothing', [null, 3, {}, { head: 'x' }, { head: { ref: 'mikado/goal' }, number: '1' }], null],
    [
      'a title and an address that are none',
      [pull(1, 'mikado/goal', { title: null, html_url: 'javascript:x' })],
      { number: 1, title: '', url: '' },
    ],
  ])('%s', async (_, found, pullRequest) => {
    const { url } = await forge(json(found))
    expect(await findPullRequest(remote, 'mikado/goal', env(url), never)).toEqual({ pullRequest, trouble: null })
  })

  test.each([
    [404, '[]', null],
    [401, '{"token":"t0ken"}', 'it answers 401'],
    [500, '', 'it answers 500'],
    [200, '<html>', 'its answer is no list'],
    [200, '{"message":"no"}', 'its answer is no list'],
  ])('an answer %i %s', async (status, body, trouble) => {
    const { url } = await forge((_, response) => response.writeHead(status).end(body))
    expect(await findPullRequest(remote, 'b', env(url), never)).toEqual({ pullRequest: null, trouble })
  })

  test('one that never answers, one that is not there, and an address that is none', async () => {
    const { url } = await forge(() => {})
    expect(await findPullRequest(remote, 'b', env(url), never, 100)).toEqual({
      pullRequest: null,
      trouble: 'no answer within 0.1 s',
    })
    for (const gone of ['http://127.0.0.1:1', 'not an address']) {
      expect(await findPullRequest(remote, 'b', env(gone), never)).toEqual({
        pullRequest: null,
        trouble: 'it cannot be reached',
      })
    }
    // A token that no header can hold is not repeated in a message either.
    const asked = await findPullRequest(remote, 'b', { FORGEJO_URL: url, FORGEJO_TOKEN: 't0ken\n' }, never)
    expect(JSON.stringify(asked)).not.toContain('t0ken')
  })
})

test('GitHub is asked for the branch, with its own token', async () => {
  const { url, asked } = await forge(json([pull(5, 'mikado/goal')]))
  const env = { GITHUB_API_URL: url, GITHUB_TOKEN: 'hub', FORGEJO_URL: 'http://127.0.0.1:1', FORGEJO_TOKEN: 'jo' }
  const found = await findPullRequest('git@github.com:owner/name.git', 'mikado/goal', env, never)
  expect(found?.pullRequest?.number).toBe(5)
  // The same server as GitHub of one's own: the remote names it, too.
  await findPullRequest(`${url}/owner/name`, 'mikado/goal', env, never)
  const address = '/repos/owner/name/pulls?state=open&head=owner%3Amikado%2Fgoal Bearer hub'
  expect(asked).toEqual([address, address])
})

test.each([
  ['no remote', null, { FORGEJO_URL: 'http://127.0.0.1:1', FORGEJO_TOKEN: 't' }],
  ['a folder as remote', '/srv/git/name', { FORGEJO_URL: 'http://127.0.0.1:1', FORGEJO_TOKEN: 't' }],
  ['no token', 'https://github.com/owner/name', {}],
  ['a token for another forge', 'https://github.com/owner/name', { FORGEJO_URL: 'http://x', FORGEJO_TOKEN: 't' }],
  [
    'a token without an address to give it to',
    'https://evil.example/owner/name',
    { FORGEJO_TOKEN: 't', GITHUB_TOKEN: 't' },
  ],
  ['a token that is a reference', 'https://github.com/owner/name', { GITHUB_TOKEN: 'op://vault/item/token' }],
])('with %s nobody is asked', async (_, remote, env) => {
  expect(await findPullRequest(remote, 'b', env, never)).toBeNull()
})

describe('in `where`', () => {
  async function where(answer: (request: IncomingMessage, response: ServerResponse) => void) {
    const { url } = await forge(answer)
    using repository = new TestRepository({
      'docs/goal.md': card({ title: 'The goal', front: 'branch: mikado/goal\n' }),
    })
    startMain(repository)
    git(repository, 'switch', '-qc', 'mikado/goal')
    git(repository, 'remote', 'add', 'origin', `${url}/owner/name.git`)
    const env = { FORGEJO_URL: url, FORGEJO_TOKEN: 't0ken', COLUMNS: '60' }
    const { code, stdout, stderr } = await repository.start(['where'], env).ended
    return { code, stderr, lines: stdout.split('\n').slice(5, 8) }
  }

  test('it is told with its address', async () => {
    const long = 'A title \u001b[2J that is much too long for a terminal this narrow'
    expect(await where(json([pull(12, 'mikado/goal', { title: long })]))).toEqual({
      code: 0,
      stderr: '',
      lines: ['  pull request #12, A title [2J that is much too long for a…', '  https://forge.example/12', ''],
    })
  })

  test('that there is none is told, and trouble in one line that changes nothing else', async () => {
    expect((await where(json([]))).lines.slice(0, 2)).toEqual(['  no open pull request', ''])
    expect(await where((_, response) => response.writeHead(503).end())).toEqual({
      code: 0,
      stderr: '',
      lines: ['  pull request: not known, it answers 503', '', 'Ready:'],
    })
  })
})
