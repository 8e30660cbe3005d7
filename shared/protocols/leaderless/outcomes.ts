import type { ErrorCode, Outcome, SessionToken, Version, VersionVector } from '../contract.ts'
import { ERRORS } from '../contract.ts'
import type { State } from './state.ts'
import { includes, isOlder, join, siblingValues } from './versions.ts'
import type { Cell } from './versions.ts'

/** What clients are told, and the tokens that their sessions carry from one operation on a key to the next. */

/** With last-writer-wins: the newest version that the session has seen. `goneAt` > 0 where that is a deletion. */
export interface LwwToken extends Version {
  readonly goneAt: number
}

/** With siblings: every write that the session has seen or superseded. */
export interface DottedToken {
  readonly context: VersionVector
  readonly goneAt: number
}

export function failure(error: ErrorCode): Outcome {
  const status = ERRORS[error].definite ? 'fail' : 'info'
  return outcomeOf(status, error, 0, null, null, null, null)
}

function outcomeOf(
  status: Outcome['status'],
  error: ErrorCode | null,
  value: number,
  version: Version | null,
  siblings: readonly number[] | null,
  context: VersionVector | null,
  token: SessionToken,
): Outcome {
  return { status, error, value, version, siblings, context, token, redirect: null }
}

/** `value` is 1 where a compare-and-set made the cell. */
export function writeOutcome(state: State, cell: Cell, value: number): Outcome {
  const token = state.usesTokens ? tokenOf(cell) : null
  return outcomeOf('ok', null, value, { at: cell.at, by: cell.by }, null, cell.context, token)
}

/** A deletion is a version too: a read that meets its tombstone returns 0 and the tombstone's version. */
export function readOutcome(state: State, cell: Cell | null, token: SessionToken): Outcome {
  const context = cell === null ? null : cell.context
  if (cell === null || cell.at < 0)
    return outcomeOf('ok', null, 0, null, null, contextOr(state, context), token)
  const version: Version = { at: cell.at, by: cell.by }
  const next = state.usesTokens ? newerToken(state, token, cell) : null
  return outcomeOf('ok', null, cell.value, version, siblingValues(cell), contextOr(state, context), next)
}

/** A read under siblings covers nothing where it found nothing, which is not the same as saying nothing. */
function contextOr(state: State, context: VersionVector | null): VersionVector | null {
  return context === null && state.params.conflicts === 'siblings' ? [] : context
}

/** A compare-and-set that found another value than it expected. */
export function mismatchOutcome(): Outcome {
  return outcomeOf('ok', null, 0, null, null, null, null)
}

export function scanOutcome(rows: number): Outcome {
  return outcomeOf('ok', null, rows, null, null, null, null)
}

function tokenOf(cell: Cell): SessionToken {
  if (cell.context !== null) {
    const token: DottedToken = { context: cell.context, goneAt: cell.goneAt }
    return token
  }
  const token: LwwToken = { at: cell.at, by: cell.by, goneAt: cell.goneAt }
  return token
}

/** What the session has seen after a read, which may have returned less than it had seen before. */
function newerToken(state: State, token: SessionToken, cell: Cell): SessionToken {
  if (state.params.conflicts === 'last-writer-wins') {
    return token !== null && isOlder(cell, token as LwwToken) ? token : tokenOf(cell)
  }
  // Whatever was loaded before the run precedes every write: having seen it constrains nothing.
  if (cell.context === null) return token
  if (token === null) return tokenOf(cell)
  const { context } = token as DottedToken
  const isAll = includes(cell.context, context)
  const newer: DottedToken = { context: join(context, cell.context), goneAt: isAll ? cell.goneAt : 0 }
  return newer
}

/** Whether a read's result has everything that its session has seen of the key. `stamp` is the coordinator's now. */
export function satisfies(state: State, cell: Cell | null, token: SessionToken, stamp: number): boolean {
  if (token === null) return true
  if (state.params.conflicts === 'siblings') {
    const { context } = token as DottedToken
    if (context.length === 0) return true
    if (cell !== null && cell.context !== null && includes(cell.context, context)) return true
  } else if (cell !== null && !isOlder(cell, token as LwwToken)) return true
  // A deletion that may have been forgotten everywhere can't be asked for any more.
  const { goneAt } = token as LwwToken | DottedToken
  return goneAt > 0 && goneAt + state.params.tombstoneGraceNs <= stamp
}

/** The timestamp that a session's next write of the key must exceed. */
export function floorOf(token: SessionToken): number {
  return token === null ? 0 : (token as LwwToken).at
}

/** The causal past of a session's next write of the key. */
export function pastOf(token: SessionToken): VersionVector | null {
  return token === null ? null : (token as DottedToken).context
}
