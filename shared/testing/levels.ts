import { READ_LEVEL_CHOICES, SESSION_GUARANTEE_CHOICES } from '../topology/choices.ts'
import type { StrategyManifest } from '../topology/strategy.ts'
import type { ConsistencySpec, Problem, Topology } from '../topology/types.ts'
import { clientOf, topologyOf } from './topologies.ts'
import { withDefaults } from './with-defaults.ts'

/** What a file may ask of a strategy, and what becomes of it. */
export interface Cell {
  consistency: ConsistencySpec
  topology: Topology
  /** Empty where it runs. */
  problems: Problem[]
}

const PARTITION_CHOICES = ['consistency', 'availability'] as const

/** Every level with either choice, of a strategy with its defaults, three replicas and a partition. */
export function levelCells(manifest: StrategyManifest): Cell[] {
  return READ_LEVEL_CHOICES.flatMap(({ value: read }) =>
    PARTITION_CHOICES.map((onPartition) => cellOf(manifest, { read, session: [], onPartition })),
  )
}

/** Every session guarantee with either choice, of eventual reads. */
export function sessionCells(manifest: StrategyManifest): Cell[] {
  return SESSION_GUARANTEE_CHOICES.flatMap(({ value }) =>
    PARTITION_CHOICES.map((onPartition) =>
      cellOf(manifest, { read: 'eventual', session: [value], onPartition }),
    ),
  )
}

function cellOf(manifest: StrategyManifest, consistency: ConsistencySpec): Cell {
  const base = topologyOf()
  const topology = withDefaults(
    topologyOf({
      clients: ['c1', 'c2', 'c3'].map((id) =>
        clientOf(id, { sessions: 3, loop: { open: { ratePerS: 40 } }, timeoutMs: 1_500 }),
      ),
      replication: { strategy: manifest.id, params: {} },
      consistency,
      workload: { ...base.workload, keys: 5 } as Topology['workload'],
      faults: [
        {
          atMs: 1_000,
          forMs: 2_500,
          kind: 'partition',
          groups: [
            ['r1', 'c1'],
            ['r2', 'r3', 'c2', 'c3'],
          ],
        },
        { atMs: 4_500, forMs: 700, kind: 'crash', replica: 'r2' },
      ],
      run: { durationMs: 6_000, warmupMs: 0, seed: 7, timeScale: 1 },
    }),
    manifest,
  )
  return { consistency, topology, problems: manifest.check(topology) }
}
