import { assert } from '../../base/assert.ts'
import type { PlaceId } from '../../plan/types.ts'
import type { Operation } from '../contract.ts'

/**
 * The write-ahead log: entries with the epoch of the leader that made them, which is their timeline, and PostgreSQL's
 * timeline history, which says where each timeline begins and outlives the entries themselves. Only one leader writes
 * a timeline, so two logs that have the same timeline at an index agree up to it.
 */

export interface Entry {
  readonly timeline: number
  /** null: the first entry of a leader's time, which changes nothing. */
  readonly op: Operation | null
  readonly process: number
  readonly sequence: number
}

/** From index `from` on the log is of this timeline. */
export interface Switch {
  readonly timeline: number
  readonly from: number
}

export interface Log {
  /** Index of the last entry that is no longer kept. */
  offset: number
  entries: Entry[]
  /** Ascending by both. */
  history: Switch[]
}

/** A point in some log. */
export interface Position {
  readonly timeline: number
  readonly index: number
}

/** An epoch is a round and the place that claimed it, so that no two replicas ever lead in the same. */
const PLACES = 1024
export const epochOf = (round: number, place: PlaceId): number => round * PLACES + place
export const roundOf = (epoch: number): number => Math.floor(epoch / PLACES)
export const placeOfEpoch = (epoch: number): PlaceId => epoch % PLACES

export function lastIndex(log: Log): number {
  return log.offset + log.entries.length
}

/** Timeline of the entry at `index`, which may be gone; 0 before the first, −1 after the last. */
export function timelineAt(log: Log, index: number): number {
  if (index === 0) return 0
  if (index > lastIndex(log)) return -1
  const { history } = log
  let at = history.length - 1
  while (at >= 0 && history[at].from > index) at--
  return at < 0 ? 0 : history[at].timeline
}

export function endOf(log: Log): Position {
  const index = lastIndex(log)
  return { index, timeline: timelineAt(log, index) }
}

export function entryAt(log: Log, index: number): Entry {
  const entry = log.entries[index - log.offset - 1]
  assert(entry !== undefined, () => `the log has no entry ${index}`)
  return entry
}

export function append(log: Log, entry: Entry): void {
  log.entries.push(entry)
  if (log.history.at(-1)?.timeline !== entry.timeline)
    log.history.push({ timeline: entry.timeline, from: lastIndex(log) })
}

/** Removes the entry at `index` and all after it. */
export function truncate(log: Log, index: number): void {
  assert(index > log.offset, () => `entry ${index} is no longer kept and can't be taken back`)
  log.entries.length = index - log.offset - 1
  while (log.history.length > 0 && log.history[log.history.length - 1].from >= index) log.history.pop()
}

/** Forgets the entries up to and including `index`, but not their timelines. */
export function forget(log: Log, index: number): void {
  if (index <= log.offset) return
  log.entries = log.entries.slice(index - log.offset)
  log.offset = index
}

/** The last index up to `index` whose timeline is at most `timeline`: the latest point where another log may agree. */
export function lastUpTo(log: Log, { index, timeline }: Position): number {
  let at = Math.min(index, lastIndex(log))
  while (at > 0 && timelineAt(log, at) > timeline) {
    const { from } = log.history.findLast((change) => change.from <= at) as Switch
    at = from - 1
  }
  return at
}

/** Whether a log that ends so has at least as much as one that ends there. */
export function isAtLeast(a: Position, b: Position): boolean {
  return a.timeline > b.timeline || (a.timeline === b.timeline && a.index >= b.index)
}

/** Where two histories part: the last index that both logs may have in common (PostgreSQL's findCommonAncestor). */
export function commonEnd(a: readonly Switch[], aLast: number, b: readonly Switch[], bLast: number): number {
  let at = 0
  while (at < a.length && at < b.length && a[at].timeline === b[at].timeline && a[at].from === b[at].from)
    at++
  const aEnd = at < a.length ? a[at].from - 1 : aLast
  const bEnd = at < b.length ? b[at].from - 1 : bLast
  return Math.min(aEnd, bEnd, aLast, bLast)
}
