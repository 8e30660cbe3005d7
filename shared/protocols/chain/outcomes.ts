import type { PlaceId } from '../../plan/types.ts'
import type { ErrorCode, Outcome, Version } from '../contract.ts'
import { ERRORS, PRELOADED } from '../contract.ts'
import type { State } from './state.ts'
import { cellOf } from './store.ts'
import type { Cell, SessionRecord } from './store.ts'

/** What clients are told. A token is the number of the update that the session's later reads must have reached. */

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

function success(value: number, version: Version | null, token: number | null): Outcome {
  return { status: 'ok', error: null, value, version, siblings: null, context: null, token, redirect: null }
}

export function writeOutcome({ reading }: State, { f, isApplied, at, epoch }: SessionRecord): Outcome {
  const version = isApplied ? { at, by: epoch } : null
  return success(f === 'cas' && isApplied ? 1 : 0, version, reading.tokenOfWrites ? at : null)
}

/** Keys loaded before the run have version 0; a deletion is a version too. */
export function readOutcome(state: State, key: number, cell: Cell | null): Outcome {
  const { store, reading, preloaded } = state
  const token = reading.tokenOfReads ? Math.max(store.committed, cell?.seq ?? 0) : null
  if (cell !== null) return success(cell.value, { at: cell.seq, by: cell.epoch }, token)
  return key < preloaded ? success(PRELOADED, { at: 0, by: 0 }, token) : success(0, null, token)
}

export function scanOutcome({ store, reading }: State, rows: number): Outcome {
  return success(rows, null, reading.tokenOfReads ? store.committed : null)
}

/** The newest version of a key among the updates up to `seq` and what is committed; null where there is none. */
export function versionUpTo({ store, dirtyByKey }: State, key: number, seq: number): Cell | null {
  const versions = dirtyByKey.get(key) ?? []
  for (let i = versions.length - 1; i >= 0; i--) {
    if (versions[i].update.seq <= seq) return cellOf(versions[i].update)
  }
  return store.cells.get(key) ?? null
}
