import { usualShards } from './defaults.ts'
import type { TopologyFile } from './schema.ts'
import type { KeyDistribution, ParamValue, Topology, WorkloadSpec } from './types.ts'
import { keyDistributionNamed, YCSB_MIXES } from './ycsb.ts'

/** A checked file to what the rest of the lab works with: shorthands spelled out, parameters complete. */
export function resolveFile(file: TopologyFile, params: Readonly<Record<string, ParamValue>>): Topology {
  const { $schema: _, ...sections } = file
  return {
    ...sections,
    replication: { strategy: file.replication.strategy, params },
    partitioning: { shards: usualShards(file.partitioning, file.replicas.length), ...file.partitioning },
    workload: resolveWorkload(file.workload),
  }
}

function resolveWorkload(workload: TopologyFile['workload']): WorkloadSpec {
  if (workload.kind === 'probe') return workload
  const { mix, distribution, ...rest } = workload
  if (typeof mix !== 'string') {
    return { ...rest, mix, mixName: 'custom', distribution: resolveKeys(distribution, { kind: 'uniform' }) }
  }
  const ycsb = YCSB_MIXES.get(mix) as NonNullable<ReturnType<typeof YCSB_MIXES.get>>
  // YCSB's request distribution "zipfian" is the scrambled one.
  const word = distribution === 'zipfian' ? 'scrambled-zipfian' : distribution
  return { ...rest, mix: { ...ycsb.mix }, mixName: mix, distribution: resolveKeys(word, ycsb.distribution) }
}

function resolveKeys(
  stated: KeyDistribution | KeyDistribution['kind'] | undefined,
  otherwise: KeyDistribution,
): KeyDistribution {
  if (stated === undefined) return { ...otherwise }
  return typeof stated === 'string' ? keyDistributionNamed(stated) : stated
}
