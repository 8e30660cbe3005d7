import { assert } from '../../base/assert.ts'
import { textOf } from './zxid.ts'
import type { Zxid } from './zxid.ts'

/**
 * What the leader has made of a client's request: the change itself, not the command, so that followers need not
 * decide anything. It builds on the transaction before it, which is why their order matters (Junqueira et al., §2).
 * Transactions are never changed, so replicas, messages and disks of one run share them.
 */
export interface Txn {
  readonly zxid: Zxid
  /** error: the condition of a compare-and-set did not hold; it takes a place in the order and changes nothing. */
  readonly type: 'set' | 'error'
  readonly key: number
  /** 0: deleted. */
  readonly value: number
  readonly bytes: number
  /** The key's data version: the number of changes up to and with this one. */
  readonly version: number
  readonly isCas: boolean
  readonly process: number
  readonly sequence: number
}

/** A history without its beginning: `entries[0]` is transaction number `offset` + 1 of all; `offsetZxid` is the one before. */
export interface Log {
  offset: number
  offsetZxid: Zxid
  entries: Txn[]
}

export function lastIndex(log: Log): number {
  return log.offset + log.entries.length
}

export function lastZxid(log: Log): Zxid {
  return log.entries.length === 0 ? log.offsetZxid : log.entries[log.entries.length - 1].zxid
}

export function txnAt(log: Log, index: number): Txn {
  const position = index - log.offset - 1
  assert(position >= 0 && position < log.entries.length, () => `the log has no transaction number ${index}`)
  return log.entries[position]
}

/** The zxid at an index; −1 where the log does not reach it or has forgotten it. */
export function zxidAt(log: Log, index: number): Zxid {
  if (index === log.offset) return log.offsetZxid
  const position = index - log.offset - 1
  return position >= 0 && position < log.entries.length ? log.entries[position].zxid : -1
}

/** The index of the last transaction up to `zxid`; −1 where the log begins after it. Binary search. */
export function indexUpTo(log: Log, zxid: Zxid): number {
  if (zxid < log.offsetZxid) return -1
  let low = 0
  let high = log.entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (log.entries[middle].zxid <= zxid) low = middle + 1
    else high = middle
  }
  return log.offset + low
}

/** Adds a transaction, which must follow those that are there. */
export function append(log: Log, txn: Txn): void {
  const last = lastZxid(log)
  assert(txn.zxid > last, () => `transaction ${textOf(txn.zxid)} came after ${textOf(last)}`)
  log.entries.push(txn)
}

/** Takes back everything after `index`. */
export function truncateAfter(log: Log, index: number): void {
  assert(index >= log.offset, () => `what follows number ${index} is in a snapshot and cannot be taken back`)
  log.entries.length = Math.min(log.entries.length, index - log.offset)
}

/** Forgets everything up to and including `index`. */
export function compact(log: Log, index: number): void {
  assert(index <= lastIndex(log), () => `the log ends before number ${index}`)
  if (index <= log.offset) return
  log.offsetZxid = zxidAt(log, index)
  log.entries = log.entries.slice(index - log.offset)
  log.offset = index
}
