import { Graph, KIND } from './graph.ts'
import type { Kind } from './graph.ts'
import { INITIAL } from './history.ts'
import type { KeyVersions, TxnHistory, VersionRead } from './history.ts'

/**
 * How transactions become nodes of a graph in which a level's forbidden histories are just the cyclic ones.
 *
 * `plain`: a node each. Cycles of all edges are what serializability forbids (Adya, Liskov, O'Neil: "Generalized Isolation
 * Level Definitions", ICDE 2000).
 *
 * `snapshot`: a begin and a commit each, in this order; what a transaction depends on committed before it began, and what
 * it missed committed after it began. Its cycles are those of dependencies in which no two anti-dependencies
 * follow each other, which snapshot isolation forbids (Cerone and Gotsman: "Analysing Snapshot Isolation", PODC 2016; as
 * a graph: Zhang et al.: "Viper", EuroSys 2023).
 */
export type Form = 'plain' | 'snapshot'

/** Above so many pairs of reader and writer an auxiliary chain stands for them. */
const PAIRS_MAX = 64

export class DependencyGraph extends Graph {
  readonly form: Form
  readonly txnCount: number

  constructor(form: Form, txnCount: number) {
    super(form === 'plain' ? txnCount : 2 * txnCount)
    this.form = form
    this.txnCount = txnCount
    if (form === 'snapshot')
      for (let txn = 0; txn < txnCount; txn++) this.addEdge(2 * txn, 2 * txn + 1, KIND.step, 0)
  }

  /** The node that an edge of the kind leaves from. */
  source(txn: number, kind: Kind): number {
    if (this.form === 'plain') return txn
    return kind === KIND.rw ? 2 * txn : 2 * txn + 1
  }

  /** The node that an edge of the kind goes to. */
  target(txn: number, kind: Kind): number {
    if (this.form === 'plain') return txn
    return kind === KIND.rw ? 2 * txn + 1 : 2 * txn
  }

  /** The transaction of a node, −1 for an auxiliary one. */
  txnOf(node: number): number {
    if (this.form === 'plain') return node < this.txnCount ? node : -1
    return node < 2 * this.txnCount ? node >> 1 : -1
  }

  depend(from: number, to: number, kind: Kind, key: number): void {
    if (from !== to) this.addEdge(this.source(from, kind), this.target(to, kind), kind, key)
  }
}

/** Reads of a key by the version read. */
export interface KeyReads {
  /** Of the last version in `order`, or of the initial one where nothing is ordered: all loose ones follow. */
  readonly last: readonly number[]
  /** Readers of each loose version, by its index in `loose`. */
  readonly ofLoose: readonly (readonly number[])[]
}

export function readsByKey(history: TxnHistory): KeyReads[] {
  const indexOf = history.keys.map(({ loose }) => new Map(loose.map((node, i) => [node, i])))
  const reads = history.keys.map(({ loose }) => ({
    last: [] as number[],
    ofLoose: loose.map((): number[] => []),
  }))
  for (const { key, reader, writer, length } of history.reads) {
    const { order } = history.keys[key]
    const at = length > 0 || writer === INITIAL ? undefined : indexOf[key].get(writer)
    if (at !== undefined) reads[key].ofLoose[at].push(reader)
    else if (length === order.length) reads[key].last.push(reader)
  }
  return reads
}

/** Write-read dependencies. */
export function addReadsFrom(graph: DependencyGraph, reads: readonly VersionRead[]): void {
  for (const { reader, writer, key } of reads)
    if (writer !== INITIAL) graph.depend(writer, reader, KIND.wr, key)
}

/** The order of versions as far as the record shows it. */
export function addKnownOrder(graph: DependencyGraph, keys: readonly KeyVersions[]): void {
  for (const { key, order, loose } of keys) {
    for (let i = 1; i < order.length; i++) graph.depend(order[i - 1], order[i], KIND.ww, key)
    if (order.length > 0) for (const node of loose) graph.depend(order[order.length - 1], node, KIND.ww, key)
  }
}

