import type { PlaceId } from '../../plan/types.ts'
import type { ErrorCode, Operation, Outbox, Outcome, SessionToken, Version } from '../contract.ts'
import { ERRORS, PRELOADED } from '../contract.ts'
import type { SessionRecord } from '../sessions.ts'
import { placeOfEpoch, roundOf, timelineAt } from './log.ts'
import type { Position } from './log.ts'
import { rowsOf } from './machine.ts'
import type { Message } from './messages.ts'
import { NOBODY } from './state.ts'
import type { Request, State } from './state.ts'

/** What clients are told. A token is the position, as [timeline, index], that the session's operations must follow. */

export function answer(request: Request, outcome: Outcome, out: Outbox<Message>): void {
  if (request.via === NOBODY) out.reply(request.opId, outcome)
  else out.send(request.via, { kind: 'single-leader.forwardReply', opId: request.opId, outcome })
}

export function failure(error: ErrorCode, redirect: PlaceId | null = null): Outcome {
  return {
    status: ERRORS[error].definite ? 'fail' : 'info',
    error,
    value: 0,
    version: null,
    siblings: null,
    context: null,
    token: null,
    redirect,
  }
}

function success(value: number, version: Version | null, token: SessionToken): Outcome {
  return {
    status: 'ok',
    error: null,
    value,
    version,
    siblings: null,
    context: null,
    token,
    redirect: null,
  }
}

/** Log positions are below this, so that a version of a later round follows all versions of earlier ones. */
const POSITIONS = 2 ** 32

/** What a later leader writes is newer than all that an earlier one wrote, kept or lost. */
export function versionOf(timeline: number, index: number): Version {
  return { at: Math.max(0, roundOf(timeline) - 1) * POSITIONS + index, by: placeOfEpoch(timeline) }
}

function tokenAt({ log }: State, index: number): SessionToken {
  return [timelineAt(log, index), index]
}

/** The position that a session has seen, or null. */
export function positionOf({ token }: Request): Position | null {
  if (!Array.isArray(token)) return null
  const [timeline, index] = token as [number, number]
  return { timeline, index }
}

export function writeOutcome(state: State, { value, version, at }: SessionRecord): Outcome {
  const made = version === 0 ? null : versionOf(timelineAt(state.log, version), version)
  return success(value, made, state.behaviour.tokenOfWrites ? tokenAt(state, at) : null)
}

/** What this replica's copy says. Keys loaded before the run have version 0; a deletion is a version too. */
export function readOutcome(state: State, op: Operation): Outcome {
  const { machine, preloaded } = state
  const token = state.behaviour.tokenOfReads ? tokenAt(state, machine.applied) : null
  if (op.f === 'scan') return success(rowsOf(machine, op, preloaded), null, token)
  const cell = machine.cells.get(op.key)
  if (cell !== undefined) return success(cell.value, versionOf(cell.timeline, cell.index), token)
  return op.key < preloaded ? success(PRELOADED, { at: 0, by: 0 }, token) : success(0, null, token)
}
