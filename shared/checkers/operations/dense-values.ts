import { ABSENT, FUNCTIONS, OUTCOME } from '../contract.ts'
import type { Operations } from '../contract.ts'

const CAS = FUNCTIONS.indexOf('cas')
const READ = FUNCTIONS.indexOf('read')

/** Tables by value may be so many times as long as there are operations. */
const SPARSE_FACTOR = 8
const SPARSE_MIN = 4_096

/**
 * The same operations with values numbered in the order of their appearance, where their numbers leave so many gaps that
 * tables by value would be far larger than the record: those of histories that came from elsewhere.
 */
export function withDenseValues(ops: Operations): Operations {
  if (ops.valueCount <= SPARSE_FACTOR * ops.count + SPARSE_MIN) return ops
  const raw: number[] = [ABSENT]
  const ids = new Map<number, number>([[ABSENT, ABSENT]])
  const idOf = (value: number): number => {
    let id = ids.get(value)
    if (id === undefined) {
      id = raw.length
      raw.push(value)
      ids.set(value, id)
    }
    return id
  }
  const readsLists = ops.model === 'set' || ops.model === 'append-list'
  const { f, status } = ops
  const dense = {
    value: ops.value.map((value) => idOf(value)),
    expected: ops.expected.map((value, row) => (f[row] === CAS ? idOf(value) : ABSENT)),
    result: ops.result.map((value, row) =>
      f[row] === READ && status[row] === OUTCOME.ok && !readsLists ? idOf(value) : value,
    ),
    lists: ops.lists.map((list) => list.map((value) => idOf(value))),
    siblings: new Map([...ops.siblings].map(([row, values]) => [row, values.map((value) => idOf(value))])),
    initial: idOf(ops.initial),
  }
  return {
    ...ops,
    ...dense,
    valueCount: raw.length,
    valueText: (value) => ops.valueText(raw[value]),
    rawValue: (value) => ops.rawValue(raw[value]),
  }
}
