import { OUTCOME } from '../contract.ts'
import type { Evidence } from '../contract.ts'
import { clause, evidence } from '../evidence/index.ts'
import type { CausalView } from './evidence.ts'
import type { Pasts } from './pasts.ts'
import { pathBetween } from './path.ts'
import { INITIAL, READS_NOTHING, SEVERAL } from './reads-from.ts'
import { isWrite } from './write-index.ts'

/**
 * Whether some write in the past of a cas that observed a mismatch can be the last one there without being the write
 * of the value it expected. The writes that can be last are those that no other in the past follows.
 */
export function mismatchExplained(
  view: CausalView,
  row: number,
  ordinals: Uint32Array,
  pasts: Pasts,
): boolean {
  const { ops, rf, chains } = view
  const expected = rf.mismatches.get(row) ?? READS_NOTHING
  if (expected === READS_NOTHING) return true
  const first = chains.ofKey[ops.key[row]]
  const count = chains.ofKey[ops.key[row] + 1] - first
  let some = false
  for (let i = 0; i < count && !some; i++) {
    if (ordinals[i] === 0) continue
    const last = chains.writes[chains.writesFrom[first + i] + ordinals[i] - 1]
    some = expected < 0 ? expected === INITIAL : last !== expected && !pasts.precedes(last, expected)
  }
  if (some || expected < 0) return some
  const own = chains.chain[expected]
  return own === -1 || ordinals[own - first] < chains.ordinal[expected]
}

/**
 * A proof that nothing else can have been there: every other write of the key precedes that of the expected value or
 * follows the cas. Null where a write of another session might have been seen.
 */
export function mismatchEvidence(view: CausalView, row: number, pasts: Pasts): Evidence | null {
  const { ops, rf, chains } = view
  const expected = rf.mismatches.get(row) ?? SEVERAL
  if (expected === SEVERAL) return null
  for (let write = 0; write < ops.count; write++) {
    if (ops.key[write] !== ops.key[row] || write === expected) continue
    if (!isWrite(ops, write) || ops.status[write] === OUTCOME.fail) continue
    if (rf.writes[write] === 0) return null
    if (expected >= 0 && pasts.precedes(write, expected)) continue
    if (pathBetween(view.ops, rf, chains, row, write) === null) return null
  }
  return evidence(`${clause(ops, row)}, though nothing else can have been there`, [row, expected])
}
