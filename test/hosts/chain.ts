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

/** Each card works in two steps, and says in the world that it did; its check looks there. */
const work = (id: string) => `import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
const world = process.env.WORLD
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))
export default {
  apply: async ({ step, log, inputs }) => {
    await step('begin', async () => { await wait(300); return { begun: '${id}' } })
    log('at work')
    await wait(300)
    appendFileSync(\`\${world}/effects\`, '${id}\\n')
    writeFileSync(\`\${world}/${id}\`, '')
    await wait(300)
    return { from: '${id}', heard: Object.keys(inputs).sort() }
  },
  verify: { 'It is done': () => { if (!existsSync(\`\${world}/${id}\`)) throw new Error('nothing of it is there') } },
}
`

export function chainFiles(): Record<string, string> {
  const files: Record<string, string> = { 'package.json': '{"mikado": {"target": ["WORLD"]}}\n' }
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
