import type { Operations } from '../../contract.ts'
import { F } from '../key-rows.ts'
import { StateTable } from './machine.ts'
import { relevantRows, searchInput } from './problem.ts'
import type { Problem } from './problem.ts'

/** A counter. States are sums. */
export function counterProblem(ops: Operations, keyRows: ArrayLike<number>): Problem {
  const { f, amount } = ops
  const rows = relevantRows(ops, keyRows, (row) => amount[row] === 0)
  const sums = new StateTable<number>()
  const isRead = Uint8Array.from(rows, (row) => (f[row] === F.read ? 1 : 0))
  const amounts = Float64Array.from(rows, (row) => amount[row])
  const key = keyRows.length === 0 ? 0 : ops.key[keyRows[0]]
  const input = searchInput(ops, rows, (row) => ({
    type: `${f[row] === F.read ? 'r' : '+'}${amount[row]}`,
    observer: f[row] === F.read || amount[row] === 0,
    blind: false,
  }))
  const onlyGrows = amounts.every((by, op) => isRead[op] === 1 || by >= 0)
  /** By operation: the least that a read from there on returned. */
  const leastRead = new Float64Array(rows.length + 1).fill(Infinity)
  for (let op = rows.length - 1; op >= 0; op--)
    leastRead[op] = Math.min(leastRead[op + 1], isRead[op] === 1 ? amounts[op] : Infinity)
  const machine = {
    initial: sums.idOf(key < ops.initialKeys ? ops.initialAmount : 0),
    needs: null,
    makes: null,
    values: 0,
    apply(state: number, op: number): number {
      const sum = sums.contents[state]
      if (isRead[op] === 1) return sum === amounts[op] ? state : -1
      return amounts[op] === 0 ? state : sums.idOf(sum + amounts[op])
    },
    bytes: () => sums.bytes,
    isViable: (state: number, called: number): boolean =>
      !onlyGrows || sums.contents[state] <= leastRead[called],
    mayReach: (state: number, op: number): boolean =>
      !onlyGrows || isRead[op] === 0 || sums.contents[state] <= amounts[op],
  }
  return { rows, input, machine }
}
