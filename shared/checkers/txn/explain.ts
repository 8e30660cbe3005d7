import { MICRO } from '../contract.ts'
import type { EdgeKind, Evidence, EvidenceEdge } from '../contract.ts'
import { edge, evidence, valueWords } from '../evidence/index.ts'
import type { DependencyGraph } from './dependencies.ts'
import { KIND } from './graph.ts'
import type { Kind } from './graph.ts'
import { INITIAL } from './history.ts'
import type { TxnHistory, VersionRead } from './history.ts'
import { txnWords } from './words.ts'

/** A dependency between two transactions, auxiliary nodes left out. */
export interface TxnEdge {
  readonly from: number
  readonly to: number
  readonly kind: Kind
  readonly key: number
}

const EDGE_KINDS: Readonly<Record<Kind, EdgeKind>> = {
  [KIND.ww]: 'version-order',
  [KIND.wr]: 'reads-from',
  [KIND.rw]: 'anti-dependency',
  [KIND.time]: 'real-time',
  [KIND.step]: 'must-precede',
}

/** The dependencies of a cycle of graph edges. */
export function txnCycle(graph: DependencyGraph, cycle: readonly number[]): TxnEdge[] {
  const first = cycle.findIndex((one) => graph.kind(one) !== KIND.step)
  const found: TxnEdge[] = []
  let open: { from: number; kind: Kind; key: number } | null = null
  for (let i = 0; i <= cycle.length; i++) {
    const one = cycle[(first + i) % cycle.length]
    const tail = graph.txnOf(graph.tail(one))
    if (open !== null && tail !== -1) {
      found.push({ ...open, to: tail })
      open = null
    }
    if (i < cycle.length && graph.kind(one) !== KIND.step)
      open = { from: tail, kind: graph.kind(one), key: graph.key(one) }
  }
  return found
}

export interface AnomalyName {
  /** As the literature calls the shape: "lost update", "G1c". */
  readonly name: string
  /** Adya's class, and Elle's additions to them. */
  readonly class: string
}

/** Names a cycle by its dependencies. */
export function nameOf(cycle: readonly TxnEdge[]): AnomalyName {
  const kinds = cycle.map((one) => one.kind)
  const count = (kind: Kind): number => kinds.filter((one) => one === kind).length
  const misses = count(KIND.rw)
  const adjacent = kinds.some((kind, i) => kind === KIND.rw && kinds[(i + 1) % kinds.length] === KIND.rw)
  const plain =
    misses === 0
      ? count(KIND.wr) === 0
        ? 'G0'
        : 'G1c'
      : misses === 1
        ? 'G-single'
        : adjacent
          ? 'G2-item'
          : 'G-nonadjacent'
  const inTime = count(KIND.time) > 0
  const name = { class: inTime ? `${plain}-realtime` : plain }
  const sameKey = cycle.every((one) => one.key === cycle[0].key)
  const is = (...shape: Kind[]): boolean =>
    shape.length === kinds.length &&
    kinds.some((_, turn) => shape.every((kind, i) => kinds[(i + turn) % kinds.length] === kind))
  const { ww, wr, rw, time } = KIND
  if ((is(rw, ww) || is(rw, rw)) && sameKey) return { ...name, name: 'lost update' }
  if (is(rw, rw)) return { ...name, name: 'write skew' }
  if (is(wr, rw)) return { ...name, name: 'read skew' }
  if (is(wr, rw, wr, rw)) return { ...name, name: 'long fork' }
  if (is(time, wr, rw)) return { ...name, name: 'causal reverse' }
  if (is(time, rw)) return { ...name, name: 'stale read' }
  return { ...name, name: name.class }
}

/** What the transaction wrote last to the key, in words. */
function written(history: TxnHistory, txn: number, key: number): string {
  const { ops, rows, keys } = history
  const { txns } = ops
  let value = 0
  if (txns !== null)
    for (let at = txns.from[rows[txn]]; at < txns.from[rows[txn] + 1]; at++)
      if (txns.f[at] !== MICRO.read && txns.key[at] === keys[key].id) value = txns.value[at]
  return valueWords(ops, value)
}

/** A read of the key by a transaction, of the writer's version if there is a choice. */
function readOf(
  { reads, strayReads }: TxnHistory,
  reader: number,
  key: number,
  writer: number | null,
): VersionRead | undefined {
  const all = [...reads, ...strayReads].filter((one) => one.reader === reader && one.key === key)
  return all.find((one) => one.writer === writer) ?? all[0]
}

