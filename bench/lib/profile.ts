/** What a profile of V8 says of functions and modules. */
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Profile {
  nodes: {
    id: number
    callFrame: { functionName: string; url: string; lineNumber: number }
    children?: number[]
  }[]
  samples: number[]
  timeDeltas: number[]
}

/** Milliseconds in it, and in it and all that it called. */
export interface Share {
  name: string
  self: number
  total: number
}

const waiting = '(idle)'

export function sharesOf(profile: Profile, root: string): { functions: Share[]; modules: Share[]; busy: number } {
  const self = new Map<number, number>()
  for (const [at, id] of profile.samples.entries()) {
    // The time to the next sample was spent in this one.
    self.set(id, (self.get(id) ?? 0) + (profile.timeDeltas[at + 1] ?? 0) / 1000)
  }
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const functions = new Map<string, Share>()
  const modules = new Map<string, Share>()
  let busy = 0

  // A name counts once in a stack, however often it is on it. Walked as a loop: stacks may be deep.
  const [first] = profile.nodes
  const open: { id: number; above: readonly Share[] }[] = first ? [{ id: first.id, above: [] }] : []
  for (let next = open.pop(); next; next = open.pop()) {
    const node = nodes.get(next.id)
    if (!node) continue
    const { functionName, url, lineNumber } = node.callFrame
    const module = moduleOf(functionName, url, root)
    const own = share(
      functions,
      url === '' ? functionName : `${functionName || '(anonymous)'} ${module}:${lineNumber + 1}`,
    )
    const ownModule = share(modules, module)
    const time = functionName === waiting ? 0 : (self.get(node.id) ?? 0)
    own.self += time
    ownModule.self += time
    busy += time
    const stack = [...new Set([...next.above, own, ownModule])]
    for (const one of stack) one.total += time
    for (const id of node.children ?? []) open.push({ id, above: stack })
  }
  return { functions: [...functions.values()], modules: [...modules.values()], busy }
}

function share(all: Map<string, Share>, name: string): Share {
  const found = all.get(name) ?? { name, self: 0, total: 0 }
  all.set(name, found)
  return found
}

/** A file of ours, a package, or a part of Node. */
function moduleOf(functionName: string, url: string, root: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)'
  if (!url.startsWith('file:')) return url
  const path = fileURLToPath(url)
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? relative(root, path)
}
