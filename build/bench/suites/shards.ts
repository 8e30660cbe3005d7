import { metricsOf } from '../../../shared/metrics/index.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { protocolOf } from '../../../shared/protocols/registry.ts'
import { Simulation } from '../../../shared/simulator/simulation.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { cluster } from '../cluster.ts'
import { median, medianRatio, processorSeconds } from '../figure.ts'
import type { Suite } from '../figure.ts'
import { UPDATES } from './raft.ts'

const SHARDS = 100
const MACHINES = 20
const REPLICAS = 5
/** An operation takes four milliseconds: about a quarter of a million of them, whatever the number of shards. */
const SHARD_MS = 1_000_000

/** What an operation costs in a key space of a hundred shards, against one of a single shard. */
export const shardsSuite: Suite = {
  name: 'shards',
  summary: 'one shard of five replicas against a hundred on twenty machines, in virtual time',
  run(quick, report) {
    for (const strategy of ['raft', 'leaderless']) {
      const one: number[] = []
      const many: number[] = []
      const rounds = quick ? 1 : 5
      // In turn, so that a busy machine slows both down; the first round only warms up.
      for (let round = 0; round <= rounds; round++) {
        const [ofOne, ofMany] = [1, SHARDS].map((shards) => secondsPerOperation(strategy, shards, quick))
        if (round === 0) continue
        one.push(ofOne)
        many.push(ofMany)
      }
      const microseconds = (costs: readonly number[]) => (median(costs) * 1e6).toFixed(1)
      report({
        name: `${strategy}: cost of an operation, ${SHARDS} shards of ${REPLICAS} replicas`,
        value: medianRatio(many, one),
        unit: '×',
        goal: { value: 2, atMost: true },
        note: `processor time: ${microseconds(one)} µs with one shard, ${microseconds(many)} µs here`,
      })
    }
  },
}

/** With as much in flight per shard, since what one shard batches, a hundred cannot; and as many operations in all. */
function secondsPerOperation(strategy: string, shards: number, quick: boolean): number {
  const topology = cluster(strategy, {
    replicas: shards === 1 ? REPLICAS : MACHINES,
    clients: 1,
    sessions: shards,
    durationMs: (quick ? SHARD_MS / 10 : SHARD_MS) / shards,
    oneWay: 1,
    // Every write goes to all of them in both; left alone, one shard of five would hold each key three times.
    params: strategy === 'leaderless' ? { n: REPLICAS } : {},
    workload: UPDATES,
  })
  const simulation = new Simulation(buildPlan(sharded(topology, shards)), protocolOf(strategy))
  let ok = 0
  const elapsed = processorSeconds(() => {
    while (!simulation.advance(1_000_000));
    ok = metricsOf(simulation.finish()).operations.ok
  })
  return elapsed / ok
}

function sharded(topology: Topology, shards: number): Topology {
  if (shards === 1) return topology
  return {
    ...topology,
    partitioning: { ...topology.partitioning, scheme: 'hash', shards, replicationFactor: REPLICAS },
  }
}