/** Anti-dependencies that follow from the known order: whoever read a version missed the next one. */
export function addKnownMisses(
  graph: DependencyGraph,
  history: TxnHistory,
  byKey: readonly KeyReads[],
): void {
  for (const { reader, key, length, writer } of history.reads) {
    const { order } = history.keys[key]
    const ordered = length > 0 || writer === INITIAL
    if (ordered && length < order.length) graph.depend(reader, order[length], KIND.rw, key)
  }
  byKey.forEach(({ last }, key) => addMissesOfAll(graph, last, history.keys[key].loose, key))
}

/** An anti-dependency from each reader to each writer but itself. */
function addMissesOfAll(
  graph: DependencyGraph,
  readers: readonly number[],
  writers: readonly number[],
  key: number,
): void {
  if (readers.length * writers.length <= PAIRS_MAX) {
    for (const reader of readers) for (const writer of writers) graph.depend(reader, writer, KIND.rw, key)
    return
  }
  // Two chains of auxiliary nodes lead to all writers up to one, and to all from one on.
  const upTo: number[] = []
  const fromOn: number[] = []
  writers.forEach((writer, i) => {
    upTo.push(graph.addNode())
    if (i > 0) graph.addEdge(upTo[i], upTo[i - 1], KIND.step, key)
    graph.addEdge(upTo[i], graph.target(writer, KIND.rw), KIND.step, key)
  })
  for (let i = writers.length - 1; i >= 0; i--) {
    fromOn[i] = graph.addNode()
    if (i + 1 < writers.length) graph.addEdge(fromOn[i], fromOn[i + 1], KIND.step, key)
    graph.addEdge(fromOn[i], graph.target(writers[i], KIND.rw), KIND.step, key)
  }
  const indexOf = new Map(writers.map((writer, i) => [writer, i]))
  for (const reader of readers) {
    const node = graph.source(reader, KIND.rw)
    const own = indexOf.get(reader)
    if (own === undefined) graph.addEdge(node, upTo[writers.length - 1], KIND.rw, key)
    else {
      if (own > 0) graph.addEdge(node, upTo[own - 1], KIND.rw, key)
      if (own + 1 < writers.length) graph.addEdge(node, fromOn[own + 1], KIND.rw, key)
    }
  }
}

/** The loose versions of a key in this order: indices of `loose`. */
export function addLooseOrder(
  graph: DependencyGraph,
  { key, loose }: KeyVersions,
  { ofLoose }: KeyReads,
  indices: readonly number[],
): void {
  for (let i = 0; i + 1 < indices.length; i++) {
    const next = loose[indices[i + 1]]
    graph.depend(loose[indices[i]], next, KIND.ww, key)
    for (const reader of ofLoose[indices[i]]) graph.depend(reader, next, KIND.rw, key)
  }
}

/** That a transaction ended before another began, through a chain of auxiliary nodes, one per end: O(n log n). */
export function addRealTime(graph: DependencyGraph, { ops, rows }: TxnHistory): void {
  const ended = Array.from(rows.keys()).filter((txn) => ops.endedAt[rows[txn]] < Infinity)
  ended.sort((a, b) => ops.endedAt[rows[a]] - ops.endedAt[rows[b]] || a - b)
  const chain = ended.map((txn, i) => {
    const node = graph.addNode()
    graph.addEdge(graph.source(txn, KIND.time), node, KIND.time, 0)
    if (i > 0) graph.addEdge(node - 1, node, KIND.step, 0)
    return node
  })
  const begun = Array.from(rows.keys()).sort(
    (a, b) => ops.invokedAt[rows[a]] - ops.invokedAt[rows[b]] || a - b,
  )
  let before = 0
  const lastOf = new Map<number, number>()
  for (const txn of begun) {
    const row = rows[txn]
    while (before < ended.length && ops.endedAt[rows[ended[before]]] < ops.invokedAt[row]) before++
    if (before > 0) graph.addEdge(chain[before - 1], graph.target(txn, KIND.time), KIND.step, 0)
    // One process does one thing after the other, even at one instant.
    const previous = lastOf.get(ops.process[row])
    if (previous !== undefined) graph.depend(previous, txn, KIND.time, 0)
    lastOf.set(ops.process[row], txn)
  }
}
