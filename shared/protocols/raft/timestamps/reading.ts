import { hybridReceive } from '../../../clocks/hybrid.ts'
import { isLater, latest } from '../../../clocks/timestamp.ts'
import type { Timestamp } from '../../../clocks/timestamp.ts'
import type { Outbox, Outcome } from '../../contract.ts'
import { lastIndex } from '../log.ts'
import type { Message } from '../messages.ts'
import { failure, outcomeAt, readOutcome } from '../outcomes.ts'
import { NOBODY } from '../state.ts'
import type { Request, State } from '../state.ts'
import { isWrite, noteRead, nowOf, tickHybrid } from './stamping.ts'
import { isKept, versionAt } from './versions.ts'

/** Reads at timestamps: which one they take, what they must wait for, and what they find. */

const RESTART = { kind: 'uncertainty-restart' } as const

/**
 * A request as the replica goes on with it that was asked by a client: with the timestamp that this replica's clock gives it, where clocks
 * give them to such requests.
 */
export function withTimestamp(state: State, request: Request): Request {
  const { params, reading } = state
  if (params.timestamps === 'none' || request.via !== NOBODY) return request
  const isSnapshot = reading.path === 'snapshot' && !isWrite(request.op)
  if (params.timestamps === 'commit-wait') {
    return isSnapshot ? { ...request, stamp: snapshotTime(state, nowOf(state).latestNs) } : request
  }
  if (params.timestamps === 'oracle') return request
  const now = tickHybrid(state)
  if (isSnapshot) return { ...request, stamp: snapshotTime(state, nowOf(state).latestNs) }
  return isWrite(request.op) || reading.stampsReads ? { ...request, stamp: now } : request
}

/**
 * What a snapshot read asks for, given the latest that now can be. Current ones that; stale ones what is as old as the
 * bound allows, or newer if this replica has it.
 */
function snapshotTime({ params, reading, stamping }: State, latestNs: number): Timestamp {
  if (!reading.isStale) return { ns: latestNs, logical: 0 }
  const oldest = { ns: latestNs - params.maxStalenessNs, logical: 0 }
  return params.staleReads === 'newest' ? latest(oldest, stamping.safe) : oldest
}

/** Clocks learn of one another by the requests that replicas pass on; false where the other one is too far ahead. */
export function hearClock(state: State, sent: Timestamp): boolean {
  const { params, stamping, wallNs } = state
  if (params.timestamps !== 'hybrid') return true
  if (sent.ns > wallNs + params.maxClockOffsetNs) return false
  stamping.clock = hybridReceive(stamping.clock, sent, wallNs)
  return true
}

/** What travels back with an answer, so that whoever asked is no longer behind. */
export function clockOf({ params, stamping }: State): Timestamp | null {
  return params.timestamps === 'hybrid' ? stamping.clock : null
}

export function adoptClock({ params, stamping, wallNs }: State, sent: Timestamp | null): void {
  if (sent !== null && params.timestamps === 'hybrid') {
    stamping.clock = hybridReceive(stamping.clock, sent, wallNs)
  }
}

/** How far ahead of its timestamp a read takes versions for older. */
function limitOf({ params, reading }: State, stamp: Timestamp): Timestamp {
  if (params.timestamps !== 'hybrid' || reading.path === 'snapshot') return stamp
  return {
    ns: stamp.ns + params.rules.uncertaintyNs(params.maxClockOffsetNs),
    logical: Number.MAX_SAFE_INTEGER,
  }
}

/**
 * A leader begins a read at a timestamp: later writes get later ones. Returns the entry that must be applied first, since it may
 * be of an earlier one; 0 where there is none.
 */
export function beginRead(state: State, { op }: Request, stamp: Timestamp): number {
  const { underWay } = state.stamping
  noteRead(state, op, stamp)
  if (op.f === 'scan') return underWay.size === 0 ? 0 : lastIndex(state.log)
  const write = underWay.get(op.key)
  return write === undefined || isLater(write.stamp, limitOf(state, stamp)) ? 0 : write.index
}

/** What a read finds, at its timestamp if it has one. */
export function foundBy(state: State, { op, stamp }: Request, out: Outbox<Message>): Outcome {
  if (stamp === null) return readOutcome(state, op)
  if (!isKept(state.machine, stamp)) return failure('refused')
  const limit = limitOf(state, stamp)
  if (op.f === 'read' && limit !== stamp) {
    // A version that may have been there before the read began: the read moves up to it and begins anew.
    const found = versionAt(state.machine, op.key, limit)?.stamp
    if (found !== undefined && found !== null && isLater(found, stamp)) {
      noteRead(state, op, found)
      out.note(RESTART)
    }
  }
  return outcomeAt(state, op, limit)
}
