import type { PlaceId } from '../../plan/types.ts'
import type { ErrorCode, Outcome, SessionToken } from '../contract.ts'
import { ERRORS } from '../contract.ts'
import type { SessionRecord } from '../sessions.ts'
import type { ReadRules } from './config.ts'
import { NEVER } from './messages.ts'
import type { Copy } from './messages.ts'

/** What clients are told. A token is a position of the origin: what its session reads next must be right there, or later. */

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

function success(value: number, version: number, token: SessionToken): Outcome {
  return {
    status: 'ok',
    error: null,
    value,
    version: version === NEVER ? null : { at: version, by: 0 },
    siblings: null,
    context: null,
    token,
    redirect: null,
  }
}

/** The position that a session has seen. */
export function positionOf(token: SessionToken): number {
  return typeof token === 'number' ? token : 0
}

export function readOutcome(reading: ReadRules, { version, value }: Copy, needed: number): Outcome {
  return success(value, version, reading.tokenOfReads ? Math.max(needed, version) : null)
}

export function scanOutcome(reading: ReadRules, rows: number, position: number): Outcome {
  return success(rows, NEVER, reading.tokenOfReads ? position : null)
}

export function writeOutcome(reading: ReadRules, { value, version, at }: SessionRecord): Outcome {
  return success(value, version === 0 ? NEVER : version, reading.tokenOfWrites ? at : null)
}
