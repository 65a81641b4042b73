/** The chain that the hosts work: cards for any of them and for one, whose effects stand in one world and are counted. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { card } from '../rig/text.ts'

/** By card: what it requires, and where it belongs. */
const shape: Record<string, { requires: string[]; on?: string }> = {
  prepare: { requires: [] },
  build: { requires: ['prepare'] },
  docs: { requires: ['prepare'] },
  deploy: { requires: ['build'], on: 'indri' },
  publish: { requires: ['deploy', 'docs'], on: 'ringtail' },
  announce: { requires: ['publish', 'docs'] },
}
export const goal = 'announce'
export const ids = Object.keys(shape)

export function isPinned(id: string): boolean {
  return shape[id]?.on !== undefined
}

/** What cards do besides saying in the world that they did: `deploy` starts a registry on its host, `publish` puts something there over the network. */
const further: Record<string, { work: string; check: string }> = {
  deploy: {
    work: `if (!(await answers())) spawn(process.execPath, ['service.mjs'], { detached: true, stdio: 'ignore' }).unref()
    for (let tries = 0; !(await answers()) && tries < 100; tries++) await wait(50)`,
    check: "if (!(await answers())) throw new Error('the registry does not answer')",
  },
  publish: {
    work: "await reached('/image', { method: 'PUT', body: 'layers' })",
    check: "if ((await (await reached('/image')).text()) !== 'layers') throw new Error('the image is not there')",
  },
}

/** Each card works in two steps, and says in the world that it did; its check looks there. */
const work = (id: string) => `import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
const world = process.env.WORLD
const registry = process.env.REGISTRY
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))
const asked = (path, how) => fetch(registry + path, { ...how, signal: AbortSignal.timeout(2000) }).catch(() => null)
const answers = async () => (await asked('/'))?.ok === true
/** A host that is cut off comes back. */
const reached = async (path, how) => {
  for (;;) {
    const answer = await asked(path, how)
    if (answer) return answer
    await wait(200)
  }
}
export default {
  apply: async ({ step, log, inputs }) => {
    await step('begin', async () => { await wait(300); return { begun: '${id}' } })
    log('at work')
    await wait(300)
    ${further[id]?.work ?? ''}
    appendFileSync(\`\${world}/effects\`, '${id}\\n')
    writeFileSync(\`\${world}/${id}\`, '')
    await wait(300)
    return { from: '${id}', heard: Object.keys(inputs).sort() }
  },
  verify: {
    'It is done': async () => {
      if (!existsSync(\`\${world}/${id}\`)) throw new Error('nothing of it is there')
      ${further[id]?.check ?? ''}
    },
  },
}
`

/** A registry that takes and gives what it is sent, on the host where it is started. */
const service = `import { createServer } from 'node:http'
let kept = ''
createServer(async (request, response) => {
  if (request.method === 'PUT') kept = (await request.toArray()).join('')
  response.end(request.url === '/image' ? kept : 'here')
}).listen(new URL(process.env.REGISTRY).port, '0.0.0.0')
`

export function chainFiles(): Record<string, string> {
  const files: Record<string, string> = {
    'package.json': '{"mikado": {"target": ["WORLD", "REGISTRY"]}}\n',
    'service.mjs': service,
  }
  for (const [id, { requires, on }] of Object.entries(shape)) {
    files[`docs/${id}.md`] = card({ title: id, requires, front: on === undefined ? '' : `on: ${on}\n` })
    files[`tasks/${id}.ts`] = work(id)
  }
  return files
}

/** How often each card had its effect. */
export function effects(world: string): Map<string, number> {
  const path = join(world, 'effects')
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
  return new Map(ids.map((id) => [id, lines.filter((line) => line === id).length]))
}
