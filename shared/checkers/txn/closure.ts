import type { Graph } from './graph.ts'

/** Largest closure kept, in 32-bit words: 400 MB. */
export const CLOSURE_WORDS_MAX = 100_000_000

/** Which nodes of an acyclic graph reach which, as bits; grows by edges. */
export class Closure {
  private readonly bits: Uint32Array
  private readonly words: number
  private readonly nodeCount: number
  /** Words touched so far. */
  steps = 0

  private constructor(nodeCount: number, bits: Uint32Array) {
    this.nodeCount = nodeCount
    this.words = Math.ceil(nodeCount / 32)
    this.bits = bits
  }

  static fits(nodeCount: number): boolean {
    return nodeCount * Math.ceil(nodeCount / 32) <= CLOSURE_WORDS_MAX
  }

  /** `order` is a topological order of all nodes. */
  static of(graph: Graph, order: Uint32Array): Closure {
    const words = Math.ceil(graph.nodeCount / 32)
    const closure = new Closure(graph.nodeCount, new Uint32Array(graph.nodeCount * words))
    const { from, edges } = graph.outgoing()
    for (let i = order.length - 1; i >= 0; i--) {
      const v = order[i]
      for (let at = from[v]; at < from[v + 1]; at++) closure.absorb(v, graph.head(edges[at]))
    }
    return closure
  }

  copy(): Closure {
    return new Closure(this.nodeCount, this.bits.slice())
  }

  get size(): number {
    return this.bits.length
  }

  /** Whether a path of no or more edges leads there. */
  reaches(from: number, to: number): boolean {
    return from === to || ((this.bits[from * this.words + (to >>> 5)] >>> (to & 31)) & 1) === 1
  }

  /** Adds an edge that closes no cycle; returns whether it said anything new. */
  add(from: number, to: number): boolean {
    if (this.reaches(from, to)) return false
    for (let v = 0; v < this.nodeCount; v++) if (this.reaches(v, from)) this.absorb(v, to)
    this.steps += this.nodeCount
    return true
  }

  private absorb(v: number, w: number): void {
    const { bits, words } = this
    for (let i = 0, at = v * words, other = w * words; i < words; i++) bits[at + i] |= bits[other + i]
    bits[v * words + (w >>> 5)] |= 1 << (w & 31)
    this.steps += words
  }
}

/**
 * A topological order that takes, of the nodes that may come next, the one of lowest priority number (Kahn's algorithm
 * with a heap); null if there is a cycle.
 */
export function topologicalOrder(graph: Graph, priority: (node: number) => number): Uint32Array | null {
  const { from, edges } = graph.outgoing()
  const missing = new Uint32Array(graph.nodeCount)
  for (let edge = 0; edge < graph.edgeCount; edge++) missing[graph.head(edge)]++
  const priorities = Float64Array.from({ length: graph.nodeCount }, (_, v) => priority(v))
  const heap = new NodeHeap(priorities)
  for (let v = 0; v < graph.nodeCount; v++) if (missing[v] === 0) heap.push(v)
  const order = new Uint32Array(graph.nodeCount)
  let done = 0
  for (let v = heap.pop(); v !== -1; v = heap.pop()) {
    order[done++] = v
    for (let i = from[v]; i < from[v + 1]; i++)
      if (--missing[graph.head(edges[i])] === 0) heap.push(graph.head(edges[i]))
  }
  return done === graph.nodeCount ? order : null
}

/** Nodes by priority, then number: a binary heap. */
class NodeHeap {
  private readonly items: number[] = []
  private readonly priorities: Float64Array

  constructor(priorities: Float64Array) {
    this.priorities = priorities
  }

  push(node: number): void {
    const { items } = this
    let at = items.push(node) - 1
    while (at > 0 && this.before(node, items[(at - 1) >> 1])) {
      items[at] = items[(at - 1) >> 1]
      at = (at - 1) >> 1
    }
    items[at] = node
  }

  /** −1 if there is none. */
  pop(): number {
    const { items } = this
    const first = items[0]
    const last = items.pop()
    if (last === undefined) return -1
    if (items.length === 0) return last
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.before(items[child + 1], items[child])) child++
      if (!this.before(items[child], last)) break
      items[at] = items[child]
      at = child
    }
    items[at] = last
    return first
  }

  private before(a: number, b: number): boolean {
    return this.priorities[a] < this.priorities[b] || (this.priorities[a] === this.priorities[b] && a < b)
  }
}
