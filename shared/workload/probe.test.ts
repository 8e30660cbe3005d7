import { describe, expect, test } from 'vitest'
import type { ProbeWorkload } from '../topology/types.ts'
import { ProbeSchedule } from './probe.ts'
import type { ProbeSample } from './probe.ts'

const workload: ProbeWorkload = { kind: 'probe', offsetsMs: [0, 1, 5], samples: 10_000, valueBytes: 1 }

function all(schedule: ProbeSchedule): ProbeSample[] {
  const samples: ProbeSample[] = []
  for (let sample = schedule.next(); sample !== null; sample = schedule.next()) samples.push({ ...sample })
  return samples
}

describe('the schedule of a probe', () => {
  test('reads each offset as often as asked, in turn, each sample with a key of its own', () => {
    const schedule = new ProbeSchedule(workload, 4, 1)
    expect([schedule.total, schedule.taken]).toEqual([30_000, 0])
    const samples = all(schedule)
    expect([samples.length, schedule.taken]).toEqual([30_000, 30_000])
    samples.forEach(({ index, key, offset }, i) => expect([index, key, offset]).toEqual([i, i, i % 3]))
    expect(schedule.next()).toBe(null)
  })

  test('writer and reader are uniform and independent', () => {
    const pairs = new Float64Array(16)
    for (const { writer, reader } of all(new ProbeSchedule(workload, 4, 1))) pairs[writer * 4 + reader]++
    const chiSquare = pairs.reduce((sum, count) => sum + (count - 1875) ** 2 / 1875, 0)
    // 15 degrees of freedom, 99.9 % point.
    expect(chiSquare).toBeLessThan(37.7)
  })

  test('is a function of the seed', () => {
    const of = (seed: number) => all(new ProbeSchedule({ ...workload, samples: 20 }, 4, seed))
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(2))
  })
})
