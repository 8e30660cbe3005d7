import { buildPlan } from '../../../shared/plan/build.ts'
import { protocolOf } from '../../../shared/protocols/registry.ts'
import { Simulation } from '../../../shared/simulator/simulation.ts'
import type { Topology } from '../../../shared/topology/types.ts'
import { metricsOf } from '../../../shared/metrics/index.ts'
import { seconds } from '../figure.ts'
import type { Suite } from '../figure.ts'
import { leaderless } from '../cluster.ts'
import { toyLog } from '../references/toy-log.ts'

interface Measured {
  operations: number
  events: number
  seconds: number
  bytesPerOperation: number
}

/** Runs a topology to its end, history and metrics included. */
function measure(topology: Topology, withMetrics: boolean): Measured {
  const plan = buildPlan(topology)
  const before = process.memoryUsage()
  const simulation = new Simulation(plan, protocolOf('leaderless'))
  let operations = 0
  let bytesPerOperation = 0
  const elapsed = seconds(() => {
    while (!simulation.advance(1_000_000));
    const history = simulation.finish()
    operations = history.ops.count
    if (withMetrics) metricsOf(history)
    const after = process.memoryUsage()
    bytesPerOperation = (after.arrayBuffers - before.arrayBuffers) / operations
  })
  return { operations, events: simulation.stats.events, seconds: elapsed, bytesPerOperation }
}

export const simulatorSuite: Suite = {
  name: 'simulator',
  summary: 'leaderless in virtual time, with links, history and metrics',
  run(quick, report) {
    const durationMs = quick ? 4_000 : 30_000
    measure(leaderless({ replicas: 3, clients: 4, durationMs: 2_000 }), true)
    const three = measure(leaderless({ replicas: 3, clients: 4, durationMs }), true)
    const rate = three.operations / three.seconds
    const toy = toyLog(quick ? 100_000 : 1_000_000)
    report({
      name: 'operations, n = 3, r = w = 2, client coordinator',
      value: rate,
      unit: 'ops/s',
      reference: { name: 'toy replicated log in virtual time, commits', value: toy, measured: 'in this run' },
      ratio: rate / toy,
      goal: { value: 250_000 },
      note: `${three.operations.toLocaleString('en')} operations`,
    })
    report({ name: 'events of the same run', value: three.events / three.seconds / 1e6, unit: 'M/s' })
    report({
      name: 'memory per recorded operation',
      value: three.bytesPerOperation,
      unit: 'bytes',
      goal: { value: 200, atMost: true },
    })
    const small = measure(leaderless({ replicas: 3, clients: 3, durationMs: durationMs / 2 }), false)
    for (const replicas of [30, 300]) {
      const large = measure(leaderless({ replicas, clients: 3, durationMs: durationMs / 2 }), false)
      const cost = large.seconds / large.events / (small.seconds / small.events)
      report({
        name: `cost per event with ${replicas} replicas, against 3`,
        value: cost,
        unit: '×',
        goal: { value: 1.5, atMost: true },
      })
    }
  },
}
