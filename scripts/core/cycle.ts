/** Rings in a graph, found without recursion: a chain may be as long as memory allows. */

/**
 * One shortest ring of every knot (strongly connected set) of the graph, each starting at its first node in the order of `nodes`.
 * A ring `[a, b]` means a → b → a.
 */
export function findCycles(nodes: readonly string[], next: (node: string) => readonly string[]): string[][] {
  const cycles: string[][] = []
  for (const knot of knots(nodes, next)) {
    const [first] = knot
    if (first !== undefined) cycles.push(shortestRing(first, new Set(knot), next))
  }
  return cycles
}

/** Strongly connected sets with a ring in them (Tarjan, with its stack kept by hand), members in the order of `nodes`. */
function knots(nodes: readonly string[], next: (node: string) => readonly string[]): string[][] {
  const position = new Map(nodes.map((node, index) => [node, index]))
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const onStack = new Set<string>()
  const stack: string[] = []
  const found: string[][] = []
  for (const root of nodes) {
    if (index.has(root)) continue
    const work: { node: string; children: readonly string[]; at: number }[] = []
    const enter = (node: string) => {
      index.set(node, index.size)
      low.set(node, index.size - 1)
      stack.push(node)
      onStack.add(node)
      work.push({ node, children: next(node), at: 0 })
    }
    const lower = (node: string, value: number) => low.set(node, Math.min(low.get(node) ?? value, value))
    enter(root)
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const child = frame.children[frame.at++]
      if (child !== undefined) {
        if (!index.has(child)) enter(child)
        else if (onStack.has(child)) lower(frame.node, index.get(child) ?? 0)
        continue
      }
      work.pop()
      const parent = work.at(-1)
      if (parent) lower(parent.node, low.get(frame.node) ?? 0)
      if (low.get(frame.node) !== index.get(frame.node)) continue
      const knot: string[] = []
      let member: string | undefined
      do {
        member = stack.pop()
        if (member === undefined) break
        onStack.delete(member)
        knot.push(member)
      } while (member !== frame.node)
      if (knot.length > 1 || next(frame.node).includes(frame.node)) {
        found.push(knot.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)))
      }
    }
  }
  return found.sort((a, b) => (position.get(a[0] ?? '') ?? 0) - (position.get(b[0] ?? '') ?? 0))
}

/** Breadth first from `start` back to itself, inside `members`. */
function shortestRing(start: string, members: Set<string>, next: (node: string) => readonly string[]): string[] {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at] ?? start
    for (const child of next(node)) {
      if (child === start) {
        const ring = [node]
        for (let back = cameFrom.get(node); back !== undefined; back = cameFrom.get(back)) ring.push(back)
        return ring.reverse()
      }
      if (members.has(child) && !cameFrom.has(child)) {
        cameFrom.set(child, node)
        queue.push(child)
      }
    }
  }
  return [start]
}
