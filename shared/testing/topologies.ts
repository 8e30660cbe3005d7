import type { ClientSpec, ReplicaSpec, Topology } from '../topology/types.ts'

/**
 * Complete topologies for tests, as the parser would make them. The plain one has three replicas and one client in
 * one region, leaderless with n = 3, r = w = 2, and links of a constant millisecond.
 */

export function replicaOf(id: string, overrides: Partial<ReplicaSpec> = {}): ReplicaSpec {
  return {
    id,
    region: 'east',
    zone: null,
    at: null,
    disk: { fsync: 0 },
    clock: { offsetMs: 0, driftPpm: 0, uncertaintyMs: 0 },
    service: { perMessageMs: 0 },
    ...overrides,
  }
}

export function clientOf(id: string, overrides: Partial<ClientSpec> = {}): ClientSpec {
  return {
    id,
    region: 'east',
    zone: null,
    at: null,
    sessions: 1,
    loop: { closed: { thinkMs: 0 } },
    clock: { offsetMs: 0, driftPpm: 0, uncertaintyMs: 0 },
    timeoutMs: 6000,
    retry: { max: 0, backoffMs: 10, backoffMsMax: 1000 },
    ...overrides,
  }
}

/** The plain topology with some of its sections replaced. */
export function topologyOf(overrides: Partial<Topology> = {}): Topology {
  return {
    format: 'replica-lab/topology@1',
    name: 'test',
    notes: '',
    regions: [{ id: 'east', zones: [], at: null }],
    replicas: [replicaOf('r1'), replicaOf('r2'), replicaOf('r3')],
    clients: [clientOf('c1')],
    links: {
      rtt: null,
      default: {
        oneWay: 1,
        oneWayOf: {},
        lossPpm: 0,
        duplicatePpm: 0,
        reorderPpm: 0,
        ordered: false,
        bandwidthMbps: null,
      },
      between: [],
    },
    replication: {
      strategy: 'leaderless',
      params: {
        n: 3,
        r: 2,
        w: 2,
        coordinator: 'client',
        readFanout: 'all',
        readRepair: 'off',
        hintedHandoff: false,
        hintWindowMs: 10_800_000,
        hintReplayMs: 1000,
        sloppyQuorum: false,
        antiEntropy: false,
        antiEntropyMs: 1000,
        conflicts: 'last-writer-wins',
        registers: 'auto',
        lightweightTransactions: false,
        serialReads: false,
        contentionMs: 100,
        tombstoneGraceMs: 864_000_000,
        readScope: 'any',
        writeScope: 'any',
        speculativeRetryMs: 0,
        durability: 'memory',
        requestTimeoutMs: 5000,
        suspectAfterMs: 2000,
      },
    },
    partitioning: { scheme: 'none', shards: 1, virtualNodes: 1 },
    consistency: { read: 'eventual', session: [], onPartition: 'consistency' },
    workload: {
      kind: 'mix',
      mix: { read: 0.5, update: 0.5, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
      mixName: 'custom',
      keys: 100,
      distribution: { kind: 'uniform' },
      valueBytes: 100,
      scanLengthMax: 100,
    },
    faults: [],
    run: { durationMs: 1000, warmupMs: 0, seed: 1, timeScale: 1 },
    expect: [],
    ...overrides,
  }
}
