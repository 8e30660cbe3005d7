import { metricsOf } from '../../../shared/metrics/index.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { protocolOf } from '../../../shared/protocols/registry.ts'
import { Simulation } from '../../../shared/simulator/simulation.ts'
import type { MixWorkload } from '../../../shared/topology/types.ts'
import { median, seconds } from '../figure.ts'
import type { Suite } from '../figure.ts'
import { cluster } from '../cluster.ts'
import { toyLog } from '../references/toy-log.ts'

/** Every operation is an entry of the log. */
export const UPDATES: MixWorkload = {
  kind: 'mix',
  mix: { read: 0, update: 1, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
  mixName: 'custom',
  keys: 1_000,
  distribution: { kind: 'uniform' },
  scanLengthMax: 1,
  valueBytes: 100,
}

/** etcd's raft 3.4 (Go), RawNodes in one process that hand messages over synchronously: no links, no record, no clients. */
const RAW_NODE: Record<number, Record<number, number>> = {
  3: { 1: 116_000, 64: 154_000 },
  5: { 1: 57_000, 64: 76_000 },
}

export const raftSuite: Suite = {
  name: 'raft',
  summary: 'Raft in virtual time: committed writes, with links, history and metrics',
  run(quick, report) {
    const toy = toyLog(quick ? 100_000 : 1_000_000)
    for (const replicas of [3, 5])
      for (const sessions of [1, 64]) {
        const rates = Array.from({ length: quick ? 1 : 3 }, () => commitsPerS(replicas, sessions, quick))
        const raw = RAW_NODE[replicas][sessions]
        report({
          name: `commits, ${replicas} replicas, ${sessions} in flight`,
          value: median(rates),
          unit: '/s',
          reference: {
            name: 'toy replicated log in virtual time, commits',
            value: toy,
            measured: 'in this run',
          },
          ratio: median(rates) / toy,
          goal: { value: raw },
          note: `the goal is what etcd's RawNode (Go) was measured at elsewhere`,
        })
      }
  },
}

function commitsPerS(replicas: number, sessions: number, quick: boolean): number {
  // As many commits for each: what is in flight shares the time.
  const durationMs = (quick ? 10_000 : 60_000) * (sessions === 1 ? 4 : 1)
  const topology = cluster('raft', {
    replicas,
    clients: 1,
    sessions,
    durationMs,
    oneWay: 1,
    workload: UPDATES,
  })
  const simulation = new Simulation(buildPlan(topology), protocolOf('raft'))
  let ok = 0
  const elapsed = seconds(() => {
    while (!simulation.advance(1_000_000));
    ok = metricsOf(simulation.finish()).operations.ok
  })
  return ok / elapsed
}
