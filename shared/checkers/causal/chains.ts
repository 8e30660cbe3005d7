import type { Operations } from '../contract.ts'
import type { ReadsFrom } from './reads-from.ts'

/**
 * The rows that take part, by process, and the writes of each key by process: the chains. A process sees a prefix of
 * each chain, so "which writes of this key" is one number per chain, their ordinals (1 for the first; 0 for none).
 */
export interface Chains {
  /** Rows of process p in its order: `rows[from[p]]` up to `rows[from[p + 1]]`. */
  readonly from: Uint32Array
  readonly rows: Uint32Array
  /** By row: its place among its process's rows, from 1; 0 if it takes no part. */
  readonly position: Uint32Array
  /** Chains of key x: numbers `ofKey[x]` up to `ofKey[x + 1]`, by process ascending. */
  readonly ofKey: Uint32Array
  /** By chain. */
  readonly process: Uint32Array
  /** Writes of chain c: `writes[writesFrom[c]]` up to `writes[writesFrom[c + 1]]`. */
  readonly writesFrom: Uint32Array
  readonly writes: Uint32Array
  /** The place of each of `writes` among its process's rows. */
  readonly places: Uint32Array
  /** By row, for writes. */
  readonly chain: Int32Array
  readonly ordinal: Uint32Array
}

/** O(n), by two counting sorts. */
export function chainsOf(ops: Operations, rf: ReadsFrom): Chains {
  const { count, processCount, keyCount } = ops
  const { from, items: rows } = grouped(count, processCount, (row) =>
    rf.takesPart[row] === 1 ? ops.process[row] : -1,
  )
  const position = new Uint32Array(count)
  for (let p = 0; p < processCount; p++)
    for (let i = from[p]; i < from[p + 1]; i++) position[rows[i]] = i - from[p] + 1
  // Rows stand by process and then in its order; grouping them stably by key leaves each key's writes by process.
  const byKey = grouped(rows.length, keyCount, (i) => (rf.writes[rows[i]] === 1 ? ops.key[rows[i]] : -1))
  const writes = byKey.items.map((i) => rows[i])
  const ofKey = new Uint32Array(keyCount + 1)
  const chain = new Int32Array(count).fill(-1)
  const ordinal = new Uint32Array(count)
  const process: number[] = []
  const writesFrom: number[] = []
  for (let key = 0; key < keyCount; key++) {
    ofKey[key] = process.length
    for (let i = byKey.from[key]; i < byKey.from[key + 1]; i++) {
      const row = writes[i]
      if (process.length === ofKey[key] || process[process.length - 1] !== ops.process[row]) {
        process.push(ops.process[row])
        writesFrom.push(i)
      }
      chain[row] = process.length - 1
      ordinal[row] = i - writesFrom[writesFrom.length - 1] + 1
    }
  }
  ofKey[keyCount] = process.length
  writesFrom.push(writes.length)
  return {
    from,
    rows,
    position,
    ofKey,
    process: Uint32Array.from(process),
    writesFrom: Uint32Array.from(writesFrom),
    writes,
    places: writes.map((row) => position[row]),
    chain,
    ordinal,
  }
}

/** Items 0 … count−1 by group, stably; items of group −1 are left out. */
export function grouped(
  count: number,
  groups: number,
  groupOf: (item: number) => number,
): { from: Uint32Array; items: Uint32Array } {
  const from = new Uint32Array(groups + 1)
  for (let item = 0; item < count; item++) {
    const group = groupOf(item)
    if (group >= 0) from[group + 1]++
  }
  for (let group = 0; group < groups; group++) from[group + 1] += from[group]
  const items = new Uint32Array(from[groups])
  const next = from.slice()
  for (let item = 0; item < count; item++) {
    const group = groupOf(item)
    if (group >= 0) items[next[group]++] = item
  }
  return { from, items }
}

/** How many writes of a chain stand among the first `positions` rows of its process; at least `known` do. */
export function ordinalAt(chains: Chains, chain: number, positions: number, known = 0): number {
  const { places, writesFrom } = chains
  const begin = writesFrom[chain]
  const end = writesFrom[chain + 1]
  let low = begin + known
  if (low === end || places[low] > positions) return known
  // Doubling steps, then halving: the answer is mostly near.
  let step = 1
  while (low + step < end && places[low + step] <= positions) {
    low += step
    step *= 2
  }
  for (let high = Math.min(end, low + step); high - low > 1;) {
    const middle = (low + high) >>> 1
    if (places[middle] <= positions) low = middle
    else high = middle
  }
  return low - begin + 1
}
