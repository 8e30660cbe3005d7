import type { ErrorCode, Operation, Outbox, Outcome } from '../contract.ts'
import { ERRORS, PRELOADED } from '../contract.ts'
import type { Message } from './messages.ts'
import type { SessionRecord } from './sessions.ts'
import type { Request, State } from './state.ts'
import { rowsOf } from './store.ts'
import type { Zxid } from './zxid.ts'

/** What clients are told. A token is the zxid that the session's later reads must have reached. */

export function answer({ opId }: Request, outcome: Outcome, out: Outbox<Message>): void {
  out.reply(opId, outcome)
}

export function failure(error: ErrorCode): Outcome {
  return {
    status: ERRORS[error].definite ? 'fail' : 'info',
    error,
    value: 0,
    version: null,
    siblings: null,
    context: null,
    token: null,
    redirect: null,
  }
}

function success(value: number, versionAt: Zxid | null, token: Zxid | null): Outcome {
  return {
    status: 'ok',
    error: null,
    value,
    version: versionAt === null ? null : { at: versionAt, by: 0 },
    siblings: null,
    context: null,
    token,
    redirect: null,
  }
}

export function writeOutcome({ reading }: State, { value, changed, at }: SessionRecord): Outcome {
  return success(value, changed ? at : null, reading.tokenOfWrites ? at : null)
}

/** What this server's copy says. Keys loaded before the run have version 0; a deletion is a version too. */
export function readOutcome({ store, reading }: State, op: Operation): Outcome {
  const token = reading.tokenOfReads ? store.zxid : null
  if (op.f === 'scan') return success(rowsOf(store, op), null, token)
  const cell = store.cells.get(op.key)
  if (cell !== undefined) return success(cell.value, cell.at, token)
  return op.key < store.preloaded ? success(PRELOADED, 0, token) : success(0, null, token)
}
