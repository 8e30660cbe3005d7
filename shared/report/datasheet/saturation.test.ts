import { describe, expect, test } from 'vitest'
import { replicaOf, topologyOf } from '../../testing/topologies.ts'
import { sampleReport } from '../testdata/sample-report.ts'
import { kneeOf, saturationOf } from './saturation.ts'
import type { Bound, Probe, Subject } from './types.ts'

const subjectOf = (perMessageMs: number): Subject => ({
  topology: topologyOf({ replicas: [replicaOf('r1', { service: { perMessageMs } })] }),
  shards: [['r1']],
  rebalancing: null,
  newcomer: { reason: 'none' },
})

/** A load of so many sessions that got so much done. */
function load(sessions: number, okPerS: number, busy: number, unbound: Bound | null = null) {
  const probe: Probe = {
    name: `load-${sessions}`,
    kind: 'load',
    title: '',
    topology: topologyOf(),
    cut: null,
    struck: [],
    sessions,
    unbound,
  }
  const report = sampleReport()
  const replicas = report.load.replicas.map((replica, at) => ({
    ...replica,
    busy: at === 1 ? busy : busy / 2,
  }))
  return {
    probe,
    report: { ...report, throughput: { ...report.throughput, okPerS }, load: { ...report.load, replicas } },
  }
}

test('the knee is where throughput over latency is largest', () => {
  // A server of 1 ms a request and a round trip of 1 ms: 500, 1000, and from there on 1000 whatever the load.
  const points = [1, 2, 4, 8].map((sessions) => {
    const okPerS = Math.min(500 * sessions, 1_000)
    return { okPerS, meanMs: (1_000 * sessions) / okPerS }
  })
  expect(points.map(({ meanMs }) => meanMs)).toEqual([2, 2, 4, 8])
  expect(kneeOf(points)).toBe(1)
})

describe('the bottleneck', () => {
  const loads = [load(4, 2_000, 0.4), load(8, 3_900, 0.9), load(16, 4_000, 0.97)]

  test('is what lets the throughput grow when it is taken away', () => {
    const without = [load(16, 4_100, 0.9, 'disk'), load(16, 12_000, 0, 'service')]
    const found = saturationOf(subjectOf(0.1), [...loads, ...without])
    expect(found).toMatchObject({ peakOkPerS: 4_000, knee: 1, bottleneck: { bound: 'service', factor: 3 } })
    expect(found.points).toHaveLength(3)
    expect(found.points[2]).toMatchObject({ meanMs: 4, busy: 0.97 })
    expect(found.sentence).toContain(
      `What bounds it is the time that a replica takes for a message (${found.busiest}, 97 % busy): without it there would be 3 times as much.`,
    )
  })

  test('is none where more of everything changes nothing: there are too few sessions', () => {
    const found = saturationOf(subjectOf(0.1), [...loads, load(16, 4_300, 0, 'service')])
    expect(found.bottleneck).toBeNull()
    expect(found.sentence).toContain('with 16 sessions, and nothing is used up there')
  })
})

test('where nothing bounds it, it says so', () => {
  expect(saturationOf(subjectOf(0), []).sentence).toMatch(/^Nothing bounds the throughput: /)
  expect(saturationOf(subjectOf(0.1), []).sentence).toBe('The quick battery does not look for it.')
})
