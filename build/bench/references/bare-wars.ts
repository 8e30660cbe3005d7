import { Rng } from '../../../shared/base/rng.ts'
import type { Distribution } from '../../../shared/topology/distributions.ts'

/**
 * WARS for N = 3, R = W = 1 with nothing around it: the fresh ones among so many trials at t = 0. No latencies, no
 * histogram, no curve, no routes.
 */

/** The plainest: exponential legs, by Math.log for each of the 4 N draws. */
export function logarithmTrials(trials: number): number {
  const rng = Rng.stream(1, 'bare')
  const n = 3
  const acks = new Float64Array(n)
  const writes = new Float64Array(n)
  let fresh = 0
  for (let trial = 0; trial < trials; trial++) {
    for (let index = 0; index < n; index++) {
      writes[index] = -Math.log(rng.open())
      acks[index] = writes[index] - Math.log(rng.open())
    }
    const committed = Math.min(acks[0], acks[1], acks[2])
    let fastest = Infinity
    let current = false
    for (let index = 0; index < n; index++) {
      const request = -Math.log(rng.open())
      const total = request - Math.log(rng.open())
      if (total < fastest) {
        fastest = total
        current = committed + request >= writes[index]
      }
    }
    if (current) fresh++
  }
  return fresh
}

/** The quantiles of 2^16 equal shares, at their middles: no tail beyond p = 1 - 2^-17. */
export function quantileTable(distribution: Distribution): Float32Array {
  return Float32Array.from({ length: 65536 }, (_, index) => distribution.quantileMs((index + 0.5) / 65536))
}

/** The same trials with a table look-up per draw, two draws to a random word. */
export function tableTrials(trials: number, table: Float32Array): number {
  const rng = Rng.stream(1, 'bare')
  const n = 3
  const acks = new Float64Array(n)
  const writes = new Float64Array(n)
  let fresh = 0
  for (let trial = 0; trial < trials; trial++) {
    for (let index = 0; index < n; index++) {
      const word = rng.u32()
      writes[index] = table[word & 0xffff]
      acks[index] = writes[index] + table[word >>> 16]
    }
    const committed = Math.min(acks[0], acks[1], acks[2])
    let fastest = Infinity
    let current = false
    for (let index = 0; index < n; index++) {
      const word = rng.u32()
      const request = table[word & 0xffff]
      const total = request + table[word >>> 16]
      if (total < fastest) {
        fastest = total
        current = committed + request >= writes[index]
      }
    }
    if (current) fresh++
  }
  return fresh
}
