import { assert } from '../../base/assert.ts'
import type { Timestamp } from '../../clocks/timestamp.ts'
import type { Operation } from '../contract.ts'
import type { Configuration } from './quorum.ts'
import type { RangeEntry } from './range.ts'

/** One entry. Entries are never changed, so replicas, messages and disks of one run share them. */
export interface Entry {
  readonly term: number
  /** What a client asked for; null for a leader's first entry and for configurations. */
  readonly op: Operation | null
  readonly process: number
  readonly sequence: number
  readonly configuration: Configuration | null
  /** A write's timestamp, in groups that give them; an oracle's window, in a leader's own entries. */
  readonly stamp: Timestamp | null
  /** What is to become of the range. */
  readonly range?: RangeEntry
}

/** A log without its compacted prefix: `entries[0]` has index `offset` + 1; `offsetTerm` is the term at `offset`. */
export interface Log {
  offset: number
  offsetTerm: number
  entries: Entry[]
}

export function lastIndex(log: Log): number {
  return log.offset + log.entries.length
}

export function lastTerm(log: Log): number {
  return log.entries.length === 0 ? log.offsetTerm : log.entries[log.entries.length - 1].term
}

/** The term of the entry at an index; −1 where the log does not reach it or has compacted it away. */
export function termAt(log: Log, index: number): number {
  if (index === log.offset) return log.offsetTerm
  const position = index - log.offset - 1
  return position >= 0 && position < log.entries.length ? log.entries[position].term : -1
}

export function entryAt(log: Log, index: number): Entry {
  const position = index - log.offset - 1
  assert(position >= 0 && position < log.entries.length, () => `the log has no entry ${index}`)
  return log.entries[position]
}

/** Removes the entry at `index` and all after it. */
export function truncate(log: Log, index: number): void {
  assert(index > log.offset, () => `entry ${index} is compacted and cannot be taken back`)
  log.entries.length = index - log.offset - 1
}

/** Forgets everything up to and including `index`. */
export function compact(log: Log, index: number): void {
  assert(index <= lastIndex(log), () => `the log ends before ${index}`)
  if (index <= log.offset) return
  log.offsetTerm = termAt(log, index)
  log.entries = log.entries.slice(index - log.offset)
  log.offset = index
}

/**
 * The last index up to `index` whose term is at most `term`, where two logs may still agree: terms never fall along a
 * log, so everything between that index and `index` is known to differ. Binary search. (etcd/raft, findConflictByTerm)
 */
export function lastWithTermUpTo(log: Log, index: number, term: number): number {
  let low = log.offset
  let high = Math.min(index, lastIndex(log))
  if (high <= low) return high
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (termAt(log, middle) <= term) low = middle
    else high = middle - 1
  }
  return low
}

/** §5.4.1: whether a log that ends so is at least as up-to-date as this one. */
export function isUpToDate(log: Log, index: number, term: number): boolean {
  const own = lastTerm(log)
  return term > own || (term === own && index >= lastIndex(log))
}
