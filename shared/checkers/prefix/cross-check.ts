import type { Rng } from '../../base/rng.ts'
import { crossChecked } from '../causal/cross-check.ts'
import type { CrossCheck } from '../causal/cross-check.ts'
import { randomRegisters } from '../causal/random-registers.ts'
import { possibleHistories, sees, someOrder, valueAfter } from '../causal/reference.ts'
import type { Operations } from '../contract.ts'
import { consistentPrefix } from './index.ts'

/** Tries all orders in which sessions keep their reads, their writes, and writes after reads. */
export function hasConsistentPrefix(ops: Operations): boolean {
  return possibleHistories(ops).some((rows) => {
    const writes = rows.map((plain) => plain.writes !== null || plain.not !== null)
    const reads = rows.map((plain) => plain.reads !== null || plain.not !== null)
    const order = rows.map((one, a) =>
      rows.map((other, b) => a < b && one.process === other.process && (reads[a] || writes[b])),
    )
    return someOrder([...rows.keys()], order, (item, sofar) =>
      sees(rows[item], valueAfter(rows, sofar, rows[item].key)),
    )
  })
}

export function crossCheckPrefix(seedFrom: number, count: number): CrossCheck {
  const history = (rng: Rng): Operations =>
    randomRegisters(rng, { operationsMax: 8, processesMax: 3, keysMax: 2, cas: rng.below(4) === 0 })
  return crossChecked(consistentPrefix, hasConsistentPrefix, history, seedFrom, count)
}
