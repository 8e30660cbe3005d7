import { INITIAL } from './history.ts'
import type { KeyVersions, TxnHistory, VersionRead } from './history.ts'

/** What each transaction read and wrote: to take parts of a history without going through all of it. */
export interface TxnIndex {
  readonly reads: readonly (readonly VersionRead[])[]
  readonly writtenKeys: readonly (readonly number[])[]
}

export function txnIndexOf({ rows, reads, keys }: TxnHistory): TxnIndex {
  const byReader: VersionRead[][] = Array.from(rows, () => [])
  for (const read of reads) byReader[read.reader].push(read)
  const writtenKeys: number[][] = Array.from(rows, () => [])
  for (const { key, order, loose } of keys)
    for (const txns of [order, loose])
      for (const txn of txns)
        if (writtenKeys[txn][writtenKeys[txn].length - 1] !== key) writtenKeys[txn].push(key)
  return { reads: byReader, writtenKeys }
}

/**
 * The history of some of the transactions, ascending, alone. Reads of versions that others made are forgotten, so
 * whatever the whole history may do, the part may do too. Keys are numbered anew.
 */
export function partOf(history: TxnHistory, index: TxnIndex, txns: readonly number[]): TxnHistory {
  const numbers = new Map(txns.map((txn, i) => [txn, i]))
  const kept = (list: readonly number[]): number[] => [...list.keys()].filter((i) => numbers.has(list[i]))
  const number = (txn: number): number => numbers.get(txn) ?? INITIAL
  const keys: KeyVersions[] = []
  /** By key of the whole: its number in the part, and which of the ordered versions are still there. */
  const parts = new Map<number, { key: number; places: readonly number[] }>()
  const partOfKey = (whole: number): { key: number; places: readonly number[] } => {
    const known = parts.get(whole)
    if (known !== undefined) return known
    const { id, order, orderValues, loose, looseValues } = history.keys[whole]
    const [ordered, free] = [kept(order), kept(loose)]
    const part = { key: keys.length, places: ordered }
    parts.set(whole, part)
    keys.push({
      key: part.key,
      id,
      order: ordered.map((i) => number(order[i])),
      orderValues: ordered.map((i) => orderValues[i]),
      loose: free.map((i) => number(loose[i])),
      looseValues: free.map((i) => looseValues[i]),
    })
    return part
  }
  for (const txn of txns) for (const key of index.writtenKeys[txn]) partOfKey(key)
  const reads: VersionRead[] = []
  for (const txn of txns)
    for (const read of index.reads[txn]) {
      if (read.writer !== INITIAL && !numbers.has(read.writer)) continue
      const { key, places } = partOfKey(read.key)
      // Of the elements it saw, those that are still there.
      const length = countBelow(places, read.length)
      reads.push({ ...read, key, reader: number(txn), writer: number(read.writer), length })
    }
  return {
    ...history,
    rows: Uint32Array.from(txns, (txn) => history.rows[txn]),
    keys,
    reads,
    strayReads: [],
    anomalies: [],
  }
}

/** How many entries of an ascending list are below the bound. */
function countBelow(ascending: readonly number[], bound: number): number {
  let low = 0
  for (let high = ascending.length; low < high;) {
    const middle = (low + high) >> 1
    if (ascending[middle] < bound) low = middle + 1
    else high = middle
  }
  return low
}
