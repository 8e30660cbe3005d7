import type { Zxid } from './zxid.ts'

/**
 * What each session did last, so that an attempt that a client repeats changes the data once. A session is sequential,
 * so one record is enough. The table is a part of the replicated data and bounded; every replica forgets the same
 * sessions at the same transaction.
 */
export interface SessionRecord {
  readonly process: number
  readonly sequence: number
  /** cas: 1 swapped, 0 not. */
  readonly value: number
  /** Whether it made a version. */
  readonly changed: boolean
  /** The transaction. */
  readonly at: Zxid
}

/** Keeps the record; a full table loses the half whose sessions have been silent longest. */
export function remember(sessions: Map<number, SessionRecord>, record: SessionRecord, max: number): void {
  sessions.set(record.process, record)
  if (sessions.size <= max) return
  const oldestFirst = [...sessions.values()].sort((a, b) => a.at - b.at)
  for (const { process } of oldestFirst.slice(0, Math.ceil(max / 2))) sessions.delete(process)
}
