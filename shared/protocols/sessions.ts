import type { OpId } from './contract.ts'

/**
 * Exactly-once by sessions, for strategies with one order of commands (Ongaro, dissertation §6.3). Clients number their operations, and the replicated table has, per
 * session, the number of its last command and what it was told. A session is sequential, so one record is enough: the
 * same number again is a retry, a smaller one is late and of no use to anyone. Commands open their session by being
 * its first; the table is bounded, and every replica drops the same sessions at the same entry.
 */

export interface SessionRecord {
  readonly process: number
  readonly sequence: number
  /** cas: 1 swapped, 0 not. */
  readonly value: number
  /** Version that the command made; 0 where it made none. */
  readonly version: number
  /** Index of the entry that did it. */
  readonly at: number
}

/** What a command was told that was applied before, else null. */
export function recall(
  sessions: ReadonlyMap<number, SessionRecord>,
  process: number,
  sequence: number,
): SessionRecord | null {
  const record = sessions.get(process)
  return record !== undefined && record.sequence === sequence ? record : null
}

/** Whether the session has gone on to a later command already. */
export function isOutdated(
  sessions: ReadonlyMap<number, SessionRecord>,
  process: number,
  sequence: number,
): boolean {
  const record = sessions.get(process)
  return record !== undefined && record.sequence > sequence
}

/** Keeps the record; a full table loses the half whose last commands are oldest, by the order of commands. */
export function remember<R extends Pick<SessionRecord, 'process' | 'at'>>(
  sessions: Map<number, R>,
  record: R,
  max: number,
): void {
  sessions.set(record.process, record)
  if (sessions.size <= max) return
  const oldestFirst = [...sessions.values()].sort((a, b) => a.at - b.at)
  for (const { process } of oldestFirst.slice(0, Math.ceil(max / 2))) sessions.delete(process)
}

/** Sessions whose last attempt a replica remembers beside the first ones. */
const ATTEMPTS_MAX = 131_072
/** Sessions with lower numbers have their attempts in an array. */
const FIRST_SESSIONS = 1024

/**
 * The last attempt of every session. Few runs have more than a thousand sessions, and each of their operations asks for
 * one: an array takes a seventh of the memory of a map, so that of a hundred shards the cache holds more.
 */
export interface LastAttempts {
  /** By session; −1 where there was none. */
  readonly first: OpId[]
  readonly others: Map<number, OpId>
}

export function noAttempts(): LastAttempts {
  return { first: [], others: new Map() }
}

/**
 * Whether a request came before: the network delivered it twice, maybe long after its session went on. Its copy would be
 * done twice, or turned down while the first is under way. A retry bears another id, and ids grow with a session's attempts.
 */
export function isDoubled({ first, others }: LastAttempts, process: number, opId: OpId): boolean {
  if (process < FIRST_SESSIONS) {
    while (first.length <= process) first.push(-1)
    if (opId <= first[process]) return true
    first[process] = opId
    return false
  }
  if (opId <= (others.get(process) ?? -1)) return true
  others.set(process, opId)
  if (others.size > ATTEMPTS_MAX) others.delete(others.keys().next().value as number)
  return false
}
