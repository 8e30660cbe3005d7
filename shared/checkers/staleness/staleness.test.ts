import { describe, expect, it } from 'vitest'
import type { Operations } from '../contract.ts'
import { operationsFrom } from '../operations/index.ts'
import type { PlainOperation } from '../operations/index.ts'
import { crossCheckStaleness } from '../testing/cross-check.ts'
import { Rng } from '../../base/rng.ts'
import { boundsOf } from './k-atomicity.ts'
import { boundedStaleness, deltaOf, kAtomic, kAtomicityOf } from './index.ts'

const MS = 1_000_000

/** Five writes one after the other, each 10 ms, and a read at 100 ms of what the `back`-th last one wrote. */
function lagging(back: number): Operations {
  const writes: PlainOperation[] = [1, 2, 3, 4, 5].map((value) => ({
    process: 0,
    f: 'write',
    key: 'x',
    value,
    at: value * 10 * MS,
    end: (value * 10 + 5) * MS,
  }))
  const result = back === 5 ? null : 5 - back
  return operationsFrom({ model: 'register' }, [
    ...writes,
    { process: 1, f: 'read', key: 'x', result, at: 100 * MS, end: 101 * MS },
  ])
}

describe('staleness as numbers', () => {
  it.each([
    // The value before the last was replaced when the last write ended, at 55 ms at the latest.
    [0, 1, 0],
    [1, 2, 45],
    [2, 3, 55],
    [3, 4, 65],
    [5, 6, 85],
  ])('a read of the %ith last value: k = %i, Δ = %i ms', (back, k, deltaMs) => {
    const ops = lagging(back)
    expect(kAtomicityOf(ops)).toMatchObject({ kMin: k, kMax: k })
    expect(deltaOf(ops)).toMatchObject({ delta: deltaMs * MS })
  })

  it('judges by a bound, and says what was stale and by how much', () => {
    const ops = lagging(2)
    expect(boundedStaleness(55).check(ops, 1e6)).toMatchObject({ status: 'holds', figures: { deltaMs: 55 } })
    expect(boundedStaleness(54).check(ops, 1e6)).toMatchObject({
      status: 'violated',
      evidence: {
        sentence:
          'process 1 read 3 from x 55 ms after process 0 wrote 4 to x: that value was replaced by then',
      },
    })
    expect(kAtomic(3).check(ops, 1e6).status).toBe('holds')
    expect(kAtomic(2).check(ops, 1e6)).toMatchObject({
      status: 'violated',
      evidence: {
        operations: [2, 3, 4, 5],
        sentence: 'process 1 read 3 from x after 2 newer values had been written',
      },
    })
  })

  it('knows no k or Δ where a value came from nowhere', () => {
    const ops = operationsFrom({ model: 'register' }, [
      { process: 0, f: 'read', key: 'x', result: 3, at: 0, end: 1 },
    ])
    expect(kAtomicityOf(ops).status).toBe('none')
    expect(deltaOf(ops).status).toBe('none')
  })

  it('says that it cannot tell where values repeat', () => {
    const plain: PlainOperation[] = [0, 2, 4].map((at) => ({
      process: 0,
      f: 'write',
      key: 'x',
      value: at % 4,
      at,
      end: at + 1,
    }))
    const ops = operationsFrom({ model: 'register' }, [
      ...plain,
      { process: 0, f: 'read', key: 'x', result: 0, at: 6, end: 7 },
    ])
    expect(kAtomic(1).check(ops, 1e6)).toMatchObject({ status: 'undecided', reason: /more than once/ })
  })

  it('agrees with brute force: k of 1 and 2 and Δ exactly, larger k within its bounds', () => {
    // Fresh at every run; a failure prints its seeds.
    const seedFrom = Math.floor(Math.random() * 1e9)
    const { disagreements, held, violated } = crossCheckStaleness(seedFrom, 1500)
    expect(disagreements).toEqual([])
    expect(Math.min(held, violated)).toBeGreaterThan(150)
  })

  it('counts certainly newer writes as the sum over all pairs does', () => {
    const rng = Rng.stream(5, 'bounds')
    for (let round = 0; round < 300; round++) {
      const writes = rng.between(1, 12)
      const writeStart = Float64Array.from({ length: writes }, () => rng.below(40))
      const writeEnd = writeStart.map((start) => start + rng.below(10))
      const reads = rng.between(1, 8)
      const source = Int32Array.from({ length: reads }, () => rng.below(writes))
      const readStart = Float64Array.from(source, (write) => writeEnd[write] + rng.below(20))
      let expected = 1
      for (let read = 0; read < reads; read++) {
        let newer = 0
        for (let write = 0; write < writes; write++)
          if (writeStart[write] > writeEnd[source[read]] && writeEnd[write] < readStart[read]) newer++
        expected = Math.max(expected, newer + 1)
      }
      const bounds = boundsOf({ writeStart, writeEnd, readStart, source })
      expect(bounds.least).toBe(expected)
      expect(bounds.most).toBeGreaterThanOrEqual(expected)
      // Writes that come one after the other leave no doubt.
      const apart = writeStart.map((_, write) => 20 * write)
      const serial = {
        writeStart: apart,
        writeEnd: apart.map((start) => start + 9),
        readStart: readStart.map(() => 500),
        source,
      }
      const oldest = Math.min(...source)
      expect(boundsOf(serial)).toMatchObject({ least: writes - oldest, most: writes - oldest })
    }
  })
})
