import { OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { counts, F, Ties } from './key-rows.ts'
import type { Finding } from './unique.ts'
import { sortByKey } from './zones.ts'

export type SetReading =
  | { readonly kind: 'holds' }
  | { readonly kind: 'ambiguous' }
  | {
      readonly kind: 'impossible'
      readonly finding: Finding
      readonly precedes: readonly (readonly [number, number])[]
    }

/**
 * Decides a set that nothing is removed from, in O(n log n) beside the size of what reads returned. Such a set only
 * grows, so that the distinct sets that reads returned must form a chain of inclusion, and all have their stage: reads
 * of the j-th set stand at stage 2j + 1, elements that it has and the one before has not come in at stage 2j, what was
 * never seen comes after all reads. Of several adds of one element, the one that was invoked first brings it in, and the
 * others may come at any later stage. The order exists if and only if no operation that ended before another began must
 * stand at a later stage.
 */
export function readAddedSet(ops: Operations, rows: Uint32Array): SetReading {
  const { f, status, value, result, lists, invokedAt, endedAt } = ops
  const addsOf = new Map<number, number[]>()
  const reads: number[] = []
  for (const row of rows) {
    if (!counts(ops, row)) continue
    if (f[row] === F.remove) return { kind: 'ambiguous' }
    if (f[row] === F.read) reads.push(row)
    else if (addsOf.has(value[row])) addsOf.get(value[row])?.push(row)
    else addsOf.set(value[row], [row])
  }
  const bySize = reads.sort((a, b) => lists[result[a]].length - lists[result[b]].length || a - b)
  const stage = new Map<number, number>()
  const stageOfRead = new Map<number, number>()
  let stages = 0
  let previous: Uint32Array = new Uint32Array(0)
  for (const [at, row] of bySize.entries()) {
    const list = lists[result[row]]
    const problem = unexplained(ops, rows, addsOf, row, list)
    if (problem !== null) return problem
    const shared = list.reduce((count, id) => count + (stage.has(id) ? 1 : 0), 0)
    if (shared < stage.size) return incomparable(addsOf, bySize[at - 1], row, previous, list)
    if (at === 0 || list.length > previous.length) {
      stages = at === 0 ? 0 : stages + 1
      for (const id of list) if (!stage.has(id)) stage.set(id, 2 * stages)
      previous = list
    }
    stageOfRead.set(row, 2 * stages + 1)
  }
  const afterAll = 2 * stages + 2
  const low = new Map<number, number>()
  const high = new Map<number, number>()
  for (const [row, its] of stageOfRead) {
    low.set(row, its)
    high.set(row, its)
  }
  const ties = new Ties(ops)
  const tied: [number, number][] = []
  for (const row of rows) {
    if (!counts(ops, row)) continue
    const earlier = ties.before(row)
    if (earlier >= 0) tied.push([earlier, row])
  }
  for (const [element, adds] of addsOf) {
    const its = stage.get(element)
    if (adds.length > 1 && tied.length > 0) return { kind: 'ambiguous' }
    for (const [at, row] of adds.entries()) {
      if (its === undefined && status[row] === OUTCOME.info) continue
      low.set(row, its ?? afterAll)
      high.set(row, at === 0 ? (its ?? afterAll) : Infinity)
    }
  }
  /** A read at this stage, where stages are of reads. */
  const readAt = (its: number): number[] => reads.filter((row) => stageOfRead.get(row) === its).slice(0, 1)
  const placed = [...low.keys()]
  const byEnd = Int32Array.from(placed)
  const byStart = Int32Array.from(placed)
  sortByKey(byEnd, endedAt)
  sortByKey(byStart, invokedAt)
  let ended = 0
  let latest = -1
  for (const row of byStart) {
    for (; ended < byEnd.length && endedAt[byEnd[ended]] < invokedAt[row]; ended++)
      if (latest < 0 || low.get(byEnd[ended])! > low.get(latest)!) latest = byEnd[ended]
    if (latest >= 0 && low.get(latest)! > high.get(row)!)
      return misplaced(latest, row, readAt(high.get(row)! + 1))
  }
  for (const [earlier, row] of tied)
    if ((low.get(earlier) ?? -1) > (high.get(row) ?? Infinity))
      return misplaced(earlier, row, readAt(high.get(row)! + 1))
  return { kind: 'holds' }
}

/** `witness`: a read that has what the later one added and not what the earlier one did, if both are adds. */
function misplaced(earlier: number, later: number, witness: readonly number[]): SetReading {
  return {
    kind: 'impossible',
    finding: { kind: 'order', rows: [earlier, later, ...witness] },
    precedes: [[earlier, later]],
  }
}

/** What a read returned that no add explains, if anything. */
function unexplained(
  ops: Operations,
  rows: Uint32Array,
  addsOf: ReadonlyMap<number, number[]>,
  row: number,
  list: Uint32Array,
): SetReading | null {
  for (const [at, id] of list.entries()) {
    if (at > 0 && list[at - 1] === id)
      return { kind: 'impossible', finding: { kind: 'read-twice', rows: [row] }, precedes: [] }
    if (addsOf.has(id)) continue
    const failed = rows.find((other) => ops.f[other] === F.add && ops.value[other] === id)
    const finding: Finding =
      failed === undefined
        ? { kind: 'never-written', rows: [row] }
        : { kind: 'failed-write', rows: [failed, row].sort((a, b) => a - b) }
    return { kind: 'impossible', finding, precedes: [] }
  }
  return null
}

/** Two reads, each with an element that the other lacks. */
function incomparable(
  addsOf: ReadonlyMap<number, number[]>,
  smaller: number,
  larger: number,
  inSmaller: Uint32Array,
  inLarger: Uint32Array,
): SetReading {
  const lacking = inSmaller.find((id) => !inLarger.includes(id)) as number
  const extra = inLarger.find((id) => !inSmaller.includes(id)) as number
  const adds = [lacking, extra].map((id) => (addsOf.get(id) as number[])[0])
  return {
    kind: 'impossible',
    finding: { kind: 'not-a-prefix', rows: [smaller, larger, ...adds] },
    precedes: [],
  }
}
