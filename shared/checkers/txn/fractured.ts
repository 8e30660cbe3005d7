import type { Verdict } from '../contract.ts'
import { addKnownOrder, addReadsFrom, DependencyGraph } from './dependencies.ts'
import { cycleEvidence, nameOf, txnCycle } from './explain.ts'
import { KIND, shortestCycle } from './graph.ts'
import { INITIAL } from './history.ts'
import type { TxnHistory, VersionRead } from './history.ts'
import { txnWords } from './words.ts'

/**
 * Fractured reads: a transaction that saw one write of another and missed a second one (Bailis et al.: "Scalable Atomic
 * Visibility with RAMP Transactions", SIGMOD 2014). Where the order of versions is not known, a
 * transaction that saw something of T and another version of a key that T wrote says that T's is the older one;
 * no order is possible just if this, with reads-from, makes a cycle (Biswas and Enea: "On the Complexity of
 * Checking Transactional Consistency", OOPSLA 2019). Null if there are none.
 */
export function fracturedReads(history: TxnHistory): Verdict | null {
  const { rows, keys } = history
  const graph = new DependencyGraph('plain', rows.length)
  addReadsFrom(graph, history.reads)
  addKnownOrder(graph, keys)
  const places = lastPlaces(history)
  const forced = new Map<number, { reader: number; key: number }>()
  for (const [reader, reads] of byReader(history.reads)) {
    for (const seen of reads) {
      if (seen.writer === INITIAL) continue
      for (const read of reads) {
        const place = places.get(read.key * rows.length + seen.writer)
        if (place === undefined || read.writer === seen.writer) continue
        const isOrdered = read.length > 0 || read.writer === INITIAL
        if (!isOrdered) {
          forced.set(graph.edgeCount, { reader, key: read.key })
          graph.addEdge(seen.writer, read.writer, KIND.ww, read.key)
        } else if (place >= read.length) {
          const cycle = [
            { from: seen.writer, to: reader, kind: KIND.wr, key: seen.key },
            { from: reader, to: seen.writer, kind: KIND.rw, key: read.key },
          ]
          return {
            status: 'violated',
            evidence: cycleEvidence(history, cycle, 'fractured read'),
            figures: { class: 'G-single' },
          }
        }
      }
    }
  }
  const cycle = shortestCycle(graph)
  if (cycle === null) return null
  const dependencies = txnCycle(graph, cycle)
  const reasons = cycle.flatMap((edge) => forced.get(edge) ?? [])
  const told = reasons.map(
    ({ reader, key }) =>
      `; ${txnWords(history.ops, rows[reader])} saw something of whoever wrote the older of two versions of ${history.ops.keyName(key)}, and the newer one`,
  )
  const name = reasons.length > 0 ? 'fractured read' : nameOf(dependencies).name
  const evidence = cycleEvidence(history, dependencies, name, {
    rows: reasons.map(({ reader }) => rows[reader]),
    sentence: told.join(''),
  })
  return { status: 'violated', evidence, figures: {} }
}

/** Per key and transaction that wrote it, where its last version stands among the ordered ones; Infinity for loose ones. */
function lastPlaces({ rows, keys }: TxnHistory): Map<number, number> {
  const places = new Map<number, number>()
  for (const { key, order, loose } of keys) {
    order.forEach((txn, i) => places.set(key * rows.length + txn, i))
    for (const txn of loose) places.set(key * rows.length + txn, Infinity)
  }
  return places
}

function byReader(reads: readonly VersionRead[]): Map<number, VersionRead[]> {
  const found = new Map<number, VersionRead[]>()
  for (const read of reads) {
    const list = found.get(read.reader)
    if (list === undefined) found.set(read.reader, [read])
    else list.push(read)
  }
  return found
}
