import { protocolOf } from '../../shared/protocols/registry.ts'
import { clientOf, replicaOf, topologyOf } from '../../shared/testing/topologies.ts'
import { withDefaults } from '../../shared/testing/with-defaults.ts'
import type { DistributionSpec, MixWorkload, ParamValue, Topology } from '../../shared/topology/types.ts'

export interface ClusterOptions {
  replicas: number
  clients: number
  durationMs: number
  /** Sessions over all clients; 64 where left out. */
  sessions?: number
  params?: Record<string, ParamValue>
  oneWay?: DistributionSpec
  oneWayOf?: Record<string, DistributionSpec>
  /** Half reads and half updates where left out. */
  workload?: MixWorkload
}

/** A leaderless topology in one region, coordinated by its clients, in a closed loop. */
export function leaderless(options: ClusterOptions): Topology {
  return cluster('leaderless', { ...options, params: { coordinator: 'client', ...options.params } })
}

/** Replicas and clients in one region, in a closed loop. */
export function cluster(strategy: string, options: ClusterOptions): Topology {
  const { replicas, clients, durationMs, sessions = 64, workload } = options
  const topology = topologyOf({
    replicas: Array.from({ length: replicas }, (_, index) => replicaOf(`r${index}`)),
    clients: Array.from({ length: clients }, (_, index) =>
      clientOf(`c${index}`, { sessions: Math.max(1, Math.floor(sessions / clients)) }),
    ),
    links: {
      rtt: null,
      default: {
        oneWay: options.oneWay ?? { dist: 'exponential', meanMs: 0.5, plusMs: 0.2 },
        oneWayOf: options.oneWayOf ?? {},
        lossPpm: 0,
        duplicatePpm: 0,
        reorderPpm: 0,
        ordered: false,
        bandwidthMbps: null,
      },
      between: [],
    },
    replication: { strategy, params: options.params ?? {} },
    ...(workload === undefined ? {} : { workload }),
    run: { durationMs, warmupMs: 0, seed: 1, timeScale: 1 },
  })
  return withDefaults(topology, protocolOf(strategy).manifest)
}
