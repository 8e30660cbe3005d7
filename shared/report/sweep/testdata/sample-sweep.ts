import { sweepFigure } from '../figures.ts'
import type { Sweep } from '../types.ts'

/**
 * A sweep of quorums with figures of round numbers: reads pay for `r`, writes for `w`, and what is stale goes where they
 * overlap. r = 1, w = 2 reads as slowly as r = 2, w = 1 for nothing, and is beaten.
 */
export function sampleSweep(): Sweep {
  const row = (set: number[], ...figures: [number, number, number][]) => ({
    set,
    runs: 3,
    figures: figures.map((values) => sweepFigure(values)),
  })
  return {
    format: 'replica-lab/sweep@1',
    provenance: {
      tool: 'replica-lab',
      version: '1',
      command: "replica-lab sweep three.topology.json --vary '$.replication.params.r=1,2' --seeds 3",
      at: '2026-01-02T03:04:05.000Z',
      node: 'v20',
      platform: 'linux x64',
      wallMs: 1,
      eventsPerS: null,
    },
    topology: 'Three replicas',
    vary: [
      { path: '$.replication.params.r', values: [1, 2] },
      { path: '$.replication.params.w', values: [1, 2, 4] },
    ],
    seeds: [1, 2, 3],
    metrics: [
      { name: 'read.latency.p99', unit: 'ms' },
      { name: 'write.latency.p99', unit: 'ms' },
      { name: 'stale.fraction', unit: 'fraction' },
      { name: 'availability', unit: 'fraction' },
    ],
    rows: [
      row([1, 1], [10, 11, 12], [10, 11, 12], [0.2, 0.21, 0.22], [1, 1, 1]),
      row([1, 2], [20, 21, 22], [30, 31, 32], [0.1, 0.11, 0.12], [1, 1, 1]),
      row([2, 1], [20, 21, 22], [10, 11, 12], [0.1, 0.11, 0.12], [1, 1, 1]),
      row([2, 2], [20, 21, 22], [30, 31, 32], [0, 0, 0], [1, 1, 1]),
    ],
    refused: [1, 2].map((r) => ({
      set: [r, 4],
      problems: [{ path: '$.replication.params.w', sentence: 'W may not be above N: 4 of 3.' }],
    })),
    failed: [],
    missing: 0,
  }
}
