import { initialOf } from '../causal/reads-from.ts'
import { MICRO, OUTCOME, UNKNOWN_READ } from '../contract.ts'
import type { MicroOperations, Operations } from '../contract.ts'
import { Anomalies } from './anomalies.ts'
import { INITIAL } from './history.ts'
import type { KeyVersions, TxnHistory, VersionRead } from './history.ts'
import { nodesOf, writesLater } from './nodes.ts'
import { SEVERAL, Writers } from './writers.ts'

/** Reads by rows; nodes are not known yet. */
interface RowRead {
  row: number
  key: number
  writer: number
  value: number
}

/**
 * Transactions over registers with unique values: what each read says whose write it saw; how the writes of a key were
 * ordered it does not say.
 */
export function registerHistory(ops: Operations, txns: MicroOperations): TxnHistory {
  const writers = new Writers(ops, txns)
  const anomalies = new Anomalies(ops)
  const reads: RowRead[] = []
  const stray: RowRead[] = []
  const happened = new Uint8Array(ops.count)
  let ambiguous = 0

  const source = (at: number, row: number, into: RowRead[]): void => {
    const key = txns.key[at]
    const value = txns.value[at]
    const writer = writers.rowOf(key, value)
    const isInitial = value === initialOf(ops, key)
    if (writer === SEVERAL || (writer !== -1 && isInitial)) ambiguous++
    else if (isInitial) into.push({ row, key, writer: INITIAL, value: 0 })
    else if (writer === -1) anomalies.unwritten(row, key, value, writers.failedRowOf(key, value))
    else if (writer === row) {
      if (writesLater(txns, row, at, value)) anomalies.future(row, key, value)
    } else {
      if (writers.isIntermediate(key, value)) anomalies.intermediate(row, key, value, writer)
      happened[writer] = 1
      into.push({ row, key, writer, value })
    }
  }
  const own = new Map<number, number>()
  const seen = new Map<number, number>()
  for (let row = 0; row < ops.count; row++) {
    if (ops.status[row] !== OUTCOME.ok) continue
    happened[row] = 1
    own.clear()
    seen.clear()
    for (let at = txns.from[row]; at < txns.from[row + 1]; at++) {
      const key = txns.key[at]
      const value = txns.value[at]
      if (txns.f[at] !== MICRO.read) {
        own.set(key, value)
        continue
      }
      if (value === UNKNOWN_READ) continue
      const known = own.get(key) ?? seen.get(key)
      if (known === value) continue
      if (known !== undefined) {
        anomalies.internal(row, key)
        source(at, row, stray)
        continue
      }
      seen.set(key, value)
      source(at, row, reads)
    }
  }
  const { rows, node } = nodesOf(happened)
  const toNodes = (read: RowRead): VersionRead => ({
    reader: node[read.row],
    key: read.key,
    writer: read.writer === INITIAL ? INITIAL : node[read.writer],
    length: 0,
    value: read.value,
  })
  return {
    ops,
    rows,
    keys: looseKeys(ops, txns, rows),
    reads: reads.map(toNodes),
    strayReads: stray.map(toNodes),
    anomalies: anomalies.found,
    doubt:
      ambiguous === 0
        ? null
        : `${ambiguous} reads returned a value that was written more than once; values must be unique per key`,
  }
}

/** All writers of each key, in no order. */
function looseKeys(ops: Operations, txns: MicroOperations, rows: Uint32Array): KeyVersions[] {
  const loose: number[][] = Array.from({ length: ops.keyCount }, () => [])
  const values: number[][] = Array.from({ length: ops.keyCount }, () => [])
  rows.forEach((row, node) => {
    for (let at = txns.from[row]; at < txns.from[row + 1]; at++) {
      if (txns.f[at] === MICRO.read) continue
      const nodes = loose[txns.key[at]]
      const last = values[txns.key[at]]
      if (nodes[nodes.length - 1] === node) last[last.length - 1] = txns.value[at]
      else {
        nodes.push(node)
        last.push(txns.value[at])
      }
    }
  })
  return loose.map((nodes, key) => ({
    key,
    id: key,
    order: [],
    orderValues: [],
    loose: nodes,
    looseValues: values[key],
  }))
}
