import { Uint32List } from '../operations/columns.ts'

/** Kinds of edges: Adya's dependencies, the order of time, and steps through auxiliary nodes that mean nothing. */
export const KIND = { ww: 0, wr: 1, rw: 2, time: 3, step: 4 } as const
export type Kind = (typeof KIND)[keyof typeof KIND]

/** A directed graph with kinds and keys on its edges, made by appending. */
export class Graph {
  nodeCount: number
  private readonly tails = new Uint32List()
  private readonly heads = new Uint32List()
  private readonly kinds = new Uint32List()
  private readonly keys = new Uint32List()

  constructor(nodeCount: number) {
    this.nodeCount = nodeCount
  }

  get edgeCount(): number {
    return this.tails.length
  }

  addNode(): number {
    return this.nodeCount++
  }

  /** Edges of a node to itself say nothing and are left out. */
  addEdge(from: number, to: number, kind: Kind, key: number): void {
    if (from === to) return
    this.tails.push(from)
    this.heads.push(to)
    this.kinds.push(kind)
    this.keys.push(key)
  }

  tail(edge: number): number {
    return this.tails.get(edge)
  }

  head(edge: number): number {
    return this.heads.get(edge)
  }

  kind(edge: number): Kind {
    return this.kinds.get(edge) as Kind
  }

  key(edge: number): number {
    return this.keys.get(edge)
  }

  /** Edges by tail: those of node v are `edges[from[v]]` up to `edges[from[v + 1]]`, in the order of insertion. */
  outgoing(): { from: Uint32Array; edges: Uint32Array } {
    const from = new Uint32Array(this.nodeCount + 1)
    const tails = this.tails.view()
    for (const tail of tails) from[tail + 1]++
    for (let v = 0; v < this.nodeCount; v++) from[v + 1] += from[v]
    const next = from.slice(0, this.nodeCount)
    const edges = new Uint32Array(tails.length)
    for (let edge = 0; edge < tails.length; edge++) edges[next[tails[edge]]++] = edge
    return { from, edges }
  }
}

/**
 * Strongly connected components of more than one node, smallest first: Tarjan's algorithm ("Depth-First Search and Linear
 * Graph Algorithms", 1972) without recursion. O(nodes + edges).
 */
export function components(graph: Graph): number[][] {
  const { from, edges } = graph.outgoing()
  const count = graph.nodeCount
  const index = new Int32Array(count).fill(-1)
  const low = new Int32Array(count)
  const onStack = new Uint8Array(count)
  const next = from.slice(0, count)
  const stack: number[] = []
  const path: number[] = []
  const found: number[][] = []
  let counter = 0
  for (let root = 0; root < count; root++) {
    if (index[root] !== -1) continue
    path.push(root)
    while (path.length > 0) {
      const v = path[path.length - 1]
      if (index[v] === -1) {
        index[v] = low[v] = counter++
        stack.push(v)
        onStack[v] = 1
      }
      let descended = false
      while (next[v] < from[v + 1]) {
        const w = graph.head(edges[next[v]++])
        if (index[w] === -1) {
          path.push(w)
          descended = true
          break
        }
        if (onStack[w] === 1 && index[w] < low[v]) low[v] = index[w]
      }
      if (descended) continue
      path.pop()
      if (path.length > 0) low[path[path.length - 1]] = Math.min(low[path[path.length - 1]], low[v])
      if (low[v] !== index[v]) continue
      const component: number[] = []
      for (let w = -1; w !== v;) {
        w = stack.pop() as number
        onStack[w] = 0
        component.push(w)
      }
      if (component.length > 1) found.push(component.sort((a, b) => a - b))
    }
  }
  return found.sort((a, b) => a.length - b.length || a[0] - b[0])
}

/** Starts tried per component in the search for the shortest cycle. */
const STARTS_MAX = 64
const COMPONENTS_MAX = 8

/**
 * Edges of a shortest cycle, counting all but the steps through auxiliary nodes; null if the graph has none. In large
 * components, the shortest through some of the nodes.
 */
export function shortestCycle(graph: Graph): number[] | null {
  const { from, edges } = graph.outgoing()
  let best: number[] | null = null
  for (const component of components(graph).slice(0, COMPONENTS_MAX)) {
    const inside = new Set(component)
    const stride = Math.max(1, Math.floor(component.length / STARTS_MAX))
    for (let i = 0; i < component.length; i += stride) {
      const cycle = shortestPath(graph, from, edges, component[i], component[i], (edge) =>
        inside.has(graph.head(edge)),
      )
      if (cycle !== null && (best === null || lengthOf(graph, cycle) < lengthOf(graph, best))) best = cycle
    }
  }
  return best
}

/** How many edges of a path count. */
export function lengthOf(graph: Graph, path: readonly number[]): number {
  return path.reduce((sum, edge) => sum + (graph.kind(edge) === KIND.step ? 0 : 1), 0)
}

/**
 * Edges of a path of at least one edge between two nodes with the fewest that count, or null: breadth first, steps being
 * free.
 */
export function shortestPath(
  graph: Graph,
  from: Uint32Array,
  edges: Uint32Array,
  start: number,
  end: number,
  allowed: (edge: number) => boolean,
): number[] | null {
  const arrived = new Map<number, number>()
  const distances = new Map<number, number>()
  const settled = new Set<number>()
  let level: number[] = [start]
  for (let distance = 0; level.length > 0; distance++) {
    const further: number[] = []
    let last: number[] | null = null
    for (let v = level.pop(); v !== undefined; v = level.pop()) {
      if (settled.has(v)) continue
      settled.add(v)
      for (let i = from[v]; i < from[v + 1]; i++) {
        const edge = edges[i]
        if (!allowed(edge)) continue
        const w = graph.head(edge)
        const free = graph.kind(edge) === KIND.step
        if (w === end) {
          const path = traced(graph, arrived, start, v, edge)
          if (free) return path
          last ??= path
        } else if ((distances.get(w) ?? Infinity) > distance + (free ? 0 : 1)) {
          distances.set(w, distance + (free ? 0 : 1))
          arrived.set(w, edge)
          if (free) level.push(w)
          else further.push(w)
        }
      }
    }
    if (last !== null) return last
    level = further
  }
  return null
}

function traced(
  graph: Graph,
  arrived: ReadonlyMap<number, number>,
  start: number,
  last: number,
  edge: number,
): number[] {
  const path = [edge]
  for (let v = last; v !== start;) {
    const before = arrived.get(v) as number
    path.push(before)
    v = graph.tail(before)
  }
  return path.reverse()
}
