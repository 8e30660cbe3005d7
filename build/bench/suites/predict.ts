import { Rng } from '../../../shared/base/rng.ts'
import { buildPlan } from '../../../shared/plan/build.ts'
import { PBS_FITS } from '../../../shared/testing/pbs.ts'
import { predict } from '../../../shared/predict/index.ts'
import { medianSeconds } from '../figure.ts'
import type { Suite } from '../figure.ts'
import { leaderless } from '../leaderless.ts'

/** The plainest Monte Carlo: an exponential leg by Math.log for each of the 4 N draws, one comparison, no histogram. */
function bareTrials(trials: number): number {
  const rng = Rng.stream(1, 'bare')
  const n = 3
  const acks = new Float64Array(n)
  const writes = new Float64Array(n)
  let fresh = 0
  for (let trial = 0; trial < trials; trial++) {
    for (let index = 0; index < n; index++) {
      writes[index] = -Math.log(rng.open())
      acks[index] = writes[index] - Math.log(rng.open())
    }
    const committed = Math.min(acks[0], acks[1], acks[2])
    let fastest = Infinity
    let current = false
    for (let index = 0; index < n; index++) {
      const request = -Math.log(rng.open())
      const total = request - Math.log(rng.open())
      if (total < fastest) {
        fastest = total
        current = committed + request >= writes[index]
      }
    }
    if (current) fresh++
  }
  return fresh
}

export const predictSuite: Suite = {
  name: 'predict',
  summary: 'WARS Monte Carlo, N = 3, R = W = 1, the LNKD-SSD mixture on every leg',
  run(quick, report) {
    const trials = quick ? 300_000 : 3_000_000
    const plan = buildPlan(
      leaderless({
        replicas: 3,
        clients: 1,
        durationMs: 1000,
        params: { n: 3, r: 1, w: 1 },
        oneWay: PBS_FITS['LNKD-SSD'],
      }),
    )
    let sink = 0
    const ours =
      trials /
      medianSeconds(() => (sink += predict(plan.topology, plan, { trials, seed: 1 }).freshAtZero)) /
      1e6
    const bare = trials / medianSeconds(() => (sink += bareTrials(trials))) / 1e6
    report({
      name: 'trials, latencies and whole curve included',
      value: ours,
      unit: 'M/s',
      reference: { name: 'bare trials, a logarithm per draw', value: bare, measured: 'in this run' },
      ratio: ours / bare,
      goal: { value: 12 },
      note: `checksum ${sink.toFixed(3)}`,
    })
  },
}
