import { FUNCTIONS, NO_RANK, OUTCOME } from '../contract.ts'
import type { FunctionName, Operations, ReplicaStates } from '../contract.ts'

import { OP_NAMES, STATUS } from '../../history/types.ts'
import type { History } from '../../history/types.ts'

const code = (name: FunctionName): number => FUNCTIONS.indexOf(name)

const CAS = OP_NAMES.indexOf('cas')
const SCAN = code('scan')

/**
 * The operations of a run, as a register per key: columns are shared with the history, not copied, wherever they say
 * the same. A delete is a write of ABSENT. A cas appears as the write it was: its record does not name what it
 * expected, so one that observed a mismatch says nothing, and stands as a scan, which nobody judges.
 */
export function operationsOf(history: History): Operations {
  const { ops } = history
  const { count } = ops
  const f = new Uint8Array(count)
  const status = new Uint8Array(count)
  const endedAt = new Float64Array(count)
  let keyCount = 0
  let processCount = 0
  let valueMax = history.initial ?? 0
  const codes = OP_NAMES.map((name) => code(name === 'delete' || name === 'cas' ? 'write' : name))
  for (let row = 0; row < count; row++) {
    const isOk = ops.status[row] === STATUS.ok
    const unknown = ops.status[row] === STATUS.open || ops.status[row] === STATUS.info
    f[row] = ops.f[row] === CAS && isOk && ops.result[row] === 0 ? SCAN : codes[ops.f[row]]
    status[row] = unknown ? OUTCOME.info : isOk ? OUTCOME.ok : OUTCOME.fail
    endedAt[row] = unknown ? Infinity : ops.endedNs[row]
    if (ops.key[row] >= keyCount) keyCount = ops.key[row] + 1
    if (ops.process[row] >= processCount) processCount = ops.process[row] + 1
    if (ops.value[row] > valueMax) valueMax = ops.value[row]
    if (f[row] !== SCAN && ops.result[row] > valueMax) valueMax = ops.result[row]
  }
  const siblings = new Map<number, Uint32Array>()
  for (const [row, values] of history.siblings) {
    siblings.set(row, Uint32Array.from(values))
    for (const value of values) if (value > valueMax) valueMax = value
  }
  let ranks: Uint32Array | null = null
  return {
    model: 'register',
    count,
    processCount,
    keyCount,
    valueCount: valueMax + 1,
    process: ops.process.subarray(0, count),
    key: ops.key.subarray(0, count),
    f,
    status,
    invokedAt: ops.invokedNs.subarray(0, count),
    endedAt,
    value: ops.value.subarray(0, count),
    expected: new Uint32Array(0),
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
    replicas: replicasOf(history),
    keyName: (key) => history.keyName(key),
    valueText: (value) => (value === 0 ? 'null' : String(value)),
    rawValue: (value) => (value === 0 ? null : value),
    processName: (process) => String(process),
  }
}

/** Ranks of the versions by (versionAt, versionBy) within each key; what was there at the beginning has version 0. */
function ranksOf({ ops }: History): Uint32Array {
  const { count, key, versionAt, versionBy } = ops
  const ranks = new Uint32Array(count).fill(NO_RANK)
  const rows = new Uint32Array(count)
  let ranked = 0
  for (let row = 0; row < count; row++) {
    if (versionAt[row] > 0) rows[ranked++] = row
    else if (ops.status[row] === STATUS.ok && OP_NAMES[ops.f[row]] === 'read') ranks[row] = 0
  }
  const ordered = rows
    .subarray(0, ranked)
    .sort((a, b) => key[a] - key[b] || versionAt[a] - versionAt[b] || versionBy[a] - versionBy[b] || a - b)
  for (let at = 0, rank = 0; at < ranked; at++) {
    const row = ordered[at]
    const last = at === 0 ? -1 : ordered[at - 1]
    if (last < 0 || key[last] !== key[row]) rank = 1
    else if (versionAt[last] !== versionAt[row] || versionBy[last] !== versionBy[row]) rank++
    ranks[row] = rank
  }
  return ranks
}

/** The samples of the replicas as columns; null where the run took none. */
function replicasOf({ samples, places, faults, endedNs }: History): ReplicaStates | null {
  if (samples.length === 0) return null
  const open = new Set<number>()
  let healedAt = 0
  for (const { index, phase, timeNs } of faults) {
    if (phase === 'start') open.add(index)
    else {
      open.delete(index)
      healedAt = Math.max(healedAt, timeNs)
    }
  }
  return {
    count: samples.length,
    at: Float64Array.from(samples, ({ timeNs }) => timeNs),
    replica: Uint16Array.from(samples, ({ place }) => place),
    shard: Uint32Array.from(samples, ({ shard }) => shard),
    up: Uint8Array.from(samples, ({ up }) => (up ? 1 : 0)),
    digest: Float64Array.from(samples, ({ digest }) => digest),
    names: places.map(({ name }) => name),
    healedAt: open.size > 0 ? Infinity : healedAt,
    endedAt: endedNs,
  }
}
