import { metricsOf } from '../../../shared/metrics/index.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { protocolOf } from '../../../shared/protocols/registry.ts'
import { Simulation } from '../../../shared/simulator/simulation.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { cluster } from '../cluster.ts'
import { median, seconds } from '../figure.ts'
import type { Suite } from '../figure.ts'
import { UPDATES } from './raft.ts'

const SHARDS = 100
const MACHINES = 20

/** What an operation costs in a key space of a hundred shards, against one of a single shard. */
export const shardsSuite: Suite = {
  name: 'shards',
  summary: 'one shard of five replicas against a hundred on twenty machines, in virtual time',
  run(quick, report) {
    for (const strategy of ['raft', 'leaderless']) {
      // As much in flight per shard: what one shard batches, a hundred cannot.
      const seconds = (shards: number) =>
        median(Array.from({ length: quick ? 1 : 5 }, () => secondsPerOperation(strategy, shards, quick)))
      const [one, many] = [seconds(1), seconds(SHARDS)]
      report({
        name: `${strategy}: cost of an operation, ${SHARDS} shards of 5 replicas`,
        value: many / one,
        unit: '×',
        goal: { value: 2, atMost: true },
        note: `that of one shard: ${(one * 1e6).toFixed(1)} µs; here ${(many * 1e6).toFixed(1)} µs`,
      })
    }
  },
}

function secondsPerOperation(strategy: string, shards: number, quick: boolean): number {
  const topology = cluster(strategy, {
    replicas: shards === 1 ? 5 : MACHINES,
    clients: 1,
    sessions: shards,
    durationMs: ((quick ? 10_000 : 60_000) * 20) / (19 + shards),
    oneWay: 1,
    workload: UPDATES,
  })
  const simulation = new Simulation(buildPlan(sharded(topology, shards)), protocolOf(strategy))
  let ok = 0
  const elapsed = seconds(() => {
    while (!simulation.advance(1_000_000));
    ok = metricsOf(simulation.finish()).operations.ok
  })
  return elapsed / ok
}

function sharded(topology: Topology, shards: number): Topology {
  if (shards === 1) return topology
  return {
    ...topology,
    partitioning: { ...topology.partitioning, scheme: 'hash', shards, replicationFactor: 5 },
  }
}
