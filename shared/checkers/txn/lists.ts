import { MICRO, OUTCOME, UNKNOWN_READ } from '../contract.ts'
import type { MicroOperations, Operations } from '../contract.ts'
import { Anomalies } from './anomalies.ts'
import { INITIAL } from './history.ts'
import type { KeyVersions, TxnHistory, VersionRead } from './history.ts'
import { nodesOf, writesLater } from './nodes.ts'
import { SEVERAL, Writers } from './writers.ts'

/** A list that a transaction found: the first `length` elements of a list that it read. */
interface ListRead {
  row: number
  key: number
  list: Uint32Array
  length: number
  /** Place of the read among all micro-operations. */
  at: number
}

/**
 * Transactions that append to lists and read them whole. A list tells the order of its versions: its elements (Kingsbury
 * and Alvaro: "Elle: Inferring Isolation Anomalies from Experimental Observations", VLDB 2021). Appends that
 * nobody read come after all that were read.
 */
export function listHistory(ops: Operations, txns: MicroOperations): TxnHistory {
  const writers = new Writers(ops, txns)
  const anomalies = new Anomalies(ops)
  const { reads, stray } = listReads(ops, txns, anomalies)
  const longest: (ListRead | undefined)[] = new Array<undefined>(ops.keyCount).fill(undefined)
  for (const read of [...reads, ...stray]) {
    const known = longest[read.key]
    if (known === undefined || read.length > known.length) longest[read.key] = read
  }
  for (const read of [...reads, ...stray]) {
    const whole = longest[read.key] as ListRead
    if (read.list !== whole.list && !isPrefix(read, whole))
      anomalies.incompatible(read.row, whole.row, read.key)
  }

  const happened = new Uint8Array(ops.count)
  for (let row = 0; row < ops.count; row++) if (ops.status[row] === OUTCOME.ok) happened[row] = 1
  const unclear = new Set<number>()
  for (const read of longest) if (read !== undefined) attribute(read, writers, anomalies, happened, unclear)
  for (const { row, key, list, length, at } of [...reads, ...stray]) {
    if (length === 0) continue
    const value = list[length - 1]
    const writer = writers.rowOf(key, value)
    if (writer === row) {
      if (writesLater(txns, row, at, value)) anomalies.future(row, key, value)
      // Its own appends end the list, and yet one stands before them.
      else if (length < list.length) anomalies.duplicate(row, key, value)
    } else if (writer >= 0 && writers.isIntermediate(key, value))
      anomalies.intermediate(row, key, value, writer)
  }

  const { rows, node } = nodesOf(happened)
  const toNodes = ({ row, key, list, length }: ListRead): VersionRead => {
    const value = length === 0 ? 0 : list[length - 1]
    const writer = length === 0 ? INITIAL : node[Math.max(0, writers.rowOf(key, value))]
    return { reader: node[row], key, writer, length, value }
  }
  const isClear = (read: ListRead): boolean => !unclear.has(read.key)
  return {
    ops,
    rows,
    keys: listKeys(txns, rows, longest, (key, value) => node[writers.rowOf(key, value)], unclear),
    reads: reads.filter(isClear).map(toNodes),
    strayReads: stray.filter(isClear).map(toNodes),
    anomalies: anomalies.found,
    doubt:
      unclear.size === 0
        ? null
        : `the elements of ${unclear.size} keys were not all appended once; elements must be unique per key`,
  }
}

/** What each transaction found at each key before its own appends; and what it read in contradiction to itself. */
function listReads(
  ops: Operations,
  txns: MicroOperations,
  anomalies: Anomalies,
): { reads: ListRead[]; stray: ListRead[] } {
  const reads: ListRead[] = []
  const stray: ListRead[] = []
  const found = new Map<number, ListRead>()
  const own = new Map<number, number[]>()
  for (let row = 0; row < ops.count; row++) {
    if (ops.status[row] !== OUTCOME.ok) continue
    found.clear()
    own.clear()
    for (let at = txns.from[row]; at < txns.from[row + 1]; at++) {
      const key = txns.key[at]
      if (txns.f[at] !== MICRO.read) {
        const appended = own.get(key)
        if (appended === undefined) own.set(key, [txns.value[at]])
        else appended.push(txns.value[at])
        continue
      }
      if (txns.value[at] === UNKNOWN_READ) continue
      const list = ops.lists[txns.value[at]]
      const appended = own.get(key) ?? []
      const length = list.length - appended.length
      const before = found.get(key)
      const whole = { row, key, list, length: list.length, at }
      const endsWithOwn = length >= 0 && appended.every((value, i) => list[length + i] === value)
      if (!endsWithOwn || (before !== undefined && (before.length !== length || !isPrefix(before, whole)))) {
        anomalies.internal(row, key)
        stray.push(endsWithOwn ? { ...whole, length } : whole)
      } else if (before === undefined) {
        const read = { row, key, list, length, at }
        found.set(key, read)
        reads.push(read)
      }
    }
  }
  return { reads, stray }
}

function isPrefix(read: ListRead, whole: ListRead): boolean {
  for (let i = 0; i < read.length; i++) if (read.list[i] !== whole.list[i]) return false
  return true
}

/** Finds who appended the elements; they happened, whatever was known of their outcome. */
function attribute(
  { row, key, list, length }: ListRead,
  writers: Writers,
  anomalies: Anomalies,
  happened: Uint8Array,
  unclear: Set<number>,
): void {
  const seen = new Set<number>()
  for (let i = 0; i < length; i++) {
    const value = list[i]
    const writer = writers.rowOf(key, value)
    if (writer === SEVERAL) unclear.add(key)
    else if (seen.has(value)) anomalies.duplicate(row, key, value)
    else if (writer === -1) anomalies.unwritten(row, key, value, writers.failedRowOf(key, value))
    else happened[writer] = 1
    seen.add(value)
  }
}

function listKeys(
  txns: MicroOperations,
  rows: Uint32Array,
  longest: readonly (ListRead | undefined)[],
  nodeOf: (key: number, value: number) => number,
  unclear: ReadonlySet<number>,
): KeyVersions[] {
  const read = longest.map((whole) => new Set(whole?.list.subarray(0, whole.length)))
  const keys = longest.map((whole, key) => {
    const values = whole === undefined || unclear.has(key) ? [] : [...whole.list.subarray(0, whole.length)]
    return {
      key,
      id: key,
      order: values.map((value) => nodeOf(key, value)),
      orderValues: values,
      loose: [] as number[],
      looseValues: [] as number[],
    }
  })
  rows.forEach((row, node) => {
    for (let at = txns.from[row]; at < txns.from[row + 1]; at++) {
      const key = txns.key[at]
      if (txns.f[at] === MICRO.read || unclear.has(key)) continue
      const { loose, looseValues } = keys[key]
      const isLast = loose[loose.length - 1] === node
      if (read[key].has(txns.value[at])) continue
      if (isLast) looseValues[looseValues.length - 1] = txns.value[at]
      else {
        loose.push(node)
        looseValues.push(txns.value[at])
      }
    }
  })
  return keys
}
