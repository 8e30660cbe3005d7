import { NS_PER_MS } from '../../base/time.ts'
import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { rowsByKey } from '../operations/index.ts'

const READ = FUNCTIONS.indexOf('read')
const SCAN = FUNCTIONS.indexOf('scan')

/** How long after the last disturbance replicas may still differ: half of what a run waits for them. */
export const GRACE_MS = 5_000

/**
 * How long after the last disturbance a read may still be behind: what was put off for a replica that could not be reached
 * comes when it is next tried (Cassandra dispatches hints every ten seconds).
 */
export const READS_GRACE_MS = 10_000

/** Whether the row may have changed what is stored. */
export function isMutation(ops: Operations, row: number): boolean {
  return ops.f[row] !== READ && ops.f[row] !== SCAN && ops.status[row] !== OUTCOME.fail
}

/** When a write ended, or began if it never ended. */
const settledAt = (ops: Operations, row: number): number =>
  ops.endedAt[row] < Infinity ? ops.endedAt[row] : ops.invokedAt[row]

/** The instant of the last disturbance, a write or a fault; Infinity if a fault lasted to the end. */
export function quietFrom(ops: Operations): number {
  let last = ops.healedAt
  for (let row = 0; row < ops.count; row++)
    if (isMutation(ops, row)) last = Math.max(last, settledAt(ops, row))
  return last
}

/**
 * Reads of each key that began when the time of grace had passed since the last write of the key and the last fault, in the
 * order of invocation.
 */
export function finalReads(ops: Operations): number[][] {
  const graceNs = ops.hasTimes ? READS_GRACE_MS * NS_PER_MS : 0
  const { rows, starts } = rowsByKey(ops)
  return Array.from({ length: ops.keyCount }, (_, key) => {
    const ofKey = rows.subarray(starts[key], starts[key + 1])
    let quiet = ops.healedAt
    for (const row of ofKey) if (isMutation(ops, row)) quiet = Math.max(quiet, settledAt(ops, row))
    return [...ofKey].filter(
      (row) => ops.f[row] === READ && ops.status[row] === OUTCOME.ok && ops.invokedAt[row] > quiet + graceNs,
    )
  })
}
