import type { Operations } from '../../contract.ts'
import { appendProblem } from './appended.ts'
import { counterProblem } from './counter.ts'
import type { Problem } from './problem.ts'
import { registerProblem } from './register.ts'
import { setProblem } from './set.ts'

/**
 * The rows of one key as a problem to search, whatever their model. `inRealTime`: whether the order looked for respects
 * real time, so that it may be used to see what cannot matter.
 */
export function problemOf(ops: Operations, rows: ArrayLike<number>, inRealTime: boolean): Problem {
  switch (ops.model) {
    case 'counter':
      return counterProblem(ops, rows)
    case 'set':
      return setProblem(ops, rows)
    case 'append-list':
    case 'kv':
      return appendProblem(ops, rows)
    default:
      return registerProblem(ops, rows, inRealTime)
  }
}
