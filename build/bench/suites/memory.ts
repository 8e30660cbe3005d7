import { metricsOf } from '../../../shared/metrics/index.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { protocolOf } from '../../../shared/protocols/registry.ts'
import { Simulation } from '../../../shared/simulator/simulation.ts'
import type { Suite } from '../figure.ts'
import { leaderless } from '../cluster.ts'

const GIB = 2 ** 30

export const memorySuite: Suite = {
  name: 'memory',
  summary: 'ten million operations in one run, with history and metrics (run this suite alone)',
  run(quick, report) {
    const wanted = quick ? 1_000_000 : 10_000_000
    // 64 sessions at about 1.9 ms an operation.
    const plan = buildPlan(leaderless({ replicas: 3, clients: 4, durationMs: wanted / 30 }))
    const simulation = new Simulation(plan, protocolOf('leaderless'))
    let peak = 0
    while (!simulation.advance(1_000_000)) {
      peak = Math.max(peak, process.memoryUsage().rss)
      if (simulation.recorder.operations >= wanted) simulation.stop('enough')
    }
    const history = simulation.finish()
    metricsOf(history)
    peak = Math.max(peak, process.memoryUsage().rss)
    report({
      name: `peak resident memory, ${history.ops.count.toLocaleString('en')} operations`,
      value: peak / GIB,
      unit: 'GiB',
      goal: { value: 2, atMost: true },
    })
  },
}
