import { NS_PER_MS } from '../../base/time.ts'
import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { rowsByKey } from '../operations/index.ts'

const READ = FUNCTIONS.indexOf('read')
const SCAN = FUNCTIONS.indexOf('scan')

/** How long after the last disturbance replicas may still differ: half of what a run waits for them. */
export const GRACE_MS = 5_000

/** Whether the row may have changed what is stored. */
export function isMutation(ops: Operations, row: number): boolean {
  return ops.f[row] !== READ && ops.f[row] !== SCAN && ops.status[row] !== OUTCOME.fail
}

/**
 * The instant of the last disturbance: when the last write ended (or began, if it never ended) or the last fault; Infinity
 * if a fault lasted to the end.
 */
export function quietFrom(ops: Operations): number {
  let last = ops.replicas?.healedAt ?? 0
  for (let row = 0; row < ops.count; row++)
    if (isMutation(ops, row))
      last = Math.max(last, ops.endedAt[row] < Infinity ? ops.endedAt[row] : ops.invokedAt[row])
  return last
}

/** Reads of each key that began once all had been quiet for the time of grace, in the order of invocation. */
export function finalReads(ops: Operations): number[][] {
  const from = quietFrom(ops) + (ops.hasTimes ? GRACE_MS * NS_PER_MS : 0)
  const { rows, starts } = rowsByKey(ops)
  return Array.from({ length: ops.keyCount }, (_, key) =>
    [...rows.subarray(starts[key], starts[key + 1])].filter(
      (row) => ops.f[row] === READ && ops.status[row] === OUTCOME.ok && ops.invokedAt[row] > from,
    ),
  )
}
