import { buildPlan } from '../../../shared/plan/build.ts'
import { PBS_FITS } from '../../../shared/testing/pbs.ts'
import { compileDistribution } from '../../../shared/topology/distributions.ts'
import { predict } from '../../../shared/predict/index.ts'
import type { Suite } from '../figure.ts'
import { leaderless } from '../cluster.ts'
import { predictedPresets } from './predicted-presets.ts'
import { logarithmTrials, quantileTable, tableTrials } from '../references/bare-wars.ts'

export const predictSuite: Suite = {
  name: 'predict',
  summary:
    'WARS Monte Carlo, N = 3, the LNKD-SSD mixture on every leg, per second of processor time; accuracy',
  run(quick, report) {
    const trials = quick ? 300_000 : 3_000_000
    const table = quantileTable(compileDistribution(PBS_FITS['LNKD-SSD']))
    let sink = 0
    const logarithms = trials / medianCpuSeconds(() => (sink += logarithmTrials(trials))) / 1e6
    const tables = trials / medianCpuSeconds(() => (sink += tableTrials(trials, table))) / 1e6
    for (const quorum of [1, 2]) {
      const plan = buildPlan(
        leaderless({
          replicas: 3,
          clients: 1,
          durationMs: 1000,
          params: { n: 3, r: quorum, w: quorum },
          oneWay: PBS_FITS['LNKD-SSD'],
        }),
      )
      const run = (count: number): number =>
        (sink += predict(plan.topology, plan, { trials: count, seed: 1 }).freshAtZero)
      const ours = trials / medianCpuSeconds(() => run(trials)) / 1e6
      const name = `R = W = ${quorum}: trials, latencies and whole curve included`
      const note = `checksum ${sink.toFixed(3)}`
      // The references are of R = W = 1: with a second answer to wait for, they would have more to do.
      report({
        name,
        value: ours,
        unit: 'M/s',
        reference: { name: 'bare trials, a logarithm per draw', value: logarithms, measured: 'in this run' },
        ratio: ours / logarithms,
        ...(quorum === 1 ? { goal: { value: 12 } } : {}),
        note,
      })
      if (quorum > 1) continue
      report({
        name,
        value: ours,
        unit: 'M/s',
        reference: { name: 'bare trials, 16-bit tables', value: tables, measured: 'in this run' },
        ratio: ours / tables,
      })
      report({
        name: 'a prediction of one trial: tables and curves alone',
        value: medianCpuSeconds(() => run(1)) * 1000,
        unit: 'ms',
      })
    }
    predictedPresets(quick, report)
  },
}

/** As `medianSeconds`, in time of this process, which others on the machine disturb less. */
function medianCpuSeconds(work: () => void): number {
  const once = (): number => {
    const start = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1e6
  }
  once()
  return Array.from({ length: 5 }, once).sort((a, b) => a - b)[2]
}
