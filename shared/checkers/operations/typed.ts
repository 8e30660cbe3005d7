import { OP_NAMES, STATUS } from '../../history/types.ts'
import type { History } from '../../history/types.ts'
import { FUNCTIONS } from '../contract.ts'
import type { FunctionName, Operations } from '../contract.ts'

const code = (name: FunctionName): number => FUNCTIONS.indexOf(name)

const [READ, WRITE, DELETE] = (['read', 'write', 'delete'] as const).map((name) => OP_NAMES.indexOf(name))
const [READS, ADDS, INCREMENTS, SCANS] = (['read', 'add', 'increment', 'scan'] as const).map(code)

/** A run whose keys are counters (see `History.model`), from its operations as registers. */
export function asCounters(ops: Operations, { ops: rows }: History): Operations {
  const f = new Uint8Array(ops.count)
  const amount = new Float64Array(ops.count)
  for (let row = 0; row < ops.count; row++) {
    const kind = rows.f[row]
    f[row] = kind === READ ? READS : kind === WRITE || kind === DELETE ? INCREMENTS : SCANS
    // A sum may be negative, and the column holds it as an int32.
    if (kind === READ && rows.status[row] === STATUS.ok) amount[row] = rows.result[row] | 0
    else if (f[row] === INCREMENTS) amount[row] = kind === WRITE ? 1 : -1
  }
  return {
    ...ops,
    model: 'counter',
    f,
    amount,
    valueCount: 1,
    initial: 0,
    initialKeys: 0,
    siblings: new Map(),
  }
}

/**
 * A run whose keys are sets. To empty a set is no operation of the model, so the sets that somebody emptied stand as
 * scans, which nobody judges.
 */
export function asSets(ops: Operations, { ops: rows, siblings }: History): Operations {
  const emptied = new Set<number>()
  for (let row = 0; row < ops.count; row++) if (rows.f[row] === DELETE) emptied.add(rows.key[row])
  const f = new Uint8Array(ops.count)
  const result = new Uint32Array(ops.count)
  const lists: Uint32Array[] = []
  for (let row = 0; row < ops.count; row++) {
    const kind = rows.f[row]
    const isJudged = !emptied.has(rows.key[row]) && (kind === READ || kind === WRITE)
    f[row] = !isJudged ? SCANS : kind === READ ? READS : ADDS
    if (f[row] !== READS || rows.status[row] !== STATUS.ok) continue
    const one = rows.result[row]
    result[row] = lists.length
    lists.push(Uint32Array.from(siblings.get(row) ?? (one === 0 ? [] : [one])))
  }
  return { ...ops, model: 'set', f, result, lists, siblings: new Map() }
}
