import { msOfNs, nsOfMs } from '../../../shared/base/time.ts'
import { ERROR_CODES, OP_NAMES, STATUS } from '../../../shared/history/types.ts'
import type { History } from '../../../shared/history/types.ts'
import type { OperationsQuery, PackedOperations } from '../../../shared/ipc/contract.ts'
import type { StoredHistory } from './history-file.ts'

const STATUS_NAMES = Object.fromEntries(Object.entries(STATUS).map(([name, code]) => [code, name]))
const NO_PLACE = 65_535

/** The operations that touch a window of time, or those of some rows, thinned evenly where there are more than wanted. */
export function operationsIn(stored: StoredHistory, query: Omit<OperationsQuery, 'id'>): PackedOperations {
  const { rows, max } = query
  const { count } = stored.history.ops
  if (rows !== undefined) {
    const known = rows.filter((row) => row < count)
    return packed(stored, known.slice(0, max), known.length)
  }
  const touched = rowsIn(stored.history, query)
  const shown = Math.min(touched.length, max)
  const chosen = Array.from({ length: shown }, (_, at) => touched[Math.floor((at * touched.length) / shown)])
  return packed(stored, chosen, touched.length)
}

/** Rows of the operations that touch a window of time. */
function rowsIn(
  { ops }: History,
  { fromMs, toMs, sessions, keys }: Omit<OperationsQuery, 'id'>,
): Uint32Array {
  const fromNs = nsOfMs(fromMs)
  const toNs = nsOfMs(toMs)
  const wantedSessions = sessions === null ? null : new Set(sessions)
  const wantedKeys = keys === null ? null : new Set(keys)
  const rows = new Uint32Array(ops.count)
  let total = 0
  for (let row = 0; row < ops.count; row++) {
    if (ops.invokedNs[row] > toNs || ops.endedNs[row] < fromNs) continue
    if (wantedSessions !== null && !wantedSessions.has(ops.session[row])) continue
    if (wantedKeys !== null && !wantedKeys.has(ops.key[row])) continue
    rows[total++] = row
  }
  return rows.subarray(0, total)
}

function packed(
  { history, stale, labels }: StoredHistory,
  chosen: readonly number[],
  total: number,
): PackedOperations {
  const { ops } = history
  return {
    total,
    row: [...chosen],
    session: chosen.map((row) => ops.session[row]),
    client: chosen.map((row) => clientOf(history, row)),
    f: chosen.map((row) => OP_NAMES[ops.f[row]]),
    key: chosen.map((row) => history.keyName(ops.key[row])),
    value: chosen.map((row) => (ops.value[row] === 0 ? null : ops.value[row])),
    result: chosen.map((row) => resultOf(history, row)),
    status: chosen.map((row) => STATUS_NAMES[ops.status[row]]),
    error: chosen.map((row) => ERROR_CODES[ops.error[row]] ?? null),
    invokedMs: chosen.map((row) => msOfNs(ops.invokedNs[row])),
    endedMs: chosen.map((row) => (Number.isNaN(ops.endedNs[row]) ? null : msOfNs(ops.endedNs[row]))),
    place: chosen.map((row) => placeName(history, ops.place[row])),
    stale: chosen.map((row) => stale[row] === 1),
    label: labels === null ? null : chosen.map((row) => labels[row] ?? ''),
  }
}

/** What an operation that ended well came back with; null for an absent key, and where nothing came back. */
function resultOf({ ops }: History, row: number): number | null {
  if (ops.status[row] !== STATUS.ok) return null
  const f = OP_NAMES[ops.f[row]]
  if (f === 'write' || f === 'delete') return null
  return f === 'read' && ops.result[row] === 0 ? null : ops.result[row]
}

function clientOf({ ops, sessions, places }: History, row: number): string {
  return places[sessions[ops.session[row]]]?.name ?? ''
}

function placeName({ places }: History, place: number): string | null {
  return place === NO_PLACE ? null : (places[place]?.name ?? null)
}
