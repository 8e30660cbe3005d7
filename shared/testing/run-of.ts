import { STATUS } from '../history/types.ts'
import { metricsOf } from '../metrics/index.ts'
import { buildPlan } from '../plan/build.ts'
import { protocolOf } from '../protocols/registry.ts'
import { Simulation } from '../simulator/simulation.ts'
import type { MixWorkload, Topology } from '../topology/types.ts'
import { judge } from './soak.ts'
import { withDefaults } from './with-defaults.ts'

/** As many reads as updates, of keys that are all asked for alike, with values of a kilobyte. */
export function halfUpdates(keys: number): MixWorkload {
  return {
    kind: 'mix',
    mix: { read: 0.5, update: 0.5, insert: 0, scan: 0, readModifyWrite: 0, compareAndSet: 0, delete: 0 },
    mixName: 'custom',
    keys,
    distribution: { kind: 'uniform' },
    valueBytes: 1000,
    scanLengthMax: 1,
  }
}

/** A simulated run to its end, what the soak's judge says of it, and its operations that did not end well. */
export function runOf(topology: Topology, checked = false) {
  const protocol = protocolOf(topology.replication.strategy)
  const plan = buildPlan(withDefaults(topology, protocol.manifest))
  const simulation = new Simulation(plan, protocol, { checked })
  while (!simulation.advance(100_000));
  const history = simulation.finish()
  const { ops } = history
  const rows = Array.from({ length: ops.count }, (_, row) => row)
  return {
    plan,
    simulation,
    history,
    rows,
    problems: judge(history, plan),
    failed: rows.filter((row) => ops.status[row] !== STATUS.ok),
    metrics: metricsOf(history),
  }
}
