import type { PlaceId } from '../../plan/types.ts'
import type { ErrorCode, Operation, Outbox, Outcome } from '../contract.ts'
import { ERRORS, PRELOADED } from '../contract.ts'
import type { Timestamp } from '../../clocks/timestamp.ts'
import { rowsOf } from './machine.ts'
import type { Cell, Machine } from './machine.ts'
import type { Message } from './messages.ts'
import type { SessionRecord } from '../sessions.ts'
import { NOBODY } from './state.ts'
import type { Request, State } from './state.ts'
import { clockOf } from './timestamps/reading.ts'
import { rowsAt, versionAt } from './timestamps/versions.ts'

/** What clients are told. A token is the log position that the session's later reads must have reached. */

export function answer(state: State, request: Request, outcome: Outcome, out: Outbox<Message>): void {
  const { opId, via } = request
  if (via === NOBODY) out.reply(opId, outcome)
  else out.send(via, { kind: 'raft.forwardReply', opId, outcome, clock: clockOf(state) })
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
  if (op.f === 'scan') return success(rowsOf(machine, op), -1, token)
  return found(machine, op.key, machine.cells.get(op.key), token)
}

/** What it said at a timestamp. */
export function outcomeAt(state: State, op: Operation, limit: Timestamp): Outcome {
  const { machine, reading } = state
  const token = reading.tokenOfReads ? machine.applied : null
  if (op.f === 'scan') return success(rowsAt(machine, op, limit), -1, token)
  return found(machine, op.key, versionAt(machine, op.key, limit), token)
}

function found(machine: Machine, key: number, cell: Cell | undefined, token: number | null): Outcome {
  if (cell !== undefined) return success(cell.value, cell.at, token)
  return key < machine.preloaded ? success(PRELOADED, 0, token) : success(0, -1, token)
}
