import type { PlaceId } from '../../plan/types.ts'
import type { ErrorCode, Operation, Outbox, Outcome } from '../contract.ts'
import { ERRORS, PRELOADED } from '../contract.ts'
import type { Timestamp } from '../../clocks/timestamp.ts'
import { isElsewhere, rowsOf } from './machine.ts'
import type { Cell, Machine } from './machine.ts'
import type { Message } from './messages.ts'
import type { SessionRecord } from '../sessions.ts'
import { NOBODY } from './state.ts'
import type { Request, State } from './state.ts'
import { clockOf } from './timestamps/reading.ts'
import { rowsAt, versionAt } from './timestamps/versions.ts'

/** What clients are told. A token is the log position that the session's later reads must have reached. */

export function answer(state: State, request: Request, outcome: Outcome, out: Outbox<Message>): void {
  const { opId, via, op } = request
  const isRead = op.f === 'read' || op.f === 'scan'
  // Whatever was found, the key has been somebody else's to answer for since.
  const isLate = isRead && outcome.status === 'ok' && isElsewhere(state.machine, op.key)
  const told = isLate ? failure('wrong-range') : outcome
  if (via === NOBODY) out.reply(opId, request.isDoubtful && !isRead ? doubted(told) : told)
  else out.send(via, { kind: 'raft.forwardReply', opId, outcome: told, clock: clockOf(state) })
}

/** The same, where another leader may have done what this outcome says was not done. */
function doubted(outcome: Outcome): Outcome {
  return outcome.status === 'fail' ? { ...outcome, status: 'info', error: 'write-timeout' } : outcome
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

function success(value: number, versionAt: number, token: number | null): Outcome {
  return {
    status: 'ok',
    error: null,
    value,
    version: versionAt < 0 ? null : { at: versionAt, by: 0 },
    siblings: null,
    context: null,
    token,
    redirect: null,
  }
}

export function writeOutcome(state: State, { value, version, at }: SessionRecord): Outcome {
  return success(value, version === 0 ? -1 : version, state.reading.tokenOfWrites ? at : null)
}

/** What this replica's copy says. Keys loaded before the run have version 0; a deletion is a version too. */
export function readOutcome(state: State, op: Operation): Outcome {
  const { machine, reading } = state
  const token = reading.tokenOfReads ? machine.applied : null
  if (op.f === 'scan') return scanned(machine, rowsOf(machine, op), token)
  return found(machine, op.key, machine.cells.get(op.key), token)
}

/** What it said at a timestamp. */
export function outcomeAt(state: State, op: Operation, limit: Timestamp): Outcome {
  const { machine, reading } = state
  const token = reading.tokenOfReads ? machine.applied : null
  if (op.f === 'scan') return scanned(machine, rowsAt(machine, op, limit), token)
  return found(machine, op.key, versionAt(machine, op.key, limit), token)
}

/** Ranges may have another border than the client knows of: it is told where this one ended. */
function scanned({ range, isRanged }: Machine, rows: number, token: number | null): Outcome {
  const outcome = success(rows, -1, token)
  return isRanged ? { ...outcome, endsAt: range.to } : outcome
}

function found(machine: Machine, key: number, cell: Cell | undefined, token: number | null): Outcome {
  if (cell !== undefined) return success(cell.value, cell.at, token)
  return key < machine.preloaded ? success(PRELOADED, 0, token) : success(0, -1, token)
}
