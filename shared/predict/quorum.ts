import { assert } from '../base/assert.ts'
import type { QuorumFacts } from './types.ts'

const K_SHOWN: readonly number[] = [1, 2, 3, 5, 10]

/**
 * P(R of N replicas, drawn at random, all miss the W that hold the latest version) = C(N − W, R) / C(N, R), with no
 * replica told afterwards (Bailis et al., VLDB 2012, equation 1).
 */
export function missProbability(n: number, r: number, w: number): number {
  let probability = 1
  for (let drawn = 0; drawn < r; drawn++) probability *= Math.max(0, n - w - drawn) / (n - drawn)
  return probability
}

/** P(a read misses the latest k versions), for writes to independent quorums (same paper, equation 2). */
export function kStaleness(n: number, r: number, w: number, k: number): number {
  assert(Number.isInteger(k) && k >= 1, () => `k-staleness counts versions from 1, not ${k}`)
  let probability = 1
  const missed = missProbability(n, r, w)
  for (let version = 0; version < k; version++) probability *= missed
  return probability
}

/**
 * Load of a threshold quorum system (Naor and Wool, "The Load, Capacity, and Availability of Quorum Systems", SIAM J.
 * Computing 27(2), 1998): the share of operations that the busiest replica takes part in under the best strategy, which
 * by symmetry picks all quorums of a size alike. Reads go to R of N replicas, writes to W of N.
 */
export function quorumLoad(n: number, r: number, w: number, readShare: number): number {
  return (readShare * r + (1 - readShare) * w) / n
}

/** The arithmetic of an (N, R, W) system; `readShare` of the operations are reads. Needs 1 ≤ R, W ≤ N. */
export function quorumFacts(n: number, r: number, w: number, readShare: number): QuorumFacts {
  assert(r >= 1 && r <= n && w >= 1 && w <= n, () => `quorums of ${r} and ${w} among ${n} replicas`)
  const load = quorumLoad(n, r, w, readShare)
  return {
    n,
    r,
    w,
    readsOverlapWrites: r + w > n,
    writesOverlapWrites: 2 * w > n,
    readResilience: n - r,
    writeResilience: n - w,
    load,
    capacity: 1 / load,
    kStaleness: K_SHOWN.map((k) => ({ k, pStale: kStaleness(n, r, w, k) })),
  }
}
