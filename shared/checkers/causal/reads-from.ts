import { ABSENT, FUNCTIONS, NO_RANK, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { WriteIndex, isWrite } from './write-index.ts'

/** Values of `ReadsFrom.writer` that are no row. */
export const INITIAL = -1
export const READS_NOTHING = -2
export const SEVERAL = -3
/** A read whose source is a problem of its own: it takes part in nothing. */
const UNEXPLAINED = -4

/** What the key held before its first write. */
export function initialOf(ops: Operations, key: number): number {
  return key < ops.initialKeys ? ops.initial : ABSENT
}

const READ = FUNCTIONS.indexOf('read')
const CAS = FUNCTIONS.indexOf('cas')

/** A read of a value that nobody wrote, or only a write that failed. */
export interface UnexplainedRead {
  readonly read: number
  readonly value: number
  /** The failed write; null for a value out of thin air. */
  readonly failedWrite: number | null
}

/**
 * Which write each read of a register returned, for records in which values tell writes apart. Writes of unknown
 * outcome happened if they were read; otherwise nothing depends on them and they are left out.
 */
export interface ReadsFrom {
  /** By row: the write that the row read (a swapped cas reads too), INITIAL or READS_NOTHING. */
  readonly writer: Int32Array
  /** Further writes read by rows that returned siblings. */
  readonly others: ReadonlyMap<number, readonly number[]>
  /** By row: 1 if it takes part, as a read or cas that returned or a write that happened. */
  readonly takesPart: Uint8Array
  /** By row: 1 if it takes part as a write. */
  readonly writes: Uint8Array
  /**
   * Cas that observed another value than they expected, with the write of the expected one: a row, INITIAL,
   * READS_NOTHING if nobody wrote it, SEVERAL if it is not known which.
   */
  readonly mismatches: ReadonlyMap<number, number>
  readonly unexplained: readonly UnexplainedRead[]
  /** First read whose value several writes wrote, so that its source is not known; -1 if there is none. */
  readonly ambiguous: number
  readonly ambiguousCount: number
}

/**
 * O(n). Where several writes wrote the value of a read, the record's version ranks decide, if it has them.
 */
export function readsFrom(ops: Operations): ReadsFrom {
  const index = new WriteIndex(ops)
  const writer = new Int32Array(ops.count).fill(READS_NOTHING)
  const takesPart = new Uint8Array(ops.count)
  const writes = new Uint8Array(ops.count)
  const others = new Map<number, number[]>()
  const mismatches = new Map<number, number>()
  const unexplained: UnexplainedRead[] = []
  let ambiguous = -1
  let ambiguousCount = 0
  const byRank = ops.versionRank ? rankedWrites(ops, ops.versionRank) : null

  const source = (row: number, value: number): number => {
    const entry = index.entryOf(ops.key[row], value)
    const candidates = entry === -1 ? 0 : index.writes[entry]
    const initial = value === initialOf(ops, ops.key[row]) ? 1 : 0
    if (candidates + initial > 1) {
      const rank = ops.versionRank ? ops.versionRank[row] : NO_RANK
      const ranked = rank === 0 ? INITIAL : byRank?.get(rank * ops.keyCount + ops.key[row])
      if (rank !== NO_RANK && ranked !== undefined && ops.f[row] === READ) return ranked
      if (ambiguous === -1) ambiguous = row
      ambiguousCount++
      return UNEXPLAINED
    }
    if (candidates === 1) return index.first[entry]
    if (initial === 1) return INITIAL
    const failed = entry === -1 ? -1 : index.failed[entry]
    unexplained.push({ read: row, value, failedWrite: failed === -1 ? null : failed })
    return UNEXPLAINED
  }
  const read = (row: number, value: number): number => {
    const from = source(row, value)
    if (from === UNEXPLAINED) return READS_NOTHING
    takesPart[row] = 1
    if (from >= 0) {
      takesPart[from] = 1
      writes[from] = 1
    }
    return from
  }

  for (let row = 0; row < ops.count; row++) {
    if (ops.status[row] !== OUTCOME.ok) continue
    if (ops.f[row] === READ) {
      const siblings = ops.siblings.get(row)
      if (siblings === undefined) writer[row] = read(row, ops.result[row])
      else {
        const sources = [...siblings].map((value) => read(row, value)).filter((from) => from >= 0)
        writer[row] = sources.length > 0 ? sources[0] : READS_NOTHING
        if (sources.length > 1) others.set(row, sources.slice(1))
      }
    } else if (isWrite(ops, row)) {
      takesPart[row] = 1
      writes[row] = 1
    } else if (ops.f[row] === CAS) {
      takesPart[row] = 1
      const entry = index.entryOf(ops.key[row], ops.expected[row])
      const isInitial = ops.expected[row] === initialOf(ops, ops.key[row])
      const candidates = (entry === -1 ? 0 : index.writes[entry]) + (isInitial ? 1 : 0)
      const only = isInitial ? INITIAL : candidates === 1 ? index.first[entry] : READS_NOTHING
      mismatches.set(row, candidates > 1 ? SEVERAL : only)
    }
  }
  // A cas that happened read the value it expected, which may prove that another one of unknown outcome happened.
  const pending: number[] = []
  const queued = new Uint8Array(ops.count)
  const queue = (row: number): void => {
    if (writes[row] === 0 || ops.f[row] !== CAS || queued[row] === 1) return
    queued[row] = 1
    pending.push(row)
  }
  for (let row = 0; row < ops.count; row++) queue(row)
  for (let row = pending.pop(); row !== undefined; row = pending.pop()) {
    writer[row] = read(row, ops.expected[row])
    if (writer[row] >= 0) queue(writer[row])
  }
  return { writer, others, takesPart, writes, mismatches, unexplained, ambiguous, ambiguousCount }
}

function rankedWrites(ops: Operations, ranks: Uint32Array): Map<number, number> {
  const rows = new Map<number, number>()
  for (let row = 0; row < ops.count; row++)
    if (ranks[row] !== NO_RANK && ops.status[row] !== OUTCOME.fail && isWrite(ops, row))
      rows.set(ranks[row] * ops.keyCount + ops.key[row], row)
  return rows
}
