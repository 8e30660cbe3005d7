import { OUTCOME } from '../contract.ts'
import type { Evidence, Operations } from '../contract.ts'
import { clause, evidence, keyWords, realTime } from '../evidence/index.ts'
import { LatestSums } from './latest-sums.ts'
import { counts, F } from './key-rows.ts'
import { sortByKey } from './zones.ts'

/** What a counter held when the record began stands for a read that ended before all. */
const BEGINNING = -1

/**
 * What a counter that only grows cannot have shown, in O(n log n); null where that settles nothing. Of two reads, or a
 * read and what there was in the beginning, the later one returns at least what the earlier one did and all that was
 * added wholly between them, and at most that and all that can have come between them. Which of the amounts under way a
 * read has seen is a matter of sums (to decide it is NP-hard: SUBSET SUM), and is left to a search.
 */
export function impossibleCount(ops: Operations, rows: Uint32Array): Evidence | null {
  const { f, amount, invokedAt, endedAt } = ops
  const reads: number[] = []
  const adds: number[] = []
  for (const row of rows) {
    if (!counts(ops, row)) continue
    if (f[row] === F.read) reads.push(row)
    else if (amount[row] < 0) return null
    else if (amount[row] > 0) adds.push(row)
  }
  if (reads.length === 0) return null
  const key = ops.key[reads[0]]
  const initial = key < ops.initialKeys ? ops.initialAmount : 0
  const readsByEnd = sorted(reads, endedAt)
  const readEnds = Float64Array.from(readsByEnd, (row) => endedAt[row])
  const addsByEnd = sorted(adds, endedAt)
  const least = new LatestSums(reads.length + 1)
  least.put(0, initial)
  /** What was added for certain before some instant, and what can have been begun by then. */
  const ended = prefixSums(addsByEnd, endedAt, amount)
  const begun = prefixSums(Int32Array.from(adds), invokedAt, amount)
  let fewest = initial
  let [reading, adding] = [0, 0]
  for (const read of sorted(reads, invokedAt)) {
    for (;;) {
      const isRead = reading < reads.length && readEnds[reading] < invokedAt[read]
      const isAdd = adding < adds.length && endedAt[addsByEnd[adding]] < invokedAt[read]
      if (!isRead && !isAdd) break
      if (isRead && (!isAdd || readEnds[reading] <= endedAt[addsByEnd[adding]])) {
        const row = readsByEnd[reading++]
        least.put(reading, amount[row])
        fewest = Math.min(fewest, amount[row] - ended.before(invokedAt[row]))
      } else {
        const row = addsByEnd[adding++]
        least.addUpTo(lowerBound(readEnds, invokedAt[row]), amount[row])
      }
    }
    const [most, at] = least.largest()
    if (amount[read] < most) return tooLittle(ops, read, at === 0 ? BEGINNING : readsByEnd[at - 1], adds)
    if (amount[read] > fewest + begun.upTo(endedAt[read])) {
      const bound = (other: number): number =>
        amount[other] - ended.before(invokedAt[other]) + begun.upTo(endedAt[read])
      const before = readsByEnd.slice(0, reading).reverse()
      const earlier = before.find((other) => amount[read] > bound(other))
      return tooMuch(ops, read, earlier ?? BEGINNING, adds, initial)
    }
  }
  return null
}

/** `read` misses some of what `earlier` returned and of what was added since. */
function tooLittle(ops: Operations, read: number, earlier: number, adds: readonly number[]): Evidence {
  const { amount, invokedAt, endedAt } = ops
  const since = earlier === BEGINNING ? -Infinity : endedAt[earlier]
  const between = adds
    .filter((row) => invokedAt[row] > since && endedAt[row] < invokedAt[read])
    .sort((a, b) => amount[b] - amount[a])
  // The largest amounts, as many as it takes.
  const key = ops.key[read]
  let sum = earlier === BEGINNING ? initialOf(ops, key) : amount[earlier]
  const proof: number[] = []
  for (const row of between) {
    if (sum > amount[read]) break
    sum += amount[row]
    proof.push(row)
  }
  const added = proof.length === 1 ? clause(ops, proof[0]) : `${sum - base(ops, earlier, key)} had been added`
  const parts = [
    ...(earlier === BEGINNING ? [] : [`${clause(ops, earlier)} before`]),
    ...(proof.length === 0 ? [] : [`${added}${earlier === BEGINNING ? ' before it began' : ' in between'}`]),
  ]
  const rows = [...(earlier === BEGINNING ? [] : [earlier]), ...proof, read]
  return evidence(`${clause(ops, read)}, although ${parts.join(' and ')}`, rows, {
    anomaly: 'stale read',
    edges: rows.slice(0, -1).map((row) => realTime(ops, row, read)),
  })
}

/** `read` has more than `earlier` returned and all that can have been added since. */
function tooMuch(
  ops: Operations,
  read: number,
  earlier: number,
  adds: readonly number[],
  initial: number,
): Evidence {
  const { amount, invokedAt, endedAt, status } = ops
  const from = earlier === BEGINNING ? -Infinity : invokedAt[earlier]
  const possible = adds.filter(
    (row) => invokedAt[row] <= endedAt[read] && !(status[row] === OUTCOME.ok && endedAt[row] < from),
  )
  const sum = possible.reduce((total, row) => total + amount[row], 0)
  const key = ops.key[read]
  const start =
    earlier === BEGINNING
      ? `it began with ${initial}${keyWords(ops, 'in', key)}`
      : `${clause(ops, earlier)} before`
  const rows = [...(earlier === BEGINNING ? [] : [earlier]), ...possible, read]
  return evidence(
    `${clause(ops, read)}, although ${start} and no more than ${sum} can have been added since`,
    rows,
    {
      anomaly: 'thin-air read',
      edges: earlier === BEGINNING ? [] : [realTime(ops, earlier, read)],
    },
  )
}

const initialOf = (ops: Operations, key: number): number => (key < ops.initialKeys ? ops.initialAmount : 0)

const base = (ops: Operations, earlier: number, key: number): number =>
  earlier === BEGINNING ? initialOf(ops, key) : ops.amount[earlier]

function sorted(rows: readonly number[], keys: Float64Array): Int32Array {
  const indices = Int32Array.from(rows)
  sortByKey(indices, keys)
  return indices
}

interface PrefixSums {
  /** Of what stands before the instant. */
  before(instant: number): number
  /** Of what stands before it or at it. */
  upTo(instant: number): number
}

/** Sums of the amounts of rows in the order of an instant each; what never comes stands at infinity. */
function prefixSums(rows: Int32Array, instantOf: Float64Array, amount: Float64Array): PrefixSums {
  const instants = Float64Array.from(rows, (row) => instantOf[row])
  const sums = new Float64Array(rows.length + 1)
  for (const [at, row] of rows.entries()) sums[at + 1] = sums[at] + amount[row]
  return {
    before: (instant) => sums[lowerBound(instants, instant)],
    upTo: (instant) => sums[upperBound(instants, instant)],
  }
}

/** How many of the ascending numbers are less than `than`. */
function lowerBound(numbers: Float64Array, than: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle] < than) low = middle + 1
    else high = middle
  }
  return low
}

/** How many of the ascending numbers are at most `than`. */
function upperBound(numbers: Float64Array, than: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle] <= than) low = middle + 1
    else high = middle
  }
  return low
}
