import { compileDistribution } from '../topology/distributions.ts'
import type { ClientSpec } from '../topology/types.ts'

/** What an operation of a closed loop is taken to last when nothing better is known. */
const RESPONSE_MS = 1

/**
 * Roughly how many operations these clients issue in `durationMs`: rate × time for open loops; for closed ones, as if
 * every answer took a millisecond. Sizes the key space of YCSB's scrambled zipfian, as `operationcount` does there.
 */
export function expectedOperations(clients: readonly ClientSpec[], durationMs: number): number {
  let operations = 0
  for (const { loop, sessions } of clients) {
    operations +=
      'open' in loop
        ? (loop.open.ratePerS * durationMs) / 1000
        : (sessions * durationMs) / (compileDistribution(loop.closed.thinkMs).meanMs + RESPONSE_MS)
  }
  return Math.round(operations)
}
