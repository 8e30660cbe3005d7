import { Closure, topologicalOrder } from './closure.ts'
import {
  addKnownMisses,
  addKnownOrder,
  addLooseOrder,
  addReadsFrom,
  addRealTime,
  DependencyGraph,
  readsByKey,
} from './dependencies.ts'
import type { Form } from './dependencies.ts'
import { components, Graph, KIND, lengthOf, shortestCycle, shortestPath } from './graph.ts'
import type { TxnHistory } from './history.ts'
import type { OrderProblem } from './order-problem.ts'
import { partOf, txnIndexOf } from './part.ts'
import type { TxnIndex } from './part.ts'

export const ORDERED_LEVELS = [
  'parallel-snapshot-isolation',
  'snapshot-isolation',
  'serializable',
  'strict-serializable',
] as const
/** Levels whose question is whether some order of versions leaves no forbidden cycle. */
export type OrderedLevel = (typeof ORDERED_LEVELS)[number]

const FORMS: Readonly<Record<OrderedLevel, Form>> = {
  'parallel-snapshot-isolation': 'plain',
  'snapshot-isolation': 'snapshot',
  serializable: 'plain',
  'strict-serializable': 'plain',
}

export function problemOf(history: TxnHistory, level: OrderedLevel): OrderProblem {
  const byKey = readsByKey(history)
  const missesAreEdges = level !== 'parallel-snapshot-isolation'
  let index: TxnIndex | null = null
  const make = (misses: boolean): DependencyGraph => {
    const graph = new DependencyGraph(FORMS[level], history.rows.length)
    addReadsFrom(graph, history.reads)
    addKnownOrder(graph, history.keys)
    if (misses) addKnownMisses(graph, history, byKey)
    if (level === 'strict-serializable') addRealTime(graph, history)
    return graph
  }
  return {
    history,
    byKey,
    missesAreEdges,
    known: () => make(missesAreEdges),
    knownWithMisses: () => make(true),
    index: () => (index ??= txnIndexOf(history)),
    part: (txns) => problemOf(partOf(history, (index ??= txnIndexOf(history)), txns), level),
    allows: (orders) => {
      const graph = make(true)
      history.keys.forEach((versions, key) => addLooseOrder(graph, versions, byKey[key], orders[key]))
      if (missesAreEdges) return topologicalOrder(graph, () => 0) !== null
      const cycle = missCycle(graph)
      return cycle === 'too-large' ? cycle : cycle === null
    },
  }
}

/** A cycle that the level forbids, as edges of the graph; null if there is none. */
export function forbiddenCycle(problem: OrderProblem, graph: DependencyGraph): number[] | 'too-large' | null {
  return problem.missesAreEdges ? shortestCycle(graph) : missCycle(graph)
}

/** Anti-dependencies whose ways back are compared to find a short one. */
const CANDIDATES = 64

/**
 * A short cycle with one anti-dependency at most (G0, G1c, G-single), or null. Such a cycle lies within a strongly connected
 * component, where bits say which nodes dependencies alone lead to.
 */
function missCycle(graph: DependencyGraph): number[] | 'too-large' | null {
  const { from, edges } = graph.outgoing()
  let best: number[] | null = null
  for (const component of components(graph)) {
    const local = new Map(component.map((node, i) => [node, i]))
    const leadsBack = (edge: number): boolean => graph.kind(edge) !== KIND.rw && local.has(graph.head(edge))
    const dependencies = new Graph(component.length)
    const misses: number[] = []
    for (const node of component)
      for (let i = from[node]; i < from[node + 1]; i++) {
        const head = local.get(graph.head(edges[i]))
        if (head === undefined) continue
        if (graph.kind(edges[i]) === KIND.rw) misses.push(edges[i])
        else dependencies.addEdge(local.get(node) as number, head, KIND.step, 0)
      }
    const consider = (cycle: number[] | null): void => {
      if (cycle !== null && (best === null || lengthOf(graph, cycle) < lengthOf(graph, best))) best = cycle
    }
    const order = topologicalOrder(dependencies, () => 0)
    if (order === null) {
      const [smallest] = components(dependencies)
      for (const i of smallest.slice(0, CANDIDATES))
        consider(shortestPath(graph, from, edges, component[i], component[i], leadsBack))
      continue
    }
    if (!Closure.fits(component.length)) return 'too-large'
    const closure = Closure.of(dependencies, order)
    const closing = misses.filter((edge) =>
      closure.reaches(local.get(graph.head(edge)) as number, local.get(graph.tail(edge)) as number),
    )
    for (const edge of closing.slice(0, CANDIDATES)) {
      const back = shortestPath(graph, from, edges, graph.head(edge), graph.tail(edge), leadsBack)
      consider(back === null ? null : [edge, ...back])
    }
  }
  return best
}
