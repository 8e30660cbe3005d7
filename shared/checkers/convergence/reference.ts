import { FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'
import { READS_GRACE_MS } from './quiet.ts'

/**
 * The definitions of these guarantees, quantifier by quantifier, for histories of a few operations with unique values:
 * they share nothing with the checkers but the time of grace. Null: the record does not tell.
 */
type Row = number

const GRACE_NS = READS_GRACE_MS * 1e6

const is = (ops: Operations, row: Row, ...names: string[]): boolean => names.includes(FUNCTIONS[ops.f[row]])
const isRead = (ops: Operations, row: Row): boolean => is(ops, row, 'read') && ops.status[row] === OUTCOME.ok
const changes = (ops: Operations, row: Row): boolean =>
  !is(ops, row, 'read', 'scan') && ops.status[row] !== OUTCOME.fail
const ofKey = (ops: Operations, key: number): Row[] =>
  Array.from({ length: ops.count }, (_, row) => row).filter((row) => ops.key[row] === key)
const keysOf = (ops: Operations): number[] => Array.from({ length: ops.keyCount }, (_, key) => key)

/** Reads of the key before which nothing had been written there for the time of grace, nor any fault lasted. */
function lateReads(ops: Operations, key: number): Row[] {
  const rows = ofKey(ops, key)
  return rows.filter((read) => {
    const from = ops.invokedAt[read] - GRACE_NS
    const isQuiet = (row: Row): boolean =>
      (ops.status[row] === OUTCOME.ok ? ops.endedAt[row] : ops.invokedAt[row]) < from
    return isRead(ops, read) && ops.healedAt < from && rows.every((row) => !changes(ops, row) || isQuiet(row))
  })
}

function contentOf(ops: Operations, read: Row): string {
  if (ops.model === 'counter') return String(ops.amount[read])
  if (ops.model === 'set' || ops.model === 'append-list')
    return JSON.stringify([...ops.lists[ops.result[read]]])
  return String(ops.result[read])
}

/** Whether late reads of a key are alike. */
export function converges(ops: Operations): boolean | null {
  const late = keysOf(ops).map((key) => lateReads(ops, key))
  if (late.some((reads) => new Set(reads.map((row) => contentOf(ops, row))).size > 1)) return false
  return late.some((reads) => reads.length > 1) ? true : null
}

/** Whether what the last late read of a key returned had not ended before an acknowledged write of it began. */
export function keepsAcknowledged(ops: Operations): boolean | null {
  let told = false
  let acknowledged = false
  for (const key of keysOf(ops)) {
    const writes = ofKey(ops, key).filter((row) => changes(ops, row))
    const sure = writes.filter((row) => ops.status[row] === OUTCOME.ok)
    acknowledged ||= sure.length > 0
    const last = lateReads(ops, key).at(-1)
    if (last === undefined || sure.length === 0) continue
    const source = writes.find((row) => ops.value[row] === ops.result[last])
    if (source === undefined && ops.result[last] !== 0) continue
    told = true
    if (sure.some((row) => source === undefined || ops.endedAt[source] < ops.invokedAt[row])) return false
  }
  return told || !acknowledged ? true : null
}

/** Whether each element that was known is in all reads from some instant on, and none shows what nobody added. */
export function accountsForAll(ops: Operations): boolean | null {
  let attempts = 0
  let stable = 0
  for (const key of keysOf(ops)) {
    const rows = ofKey(ops, key)
    const adds = rows.filter((row) => is(ops, row, 'add', 'append'))
    const reads = rows.filter((row) => isRead(ops, row))
    const shown = (read: Row, value: number): number =>
      [...ops.lists[ops.result[read]]].filter((one) => one === value).length
    attempts += adds.length
    const possible = adds.filter((row) => ops.status[row] !== OUTCOME.fail)
    for (const read of reads)
      for (const value of ops.lists[ops.result[read]])
        if (shown(read, value) > possible.filter((row) => ops.value[row] === value).length) return false
    for (const value of new Set(possible.map((row) => ops.value[row]))) {
      if (rows.some((row) => is(ops, row, 'remove') && ops.value[row] === value)) continue
      const knownAt = Math.min(
        ...possible
          .filter((row) => ops.value[row] === value && ops.status[row] === OUTCOME.ok)
          .map((row) => ops.endedAt[row]),
        ...reads.filter((read) => shown(read, value) > 0).map((read) => ops.endedAt[read]),
      )
      const last = reads.at(-1)
      if (last === undefined) continue
      if (shown(last, value) > 0) stable++
      else if (ops.invokedAt[last] > knownAt) return false
    }
  }
  return attempts > 0 && stable === 0 ? null : true
}

/** Whether some order of all elements agrees with every read, tried one by one. */
export function hasTotalOrder(ops: Operations): boolean {
  return keysOf(ops).every((key) => {
    const rows = ofKey(ops, key)
    const appended = rows.filter((row) => changes(ops, row)).map((row) => ops.value[row])
    const counts = (value: number): boolean => appended.filter((one) => one === value).length < 2
    const reads = rows
      .filter((row) => isRead(ops, row))
      .map((row) => [...ops.lists[ops.result[row]]].filter(counts))
    const values = [...new Set(reads.flat())]
    return permutations(values).some((order) =>
      reads.every((read) =>
        read.every((value, at) => at === 0 || order.indexOf(read[at - 1]) <= order.indexOf(value)),
      ),
    )
  })
}

function permutations(values: readonly number[]): number[][] {
  if (values.length === 0) return [[]]
  return values.flatMap((value) =>
    permutations(values.filter((other) => other !== value)).map((rest) => [value, ...rest]),
  )
}