/** Why one transaction comes before another: "T1 read 3 from x, and T2 wrote 5 there after it". */
function reason(
  history: TxnHistory,
  { from, to, kind, key }: TxnEdge,
  name: (txn: number) => string,
): string {
  const { ops, rows, keys } = history
  const where = ops.keyName(keys[key].id)
  const verb = ops.txns?.readsLists === true ? 'appended' : 'wrote'
  const readBy = (reader: number, writer: number | null): string => {
    const read = readOf(history, reader, key, writer)
    if (read === undefined || (read.writer === INITIAL && read.length === 0))
      return `what ${where} held initially`
    return `${where}${verb === 'appended' ? ' up to' : ' as'} ${valueWords(ops, read.value)}`
  }
  switch (kind) {
    case KIND.ww: {
      const { order, orderValues } = keys[key]
      const at = order.findIndex((node, i) => node === from && order[i + 1] === to)
      const pair =
        at === -1
          ? [written(history, from, key), written(history, to, key)]
          : [valueWords(ops, orderValues[at]), valueWords(ops, orderValues[at + 1])]
      return `${name(from)} ${verb} ${pair[0]} to ${where} before ${name(to)} ${verb} ${pair[1]}`
    }
    case KIND.wr:
      return `${name(to)} read ${readBy(to, from)}, which ${name(from)} ${verb}`
    case KIND.rw: {
      const { order, orderValues } = keys[key]
      const read = history.reads.find((one) => one.reader === from && one.key === key)
      const next =
        read !== undefined && order[read.length] === to ? valueWords(ops, orderValues[read.length]) : null
      return `${name(from)} read ${readBy(from, null)}, and did not see ${next ?? written(history, to, key)}, which ${name(to)} ${verb}`
    }
    case KIND.time:
      return ops.process[rows[from]] === ops.process[rows[to]]
        ? `${name(from)} ended before ${name(to)} began, in the same process`
        : `${name(from)} ended before ${name(to)} began`
    case KIND.step:
      return `${name(from)} comes before ${name(to)}`
  }
}

/**
 * Rows that show what is taken for granted of these transactions: that those of unknown outcome happened, by who read them;
 * the order of their appends, by who read the list as far as they stand in it.
 */
export function witnesses(history: TxnHistory, txns: ReadonlySet<number>): number[] {
  const { ops, rows, keys } = history
  const reads = [...history.reads, ...history.strayReads]
  const found: number[] = []
  for (const txn of txns) {
    if (ops.endedAt[rows[txn]] < Infinity) continue
    const reader = reads.find((one) => one.writer === txn)
    if (reader !== undefined) found.push(rows[reader.reader])
  }
  for (const { key, order, loose } of keys) {
    const places = [...order.keys()].filter((i) => txns.has(order[i]))
    const writers = new Set(places.map((i) => order[i]))
    for (const txn of loose) if (txns.has(txn)) writers.add(txn)
    if (places.length === 0 || writers.size < 2) continue
    const last = places[places.length - 1]
    const shows = reads.filter((one) => one.key === key && one.length > last)
    if (shows.length > 0 && !shows.some((one) => txns.has(one.reader))) found.push(rows[shows[0].reader])
  }
  return found
}

/** The evidence of a cycle: "T1 = …, T2 = …: T1 …; T2 …, so each comes before the next". */
export function cycleEvidence(
  history: TxnHistory,
  cycle: readonly TxnEdge[],
  anomaly: string,
  more: { rows: readonly number[]; sentence: string } = { rows: [], sentence: '' },
): Evidence {
  const { ops, rows } = history
  const txns = [...new Set(cycle.map((one) => one.from))]
  const name = (txn: number): string => `T${txns.indexOf(txn) + 1}`
  const who = txns.map((txn) => `${name(txn)} = ${txnWords(ops, rows[txn])}`).join(', ')
  const edges = cycle.map((one): EvidenceEdge => {
    const kind =
      one.kind === KIND.time && ops.process[rows[one.from]] === ops.process[rows[one.to]]
        ? 'process'
        : EDGE_KINDS[one.kind]
    return edge(rows[one.from], rows[one.to], kind, reason(history, one, name))
  })
  const why = edges.map((one) => one.text).join('; ')
  const involved = [...txns.map((txn) => rows[txn]), ...witnesses(history, new Set(txns)), ...more.rows]
  return evidence(
    `With ${who}: ${why}; so each would come before the next, and the last before the first${more.sentence}`,
    involved,
    {
      anomaly,
      edges,
      cycle: txns.map((txn) => rows[txn]),
    },
  )
}
