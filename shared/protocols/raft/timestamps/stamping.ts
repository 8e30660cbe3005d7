import type { Ns } from '../../../base/time.ts'
import { Deque } from '../../../base/deque.ts'
import { hybridEvent } from '../../../clocks/hybrid.ts'
import { intervalOf } from '../../../clocks/interval.ts'
import type { ClockInterval } from '../../../clocks/interval.ts'
import { above, BEGINNING, isLater, latest } from '../../../clocks/timestamp.ts'
import type { Timestamp } from '../../../clocks/timestamp.ts'
import type { PlaceId } from '../../../plan/types.ts'
import type { Operation } from '../../contract.ts'
import { entryAt, lastIndex } from '../log.ts'
import type { Entry, Log } from '../log.ts'
import type { AskTimestamp } from '../messages.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Request, State } from '../state.ts'
import type { Closing } from './closing.ts'
import type { OracleQuestion } from './oracle.ts'

/** What a replica keeps to give timestamps and to read at them. Nothing of it has to survive a crash. */
export interface Stamping {
  /** The newest timestamp given here or seen; with hybrid clocks the clock itself. */
  clock: Timestamp

  // Leaders.
  /** The newest write of each key that is not applied yet. */
  readonly underWay: Map<number, { readonly index: number; readonly stamp: Timestamp }>
  /** When keys were last read: no write may change what such a read saw (CockroachDB's timestamp cache). */
  readonly readAt: Map<number, Timestamp>
  /** The same for all keys that are not listed. */
  readFloor: Timestamp
  /** Commit wait: the next entry has a majority and this timestamp, which may not have passed; else null. */
  waitsFor: Timestamp | null
  isWaitArmed: boolean

  // Safe times (see closing.ts).
  /** No write will bear a timestamp up to here, as this replica has promised or been told. */
  closed: Timestamp
  /** All that bears a timestamp up to here is applied. */
  safe: Timestamp
  /** Promises that wait for entries to be applied. */
  readonly closings: Closing[]

  // The oracle (see oracle.ts).
  /** The last timestamp handed out. */
  issued: Timestamp
  /** How far the last window goes that this leader put into the log. */
  windowNs: Ns
  /** What other replicas have asked of this one and wait for. */
  readonly asked: Map<PlaceId, AskTimestamp>
  /** Requests that wait for a timestamp; those up to `askedUpTo` are covered by the question under way. */
  readonly questions: Deque<OracleQuestion>
  lastQuestion: number
  askedUpTo: number
  isAsking: boolean
}

/** Keys in the timestamp cache; when there are more all of them are taken for read at the latest of their times. */
const READ_KEYS_MAX = 4_096

export function freshStamping(log: Log, snapshot: Snapshot | null): Stamping {
  let clock = BEGINNING
  for (const { stamp } of [...(snapshot?.cells ?? []), ...log.entries]) {
    if (stamp !== null) clock = latest(clock, stamp)
  }
  return {
    clock,
    underWay: new Map(),
    readAt: new Map(),
    readFloor: BEGINNING,
    waitsFor: null,
    isWaitArmed: false,
    closed: BEGINNING,
    safe: BEGINNING,
    closings: [],
    issued: BEGINNING,
    windowNs: 0,
    asked: new Map(),
    questions: new Deque(),
    lastQuestion: 0,
    askedUpTo: 0,
    isAsking: false,
  }
}

/** What this replica's clock makes of now: TrueTime's interval, or as far as two hybrid clocks may be apart. */
export function nowOf({ wallNs, uncertaintyNs, params }: State): ClockInterval {
  const isHybrid = params.timestamps === 'hybrid'
  return intervalOf({ wallNs, uncertaintyNs: isHybrid ? params.maxClockOffsetNs : uncertaintyNs })
}

/** Advances the hybrid clock by an event of this replica's own. */
export function tickHybrid(state: State): Timestamp {
  const { stamping, wallNs } = state
  return (stamping.clock = hybridEvent(stamping.clock, wallNs))
}

/** A new leader: what was proposed before it counts as under way, and what was read before as read until now. */
export function beginStamping(state: State): void {
  const { params, stamping, wallNs, machine, log } = state
  if (params.timestamps === 'none') return
  stamping.underWay.clear()
  stamping.readAt.clear()
  stamping.asked.clear()
  stamping.isAsking = false
  for (let index = machine.applied + 1; index <= lastIndex(log); index++) {
    noteProposed(state, index, entryAt(log, index))
  }
  if (params.timestamps === 'hybrid') stamping.readFloor = tickHybrid(state)
  if (params.timestamps !== 'oracle') return
  const startNs = params.rules.oracleStartNs(wallNs, Math.max(stamping.clock.ns, machine.windowNs ?? 0))
  stamping.issued = { ns: startNs, logical: 0 }
  stamping.readFloor = stamping.issued
}

/** The timestamp of a leader's new entry; null where it needs none. */
export function stampOf(state: State, request: Request | null): Timestamp | null {
  const { params, stamping } = state
  if (params.timestamps === 'none') return null
  if (params.timestamps === 'commit-wait') {
    // Spanner §4.1.2: no earlier than TT.now().latest, and later than all before it, whoever led.
    const floor = params.rules.floorOf(stamping.clock, stamping.closed)
    return above(floor, { ns: nowOf(state).latestNs, logical: 0 })
  }
  if (request === null) {
    if (params.timestamps !== 'oracle') return null
    stamping.windowNs = Math.max(state.wallNs, stamping.issued.ns) + params.oracleWindowNs
    return { ns: stamping.windowNs, logical: 0 }
  }
  const { op, stamp } = request
  return stamp === null || !isWrite(op) ? null : above(floorOf(state, op.key), stamp)
}

export function isWrite({ f }: Operation): boolean {
  return f !== 'read' && f !== 'scan'
}

/** What a new write of a key must exceed: its newest version, reads of it, and what is closed. */
export function floorOf({ stamping, machine, params }: State, key: number): Timestamp {
  const { underWay, readAt, readFloor, closed } = stamping
  const newest = underWay.get(key)?.stamp ?? machine.cells.get(key)?.stamp ?? BEGINNING
  const read = latest(readFloor, readAt.get(key) ?? BEGINNING)
  return params.rules.floorOf(latest(newest, read), closed)
}

/**
 * An entry was added to the log, here or by another leader. Hybrid clocks of followers do not learn from the log: in a
 * system of many ranges the node asked mostly has no replica of the range in question.
 */
export function noteProposed({ stamping, params, role }: State, index: number, { op, stamp }: Entry): void {
  if (stamp === null) return
  if (role === 'leader' || params.timestamps !== 'hybrid') stamping.clock = latest(stamping.clock, stamp)
  if (op !== null && role === 'leader') stamping.underWay.set(op.key, { index, stamp })
}

export function noteApplied({ stamping }: State, index: number, { op }: Entry): void {
  if (op !== null && stamping.underWay.get(op.key)?.index === index) stamping.underWay.delete(op.key)
}

/** A read at a timestamp: later writes of what it saw get later ones. */
export function noteRead({ stamping }: State, op: Operation, stamp: Timestamp): void {
  const { readAt } = stamping
  if (op.f === 'scan') {
    stamping.readFloor = latest(stamping.readFloor, stamp)
    return
  }
  const known = readAt.get(op.key)
  if (known !== undefined && !isLater(stamp, known)) return
  readAt.set(op.key, stamp)
  if (readAt.size <= READ_KEYS_MAX) return
  for (const each of readAt.values()) stamping.readFloor = latest(stamping.readFloor, each)
  readAt.clear()
}
