import { openSync, closeSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { growthOf, Leftovers } from './leftovers.ts'
import { slopeOf } from './slope.ts'

describe('the slope of a series', () => {
  test.each([
    ['of nothing', [], 0],
    ['of one value', [7], 0],
    ['of a line', [3, 5, 7, 9, 11], 2],
    ['of a constant', [4, 4, 4, 4], 0],
    // All six slopes: 1, 1, 10, 1, 5.5, 4.
    ['is the median of all slopes between pairs', [0, 1, 2, 12], 2.5],
    ['an outlier does not move it', [0, 1, 2, 1000, 4, 5, 6, 7, 8], 1],
  ])('%s', (_, values, expected) => {
    expect(slopeOf(values)).toBeCloseTo(expected, 12)
  })
})

describe('growth of memory', () => {
  const series = (runs: number, perRun: (run: number) => number) =>
    Array.from({ length: runs }, (_, run) => ({
      residentBytes: 1e8 + perRun(run),
      heapBytes: 1e7 + perRun(run),
    }))

  test('is judged over the last half of the runs, a hundred at most, and not over fewer than twenty', () => {
    expect(growthOf(series(39, (run) => run * 1e6))).toBeNull()
    expect(growthOf(series(40, (run) => run * 1e6))).toHaveLength(2)
    // Twenty runs of growth, then none.
    expect(growthOf(series(40, (run) => Math.min(run, 20) * 1e6))).toEqual([])
    expect(growthOf(series(300, (run) => Math.min(run, 200) * 1e6))).toEqual([])
  })

  test('ups and downs are none, a leak of 60 kB a run is', () => {
    const ragged = (run: number) => ((run * 7919) % 13) * 300_000
    expect(growthOf(series(200, ragged))).toEqual([])
    const [heap] = growthOf(series(200, (run) => ragged(run) + run * 60_000)) ?? []
    expect(heap).toMatch(
      /^the heap grew by [56]\d kB a run over the last 100 runs, from .* resident and .* objects to /,
    )
  })
})

describe('what is left behind is found', () => {
  let leftovers: Leftovers
  beforeEach(() => {
    leftovers = new Leftovers()
    expect(leftovers.look()).toEqual([])
  })
  afterEach(() => leftovers.dispose())

  test('a thread', async () => {
    const worker = new Worker('setInterval(() => {}, 1000)', { eval: true })
    await new Promise((resolve) => worker.once('online', resolve))
    expect(leftovers.look()).toContain('1 of 1 threads are still there')
    await worker.terminate()
    expect(leftovers.look()).toEqual([])
  })

  test('a temporary file', () => {
    const file = path.join(tmpdir(), 'replica-lab-r1.log')
    writeFileSync(file, 'x')
    expect(leftovers.look()).toEqual(['temporary files are left: replica-lab-r1.log'])
    rmSync(file)
    expect(leftovers.look()).toEqual([])
  })

  test.skipIf(process.platform !== 'linux')('an open file', () => {
    const descriptor = openSync(import.meta.filename, 'r')
    expect(leftovers.look()).toEqual(['1 more files are open than after the first run'])
    closeSync(descriptor)
    expect(leftovers.look()).toEqual([])
  })
})
