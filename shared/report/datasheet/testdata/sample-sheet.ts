import { sampleTopology } from '../../testdata/sample-report.ts'
import type { Datasheet, Experience, LostWrites, Side } from '../types.ts'

/** A datasheet of three replicas with a leader, made by hand. `name` stands wherever a file can set a text. */
export function sampleSheet(name = 'r3', overrides: Partial<Datasheet> = {}): Datasheet {
  const latency = { p50Ms: 1.5, p99Ms: 4.25 }
  const experience = (fraction: number): Experience => ({
    reads: { tried: 200, answered: 200 * fraction, fraction },
    writes: { tried: 100, answered: 100 * fraction, fraction },
    errors: fraction === 1 ? [] : [{ code: 'timeout', operations: 300 }],
    staleFraction: fraction === 1 ? 0 : null,
    judgedReads: 200 * fraction,
    readLatency: latency,
    writeLatency: latency,
  })
  const side = (share: Side['share'], fraction: number): Side => ({
    label: `the ${share} (${name})`,
    share,
    replicas: [name],
    clients: [`beside-${name}`],
    hasLeader: share === 'majority',
    whole: experience(fraction),
    settled: experience(fraction),
    outages: { readMs: fraction === 1 ? 40 : 90_000, writeMs: fraction === 1 ? 80 : 90_000 },
  })
  const lost = (count: number): LostWrites => ({
    acknowledged: 100,
    judgedKeys: 50,
    lost: count,
    examples: count === 0 ? [] : [`process 1 wrote 6 to ${name}; in the end process 2 read 5`],
  })
  return {
    format: 'replica-lab/datasheet@1',
    provenance: {
      tool: 'replica-lab',
      version: '0.1.0',
      command: `replica-lab datasheet ${name}`,
      at: '2026-01-02T03:04:05.000Z',
      node: 'v20.20.0',
      platform: 'linux x64',
      wallMs: 12_000,
      eventsPerS: null,
    },
    seed: 1,
    topology: { ...sampleTopology(), name: `Three replicas ${name}` },
    isQuick: false,
    pacelc: {
      partition: 'C',
      else: 'C',
      cap: 'CP',
      evidence: {
        partition: `Once a partition had settled, the minority (${name}) answered 0 % of the reads.`,
        else: 'Under contention in calm, all was linearizable.',
        sides: [],
        linearizableUnderPartition: 'holds',
        linearizableInCalm: 'holds',
        sequentialInCalm: 'holds',
        staleFractionInCalm: 0,
        readBeyondNearestMs: 0.5,
        writeBeyondNearestMs: 1,
      },
    },
    calm: {
      okPerS: 600,
      availability: 1,
      regions: [{ region: name, reads: 400, writes: 200, readLatency: latency, writeLatency: latency }],
      workload: 'ycsb-a',
      lost: lost(0),
    },
    visibility: {
      points: [
        { tMs: 0, fresh: 0.95, reads: 100 },
        { tMs: 10, fresh: 0.9995, reads: 100 },
        { tMs: 100, fresh: 1, reads: 100 },
      ],
      freshAtZero: 0.95,
      t999Ms: 10,
      staleFraction: 0.02,
      versionLagP99: 1,
      versionLagMax: 3,
      timeLagP99Ms: 8,
    },
    partitions: [
      {
        probe: 'partition-1',
        title: `${name} cut off`,
        forMs: 90_000,
        sides: [side('majority', 1), side('minority', 0)],
        linearizable: 'holds',
        lost: lost(0),
      },
    ],
    failovers: [
      {
        probe: 'crash',
        title: `Crash of ${name}, the leader`,
        struck: [name],
        forMs: 90_000,
        outages: { readMs: 1_600, writeMs: 1_700 },
        usual: { readMs: 40, writeMs: 80 },
        whole: experience(1),
        calmAfterMs: 2_000,
        calmAfterReturnMs: null,
        lost: lost(2),
      },
    ],
    convergence: { afterHealMs: 62.5, watchedMs: 10_000, definition: name },
    guarantees: {
      lines: [
        {
          name: 'linearizable',
          title: 'Linearizable',
          calm: 'holds',
          faults: 'violated',
          sentence: `${name} was lost`,
        },
        { name: 'causal', title: 'Causal', calm: 'holds', faults: 'holds', sentence: '' },
        { name: 'sequential', title: 'Sequential', calm: 'holds', faults: 'holds', sentence: '' },
        {
          name: 'k-atomic',
          title: '2-atomic',
          calm: 'undecided',
          faults: null,
          sentence: 'too many operations',
        },
      ],
      strongestCalm: 'linearizable holds',
      strongestFaults: 'sequential holds; linearizable is violated',
    },
    saturation: {
      points: [3, 6, 12].map((sessions) => ({
        sessions,
        okPerS: 1_000 * sessions,
        meanMs: 1,
        readLatency: latency,
        writeLatency: latency,
        busiest: name,
        busy: 0.5,
      })),
      knee: 2,
      peakOkPerS: 12_000,
      busiest: name,
      bottleneck: { bound: 'service', factor: 4 },
      sentence: `What bounds it is ${name}.`,
    },
    rebalancing: { moved: null, sentence: 'There is one shard.' },
    probes: [{ name: 'calm', title: name, operations: 700, virtualMs: 20_000, stoppedEarly: name }],
    ...overrides,
  }
}
