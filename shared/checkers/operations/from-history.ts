import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { FunctionName, Operations, ReplicaStates } from '../contract.ts'
import { asCounters, asSets } from './typed.ts'
import { versionRanks } from './version-ranks.ts'
import { hasCas } from '../../history/jsonl.ts'
import { OP_NAMES, STATUS } from '../../history/types.ts'
import type { History } from '../../history/types.ts'

const code = (name: FunctionName): number => FUNCTIONS.indexOf(name)

const SCAN = code('scan')

/** The operations of a run, by what its keys are. */
export function operationsOf(history: History): Operations {
  const operations = registersOf(history)
  if (history.model === 'counter') return asCounters(operations, history)
  return history.model === 'set' ? asSets(operations, history) : operations
}

/**
 * The operations of a run, as a register per key: columns are shared with the history, not copied, wherever they say
 * the same. A delete is a write of ABSENT.
 */
function registersOf(history: History): Operations {
  const { ops } = history
  const { count } = ops
  const f = new Uint8Array(count)
  const status = new Uint8Array(count)
  const endedAt = new Float64Array(count)
  let keyCount = 0
  let valueMax = history.initial ?? 0
  const codes = OP_NAMES.map((name) => code(name === 'delete' ? 'write' : name))
  for (let row = 0; row < count; row++) {
    const isOk = ops.status[row] === STATUS.ok
    const unknown = ops.status[row] === STATUS.open || ops.status[row] === STATUS.info
    f[row] = codes[ops.f[row]]
    status[row] = unknown ? OUTCOME.info : isOk ? OUTCOME.ok : OUTCOME.fail
    endedAt[row] = unknown ? Infinity : ops.endedNs[row]
    if (ops.key[row] >= keyCount) keyCount = ops.key[row] + 1
    if (ops.value[row] > valueMax) valueMax = ops.value[row]
    if (ops.expected[row] > valueMax) valueMax = ops.expected[row]
    if (f[row] !== SCAN && ops.result[row] > valueMax) valueMax = ops.result[row]
  }
  const siblings = new Map<number, Uint32Array>()
  for (const [row, values] of history.siblings) {
    siblings.set(row, Uint32Array.from(values))
    for (const value of values) if (value > valueMax) valueMax = value
  }
  const processes = denseProcesses(history)
  let ranks: Uint32Array | null = null
  return {
    model: hasCas(history) ? 'cas-register' : 'register',
    count,
    processCount: processes.numbers.length,
    keyCount,
    valueCount: valueMax + 1,
    process: processes.column,
    key: ops.key.subarray(0, count),
    f,
    status,
    invokedAt: ops.invokedNs.subarray(0, count),
    endedAt,
    value: ops.value.subarray(0, count),
    expected: ops.expected.subarray(0, count),
    result: ops.result.subarray(0, count),
    amount: new Float64Array(0),
    lists: [],
    siblings,
    txns: null,
    initial: history.initial ?? 0,
    initialAmount: 0,
    initialKeys: history.preloaded,
    hasTimes: true,
    line: null,
    get versionRank() {
      if (history.order !== 'ordered') return null
      return (ranks ??= ranksOf(history))
    },
    healedAt: healedAt(history),
    replicas: replicasOf(history),
    keyName: (key) => history.keyName(key),
    valueText: (value) => (value === 0 ? 'null' : String(value)),
    rawValue: (value) => (value === 0 ? null : value),
    processName: (process) => String(processes.numbers[process]),
  }
}

/** Operations that were never sent bear process numbers far above those of sessions, so they are numbered anew, in order. */
function denseProcesses({ ops }: History): { column: Uint32Array; numbers: Uint32Array } {
  const column = ops.process.slice(0, ops.count)
  const numbers = Uint32Array.from(new Set(column)).sort()
  const dense = new Map<number, number>()
  for (let index = 0; index < numbers.length; index++) dense.set(numbers[index], index)
  for (let row = 0; row < column.length; row++) column[row] = dense.get(column[row]) as number
  return { column, numbers }
}

/** A read that found nothing states no version: it saw the beginning, unless the key was deleted at some time. */
function ranksOf({ ops }: History): Uint32Array {
  const { count, key, versionAt, versionBy } = ops
  const deleted = new Set<number>()
  for (let row = 0; row < count; row++) if (OP_NAMES[ops.f[row]] === 'delete') deleted.add(key[row])
  return versionRanks({
    count,
    key,
    at: versionAt,
    by: versionBy,
    sawBeginning: (row) =>
      ops.status[row] === STATUS.ok && OP_NAMES[ops.f[row]] === 'read' && !deleted.has(key[row]),
  })
}

function healedAt({ faults }: History): number {
  const open = new Set<number>()
  let lastNs = 0
  for (const { index, phase, timeNs } of faults) {
    if (phase === 'start') open.add(index)
    else {
      open.delete(index)
      lastNs = Math.max(lastNs, timeNs)
    }
  }
  return open.size > 0 ? Infinity : lastNs
}

/** The samples of the replicas as columns; null where the run took none. */
function replicasOf({ samples, places, endedNs }: History): ReplicaStates | null {
  if (samples.length === 0) return null
  return {
    count: samples.length,
    at: Float64Array.from(samples, ({ timeNs }) => timeNs),
    replica: Uint16Array.from(samples, ({ place }) => place),
    shard: Uint32Array.from(samples, ({ shard }) => shard),
    up: Uint8Array.from(samples, ({ up }) => (up ? 1 : 0)),
    digest: Float64Array.from(samples, ({ digest }) => digest),
    names: places.map(({ name }) => name),
    endedAt: endedNs,
  }
}
