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

/** Levels of which something can be said of registers whose values repeat. */
const WITH_REPEATS: ReadonlySet<string> = new Set(['serializable', 'strict-serializable'])

/** Histories of registers and of lists take turns with those of registers whose values repeat. */
export function crossCheckTxns(
  checker: Checker,
  txnsMax: number,
  seedFrom: number,
  count: number,
): CrossCheck {
  const kinds = WITH_REPEATS.has(checker.name) ? 3 : 2
  const history = (rng: Rng) => {
    const kind = rng.below(kinds)
    return randomTxns(rng, kind === 1, txnsMax, kind === 2 ? 2 : 0)
  }
  const reference = (ops: Parameters<Checker['check']>[0]): boolean => keepsLevel(ops, checker.name as Level)
  return crossChecked(checker, reference, history, seedFrom, count)
}
