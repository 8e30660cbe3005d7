import { describe, expect, test } from 'vitest'
import { kStaleness, missProbability, quorumFacts, quorumLoad } from './quorum.ts'
import reference from './testdata/pbs-reference.json' with { type: 'json' }

test('k-staleness: the check values of the reference', () => {
  for (const { N, R, W, k, p_ok, p_stale } of reference.k_staleness.check) {
    const stale = kStaleness(N, R, W, k)
    if (p_ok !== undefined) expect(1 - stale).toBeCloseTo(p_ok, 9)
    if (p_stale !== undefined) expect(stale / p_stale).toBeCloseTo(1, 7)
  }
})

/** All subsets of 0 … n − 1 of a size, as bit sets. */
function subsets(n: number, size: number): number[] {
  return Array.from({ length: 1 << n }, (_, set) => set).filter(
    (set) => set.toString(2).replaceAll('0', '').length === size,
  )
}

describe('against all quorums of up to seven replicas', () => {
  for (let n = 1; n <= 7; n++) {
    test(`N=${n}`, () => {
      for (let r = 1; r <= n; r++) {
        for (let w = 1; w <= n; w++) {
          const [reads, writes] = [subsets(n, r), subsets(n, w)]
          const disjoint = reads.filter((read) => (read & writes[0]) === 0).length
          expect(missProbability(n, r, w)).toBeCloseTo(disjoint / reads.length, 12)
          const facts = quorumFacts(n, r, w, 0.5)
          expect(facts.readsOverlapWrites).toBe(disjoint === 0)
          expect(facts.writesOverlapWrites).toBe(writes.every((write) => (write & writes[0]) !== 0))
          // Resilience f: whatever f replicas are lost, a quorum is left; not so for f + 1.
          const survives = (lost: number, quorums: number[]): boolean =>
            lost <= n && subsets(n, lost).every((gone) => quorums.some((quorum) => (quorum & gone) === 0))
          expect(survives(facts.readResilience, reads)).toBe(true)
          expect(survives(facts.readResilience + 1, reads)).toBe(false)
          expect(survives(facts.writeResilience, writes)).toBe(true)
          expect(survives(facts.writeResilience + 1, writes)).toBe(false)
        }
      }
    })
  }
})

describe('Naor and Wool 1998', () => {
  test('majorities have load (n + 1) / 2n for odd n, read-one write-all has that of its writes', () => {
    for (const n of [1, 3, 5, 7, 99])
      expect(quorumLoad(n, (n + 1) / 2, (n + 1) / 2, 0.3)).toBeCloseTo((n + 1) / (2 * n), 12)
    expect(quorumLoad(5, 1, 5, 0)).toBe(1)
    expect(quorumLoad(5, 1, 5, 1)).toBe(0.2)
  })

  test('no quorum system has a load below max(1/c, c/n), c the size of its smallest quorum (proposition 4.1)', () => {
    for (let n = 1; n <= 15; n++) {
      for (let q = Math.floor(n / 2) + 1; q <= n; q++) {
        const load = quorumLoad(n, q, q, 0.5)
        expect(load).toBeGreaterThanOrEqual(Math.max(1 / q, q / n) - 1e-12)
        expect(quorumFacts(n, q, q, 0.5).capacity).toBeCloseTo(1 / load, 12)
      }
    }
  })
})
