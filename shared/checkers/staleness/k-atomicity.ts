import type { Evidence, Operations } from '../contract.ts'
import { Zones } from '../linearizable/zones.ts'
import { sortByKey } from '../linearizable/zones.ts'
import type { VersionTable } from '../linearizable/versions.ts'
import { isTwoAtomic } from './two-atomic.ts'
import type { KeyIntervals } from './two-atomic.ts'
import { forEachKey, isRead } from './unique-registers.ts'

export type KAtomicity =
  /**
   * The smallest k for which the history is k-atomic lies between `kMin` and `kMax`, both included. `read` is one that
   * returned a value with at least `lag` newer ones certainly written in between; -1 where none did.
   */
  | {
      readonly status: 'known'
      readonly kMin: number
      readonly kMax: number
      readonly read: number
      readonly lag: number
    }
  | { readonly status: 'none'; readonly evidence: Evidence }
  | { readonly status: 'unsuited'; readonly reason: string }

/**
 * How many versions back reads reached: a history is k-atomic if its operations fit into an order, real time respected,
 * in which every read returns one of the k latest values (Aiyer, Alvisi and Bazzi, DISC 2005). Whether k is 1 or 2 is
 * decided exactly (by zones, and by LBT); above that nobody knows a polynomial algorithm, and what is given are bounds:
 * from below the writes that certainly came between a read and what it returned, from above the better of two orders,
 * by beginning and by end. For registers in which what was read was written once.
 */
export function kAtomicityOf(ops: Operations, stepsMax = 50_000_000): KAtomicity {
  let kMin = 1
  let kMax = 1
  let read = -1
  let lag = 0
  const outcome = forEachKey(ops, (table, rows, versionOf) => {
    if (new Zones(ops, table.count).check(table, [], false) === null) return
    const reads = Uint32Array.from(rows.filter((row) => isRead(ops, row)))
    const key = intervalsOf(ops, table, reads, versionOf)
    const two = isTwoAtomic(key, stepsMax)
    const bounds = boundsOf(key)
    const least = Math.max(bounds.least, two === false ? 3 : 2)
    kMin = Math.max(kMin, least)
    kMax = Math.max(kMax, two === true ? 2 : Math.max(least, bounds.most))
    if (bounds.least - 1 > lag) {
      lag = bounds.least - 1
      read = reads[bounds.read]
    }
  })
  if (outcome.status === 'impossible') return { status: 'none', evidence: outcome.evidence }
  return outcome.status === 'unsuited' ? outcome : { status: 'known', kMin, kMax, read, lag }
}

/** Versions become writes; what the key held in the beginning is a write before all others. */
function intervalsOf(
  ops: Operations,
  table: VersionTable,
  reads: Uint32Array,
  versionOf: (row: number) => number,
): KeyIntervals {
  const { count, writer, firstEnd } = table
  const writeStart = Float64Array.from({ length: count }, (_, version) =>
    writer[version] < 0 ? -Infinity : ops.invokedAt[writer[version]],
  )
  return {
    writeStart,
    writeEnd: firstEnd.slice(0, count),
    readStart: Float64Array.from(reads, (row) => ops.invokedAt[row]),
    source: Int32Array.from(reads, versionOf),
  }
}

/** Bounds of the k of one key, and the read that the lower one comes from. */
export function boundsOf(key: KeyIntervals): { least: number; most: number; read: number } {
  const byEnd = orderBy(key.writeEnd)
  const byStart = orderBy(key.writeStart)
  const { least, read } = leastOf(key, byEnd)
  return { least, read, most: Math.min(mostOf(key, byEnd, byEnd), mostOf(key, byStart, byEnd)) }
}

function orderBy(keys: Float64Array): Int32Array {
  const order = Int32Array.from(keys, (_, write) => write)
  sortByKey(order, keys)
  return order
}

/** How many items of a sorted order have a key below the limit. */
function countBelow(order: Int32Array, keys: Float64Array, limit: number): number {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keys[order[middle]] < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** The largest lag if writes are ordered so, which must respect real time, and reads come as early as they can. */
function mostOf(key: KeyIntervals, order: Int32Array, byEnd: Int32Array): number {
  const { writeEnd, readStart, source } = key
  const placeOf = new Int32Array(order.length)
  for (const [place, write] of order.entries()) placeOf[write] = place
  /** The latest place among the first so many writes by end. */
  const latest = new Int32Array(order.length + 1).fill(-1)
  for (let at = 0; at < order.length; at++) latest[at + 1] = Math.max(latest[at], placeOf[byEnd[at]])
  let most = 1
  for (let read = 0; read < source.length; read++) {
    const after = latest[countBelow(byEnd, writeEnd, readStart[read])]
    most = Math.max(most, after - placeOf[source[read]] + 1)
  }
  return most
}

/**
 * One more than the writes that began after what a read returned was written and ended before the read began, at most
 * over all reads. Reads are taken by beginning while writes enter a Fenwick tree by beginning as they end.
 */
function leastOf(key: KeyIntervals, byEnd: Int32Array): { least: number; read: number } {
  const { writeStart, writeEnd, readStart, source } = key
  const starts = Float64Array.from(writeStart).sort()
  const rank = (instant: number, orEqual: boolean): number => {
    let low = 0
    let high = starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (orEqual ? starts[middle] <= instant : starts[middle] < instant) low = middle + 1
      else high = middle
    }
    return low
  }
  const tree = new Int32Array(starts.length + 1)
  let entered = 0
  let least = 1
  let worst = -1
  for (const read of orderBy(readStart)) {
    for (; entered < byEnd.length && writeEnd[byEnd[entered]] < readStart[read]; entered++)
      for (let at = rank(writeStart[byEnd[entered]], false) + 1; at < tree.length; at += at & -at) tree[at]++
    let notAfter = 0
    for (let at = rank(writeEnd[source[read]], true); at > 0; at -= at & -at) notAfter += tree[at]
    if (entered - notAfter + 1 > least) {
      least = entered - notAfter + 1
      worst = read
    }
  }
  return { least, read: worst }
}
