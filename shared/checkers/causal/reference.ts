import { ABSENT, FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'

/** An operation of a small history as the definitions speak of it. */
export interface PlainRow {
  row: number
  process: number
  key: number
  /** Value read; null if it reads nothing. */
  reads: number | null
  /** Value written; null if it writes nothing. */
  writes: number | null
  /** Of a cas that observed a mismatch: what was not there. */
  not: number | null
}

/**
 * The histories that a record may stand for: operations that ended ok, with each subset of the writes of unknown
 * outcome. For small records only.
 */
export function possibleHistories(ops: Operations): PlainRow[][] {
  const sure: PlainRow[] = []
  const open: PlainRow[] = []
  for (let row = 0; row < ops.count; row++) {
    const f = FUNCTIONS[ops.f[row]]
    const ok = ops.status[row] === OUTCOME.ok
    if (ops.status[row] === OUTCOME.fail || (f === 'read' && !ok)) continue
    const cas = f === 'cas'
    const mismatch = cas && ok && ops.result[row] === 0
    const plain: PlainRow = {
      row,
      process: ops.process[row],
      key: ops.key[row],
      reads: f === 'read' ? ops.result[row] : cas && !mismatch ? ops.expected[row] : null,
      writes: f === 'write' || (cas && !mismatch) ? ops.value[row] : null,
      not: mismatch ? ops.expected[row] : null,
    }
    if (ok) sure.push(plain)
    else open.push(plain)
  }
  const histories: PlainRow[][] = []
  for (let subset = 0; subset < 1 << open.length; subset++)
    histories.push([...sure, ...open.filter((_, i) => (subset >> i) & 1)].sort((a, b) => a.row - b.row))
  return histories
}

/** Whether what the operation saw is `value`, what the key holds. */
export function sees(plain: PlainRow, value: number): boolean {
  return plain.reads !== null ? plain.reads === value : plain.not === null || plain.not !== value
}

/**
 * The closure of session order and reads-from, `order[a][b]` for "a before b", by Warshall's algorithm; null if it has a
 * cycle or a value read was written by nobody.
 */
export function causalOrder(rows: readonly PlainRow[]): boolean[][] | null {
  const order = rows.map(() => new Array<boolean>(rows.length).fill(false))
  for (let b = 0; b < rows.length; b++) {
    for (let a = 0; a < b; a++) if (rows[a].process === rows[b].process) order[a][b] = true
    const { reads, key } = rows[b]
    if (reads === null || reads === ABSENT) continue
    const source = rows.findIndex((other) => other.key === key && other.writes === reads)
    if (source === -1) return null
    order[source][b] = true
  }
  for (let k = 0; k < rows.length; k++)
    for (let a = 0; a < rows.length; a++)
      if (order[a][k]) for (let b = 0; b < rows.length; b++) if (order[k][b]) order[a][b] = true
  return order.some((line, a) => line[a]) ? null : order
}

/**
 * Whether some order of `members` that respects `order` passes: `accept(item, sofar)` is asked before each item is put
 * after those in `sofar`. Tries them all.
 */
export function someOrder(
  members: readonly number[],
  order: readonly (readonly boolean[])[],
  accept: (item: number, sofar: readonly number[]) => boolean,
): boolean {
  const sofar: number[] = []
  const left = new Set(members)
  const extend = (): boolean => {
    if (left.size === 0) return true
    for (const item of members) {
      if (!left.has(item) || [...left].some((other) => order[other][item]) || !accept(item, sofar)) continue
      left.delete(item)
      sofar.push(item)
      if (extend()) return true
      sofar.pop()
      left.add(item)
    }
    return false
  }
  return extend()
}

/** What a key holds after these operations. */
export function valueAfter(rows: readonly PlainRow[], sofar: readonly number[], key: number): number {
  for (let i = sofar.length - 1; i >= 0; i--) {
    const { writes, key: of } = rows[sofar[i]]
    if (writes !== null && of === key) return writes
  }
  return ABSENT
}

const pastOf = (order: readonly (readonly boolean[])[], item: number): number[] =>
  order.flatMap((line, a) => (line[item] ? [a] : []))

/** For every operation some order of its past explains it (CC). Records without mismatched cas. */
export function isCausal(ops: Operations): boolean {
  return possibleHistories(ops).some((rows) => {
    const order = causalOrder(rows)
    return (
      order !== null &&
      rows.every((plain, o) =>
        someOrder([...pastOf(order, o), o], order, (item, sofar) =>
          item === o ? sees(plain, valueAfter(rows, sofar, plain.key)) : true,
        ),
      )
    )
  })
}

/** One order of all operations in which each sees the last write among its past (CCv). */
export function isConvergent(ops: Operations): boolean {
  return possibleHistories(ops).some((rows) => {
    const order = causalOrder(rows)
    return (
      order !== null &&
      someOrder([...rows.keys()], order, (item, sofar) => {
        const past = sofar.filter((other) => order[other][item])
        return sees(rows[item], valueAfter(rows, past, rows[item].key))
      })
    )
  })
}

/** For every operation some order of its past explains it and all earlier ones of its session (CM). */
export function isCausalMemory(ops: Operations): boolean {
  return possibleHistories(ops).some((rows) => {
    const order = causalOrder(rows)
    return (
      order !== null &&
      rows.every(({ process }, o) =>
        someOrder([...pastOf(order, o), o], order, (item, sofar) =>
          rows[item].process === process ? sees(rows[item], valueAfter(rows, sofar, rows[item].key)) : true,
        ),
      )
    )
  })
}
