import type { Rng } from '../../base/rng.ts'
import { crossChecked } from '../causal/cross-check.ts'
import type { CrossCheck } from '../causal/cross-check.ts'
import type { Checker } from '../contract.ts'
import {
  parallelSnapshotIsolation,
  readAtomic,
  readCommitted,
  serializable,
  snapshotIsolation,
  strictSerializable,
} from './index.ts'
import type { Level } from './judge.ts'
import { randomTxns } from './random-txns.ts'
import { keepsLevel } from './reference.ts'

/** Checkers with the most transactions that brute force can take. */
export const TXN_CHECKERS: readonly (readonly [Checker, number])[] = [
  [readCommitted, 4],
  [readAtomic, 4],
  [parallelSnapshotIsolation, 4],
  [snapshotIsolation, 4],
  [serializable, 5],
  [strictSerializable, 5],
]

/** Half of the histories are of registers, half of lists. */
export function crossCheckTxns(
  checker: Checker,
  txnsMax: number,
  seedFrom: number,
  count: number,
): CrossCheck {
  const history = (rng: Rng) => randomTxns(rng, rng.below(2) === 0, txnsMax)
  const reference = (ops: Parameters<Checker['check']>[0]): boolean => keepsLevel(ops, checker.name as Level)
  return crossChecked(checker, reference, history, seedFrom, count)
}
