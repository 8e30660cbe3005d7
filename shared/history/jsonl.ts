import type { Ns } from '../base/time.ts'
import { ERROR_CODES, OP_NAMES, STATUS } from './types.ts'
import type { FaultEvent, History } from './types.ts'

const CAS = OP_NAMES.indexOf('cas')

/**
 * The history as lines of `*.history.jsonl` (replica-lab/history@1), in order of time, without newlines. Keys that
 * existed before the run appear as writes of a loader process at time 0, so that every key begins absent and the
 * header's `initial` is null. Yields line by line: a run of ten million operations never stands in memory as text.
 */
export function* historyLines(history: History): Generator<string> {
  yield JSON.stringify({
    format: 'replica-lab/history@1',
    model: history.model === 'register' && hasCas(history) ? 'cas-register' : history.model,
    initial: null,
    order: history.order,
    runtime: history.runtime,
    places: history.places,
    endedNs: history.endedNs,
    ...(history.stoppedEarly === null ? {} : { stoppedEarly: history.stoppedEarly }),
  })
  yield* loaded(history)
  const { ops } = history
  const ends = endsInOrder(history)
  let nextEnd = 0
  let nextFault = 0
  /** The next fault or end at or before `timeNs`, of operations whose beginning is already written. */
  const due = (timeNs: Ns, rowsWritten: number) => {
    const endNs = nextEnd < ends.length && ends[nextEnd] < rowsWritten ? ops.endedNs[ends[nextEnd]] : Infinity
    const faultNs = nextFault < history.faults.length ? history.faults[nextFault].timeNs : Infinity
    if (Math.min(endNs, faultNs) > timeNs || Math.min(endNs, faultNs) === Infinity) return null
    return faultNs <= endNs ? faultLine(history.faults[nextFault++]) : endLine(history, ends[nextEnd++])
  }
  for (let row = 0; row < ops.count; row++) {
    // What ends at the instant of a beginning comes before it, since the same session may be the one that begins.
    for (let line = due(ops.invokedNs[row], row); line !== null; line = due(ops.invokedNs[row], row))
      yield line
    yield invokeLine(history, row)
  }
  for (let line = due(Infinity, ops.count); line !== null; line = due(Infinity, ops.count)) yield line
}

/** Whether some operation is a compare-and-set, so that a key is a register of that kind. */
export function hasCas({ ops }: History): boolean {
  return ops.f.subarray(0, ops.count).includes(CAS)
}

/** Rows that ended, by time of ending; of those that ended together the earlier invoked first. */
function endsInOrder({ ops }: History): Uint32Array {
  const rows = new Uint32Array(ops.count)
  let count = 0
  for (let row = 0; row < ops.count; row++) if (!Number.isNaN(ops.endedNs[row])) rows[count++] = row
  return rows.subarray(0, count).sort((a, b) => ops.endedNs[a] - ops.endedNs[b] || a - b)
}

function* loaded(history: History): Generator<string> {
  const { ops, preloaded, initial } = history
  if (initial === null) return
  const touched = new Set<number>()
  for (let row = 0; row < ops.count; row++) if (ops.key[row] < preloaded) touched.add(ops.key[row])
  const process = loaderProcess(history)
  for (const key of [...touched].sort((a, b) => a - b)) {
    const event = { process, f: 'write', key: history.keyName(key), value: initial, timeNs: 0 }
    yield JSON.stringify({ type: 'invoke', ...event })
    yield JSON.stringify({ type: 'ok', ...event, version: '0.0' })
  }
}

/** A process number that no session uses. */
function loaderProcess({ ops }: History): number {
  let highest = -1
  for (let row = 0; row < ops.count; row++) highest = Math.max(highest, ops.process[row])
  return highest + 1
}

function valueOf(history: History, row: number, ended: boolean): unknown {
  const { ops, model } = history
  const f = OP_NAMES[ops.f[row]]
  const result = ops.result[row]
  const isRead = f === 'read' && ended && ops.status[row] === STATUS.ok
  if (model === 'counter') {
    // A sum may be negative, and the column holds it as an int32.
    if (isRead) return result | 0
    return f === 'write' ? 1 : f === 'delete' ? -1 : null
  }
  if (model === 'set' && isRead) return history.siblings.get(row) ?? (result === 0 ? [] : [result])
  if (f === 'write') return ops.value[row]
  if (f === 'delete') return null
  // Of the operations this one alone states both what it expects and what it writes.
  if (f === 'cas') return [ops.expected[row] === 0 ? null : ops.expected[row], ops.value[row]]
  if (!ended || ops.status[row] !== STATUS.ok) return null
  if (f === 'scan') return result
  const siblings = history.siblings.get(row)
  return siblings ?? (result === 0 ? null : result)
}

/**
 * What those who check a record call it: to them a delete is a write of "absent"; a counter is incremented by one or
 * minus one, and a set added to, or emptied, which stays a delete.
 */
function nameOf({ model, ops }: History, row: number): string {
  const f = OP_NAMES[ops.f[row]]
  if (model === 'counter') return f === 'read' ? f : f === 'write' || f === 'delete' ? 'increment' : 'scan'
  if (model === 'set') return f === 'write' ? 'add' : f
  return f === 'delete' ? 'write' : f
}

function invokeLine(history: History, row: number): string {
  const { ops } = history
  return JSON.stringify({
    type: 'invoke',
    process: ops.process[row],
    f: nameOf(history, row),
    key: history.keyName(ops.key[row]),
    value: valueOf(history, row, false),
    timeNs: ops.invokedNs[row],
    ...(ops.intendedNs[row] === ops.invokedNs[row] ? {} : { intendedNs: ops.intendedNs[row] }),
  })
}

function endLine(history: History, row: number): string {
  const { ops } = history
  const status = ops.status[row]
  const error = ERROR_CODES[ops.error[row]]
  return JSON.stringify({
    type: status === STATUS.ok ? 'ok' : status === STATUS.fail ? 'fail' : 'info',
    process: ops.process[row],
    f: nameOf(history, row),
    key: history.keyName(ops.key[row]),
    value: valueOf(history, row, true),
    ...(OP_NAMES[ops.f[row]] === 'cas' && status === STATUS.ok ? { swapped: ops.result[row] === 1 } : {}),
    timeNs: ops.endedNs[row],
    ...(Number.isNaN(ops.versionAt[row]) ? {} : { version: `${ops.versionAt[row]}.${ops.versionBy[row]}` }),
    ...(ops.place[row] === 65535 ? {} : { place: history.places[ops.place[row]].name }),
    ...(error === null ? {} : { error }),
  })
}

function faultLine(event: FaultEvent): string {
  const { kind, ...spec } = event.spec
  return JSON.stringify({
    type: 'fault',
    kind,
    ...spec,
    phase: event.phase,
    timeNs: event.timeNs,
    replicas: event.replicas,
    ...(event.sides.length === 0 ? {} : { sides: event.sides }),
    by: event.by,
  })
}
