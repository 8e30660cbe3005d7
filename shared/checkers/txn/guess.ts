import { topologicalOrder } from './closure.ts'
import { addKnownMisses, addKnownOrder, addReadsFrom, DependencyGraph } from './dependencies.ts'
import type { KeyReads } from './dependencies.ts'
import type { TxnHistory } from './history.ts'

/**
 * A likely order of the loose versions of each key, as indices; whoever takes it has to check it. Null if dependencies
 * form a cycle. It is that of a store in which every transaction takes effect at one instant between its begin and its end.
 * Instants are narrowed down by what depends on what; a version and its readers
 * then span a zone, and versions stand in the order of the zones (Gibbons and Korach: "Testing Shared Memories",
 * SIAM J. Comput. 1997): by the first end where that comes before the last begin, else by the last begin.
 */
export function zoneOrders(history: TxnHistory, byKey: readonly KeyReads[]): number[][] | null {
  const { ops, rows, keys } = history
  const graph = new DependencyGraph('plain', rows.length)
  addReadsFrom(graph, history.reads)
  addKnownOrder(graph, keys)
  const withoutMisses = graph.edgeCount
  addKnownMisses(graph, history, byKey)
  let order = topologicalOrder(graph, () => 0)
  let edgeCount = graph.edgeCount
  if (order === null) {
    // Anti-dependencies may form cycles below serializability.
    const dependencies = new DependencyGraph('plain', rows.length)
    addReadsFrom(dependencies, history.reads)
    addKnownOrder(dependencies, keys)
    order = topologicalOrder(dependencies, () => 0)
    edgeCount = withoutMisses
  }
  if (order === null) return null

  const place = new Uint32Array(graph.nodeCount)
  order.forEach((node, i) => {
    place[node] = i
  })
  const earliest = new Float64Array(graph.nodeCount).fill(-Infinity)
  const latest = new Float64Array(graph.nodeCount).fill(Infinity)
  rows.forEach((row, txn) => {
    earliest[txn] = ops.invokedAt[row]
    latest[txn] = ops.endedAt[row]
  })
  const { from, edges } = graph.outgoing()
  const eachEdge = (node: number, visit: (head: number) => void): void => {
    for (let i = from[node]; i < from[node + 1]; i++) if (edges[i] < edgeCount) visit(graph.head(edges[i]))
  }
  for (const node of order)
    eachEdge(node, (head) => {
      if (earliest[node] > earliest[head]) earliest[head] = earliest[node]
    })
  for (let i = order.length - 1; i >= 0; i--)
    eachEdge(order[i], (head) => {
      if (latest[head] < latest[order[i]]) latest[order[i]] = latest[head]
    })

  return keys.map(({ loose, key }) => {
    const instants = loose.map((txn, i) => {
      let firstEnd = latest[txn]
      let lastBegin = earliest[txn]
      for (const reader of byKey[key].ofLoose[i]) {
        if (latest[reader] < firstEnd) firstEnd = latest[reader]
        if (earliest[reader] > lastBegin) lastBegin = earliest[reader]
      }
      return firstEnd < lastBegin ? firstEnd : lastBegin
    })
    return [...loose.keys()].sort((a, b) => instants[a] - instants[b] || place[loose[a]] - place[loose[b]])
  })
}
